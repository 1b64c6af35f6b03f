#!/usr/bin/env python3
"""Certifies the sample shop by a plan: with a fault in it, which ends NOT READY with its cause; with --fixed without one.

Usage: demo.py BUILD-DIR [--fixed]. The shop's data stay in BUILD-DIR/demo-shop (as root, whose databases run as another user, in
/var/lib/proofload/demo-shop), so that a second demo starts at once.
"""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RIG = HERE.parent / "shop" / "rig" / "shop.py"
# The second one for where PostgreSQL is missing.
FAULTS = ("pgbouncer-pool", "slow-provider")
NOT_READY, INCONCLUSIVE = 99, 121


def plan_for(folder, services):
    """The demo's plan and script in `folder`, with the addresses that this shop has."""
    ports = {17000 + i: one["port"] for i, one in enumerate(services)}
    text = (HERE / "shop" / "demo.yaml").read_text()
    names = {one["name"] for one in services}
    if "pgbouncer-exporter" not in names:   # on SQLite
        text = "".join(line for line in text.splitlines(True) if "pgbouncer:" not in line)
    for written, port in ports.items():
        text = text.replace(f"127.0.0.1:{written}", f"127.0.0.1:{port}")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "shop" / "journeys.js", folder)
    plan = folder / "plan.yaml"
    plan.write_text(text)
    return plan


def main():
    build, is_fixed = Path(sys.argv[1]).resolve(), "--fixed" in sys.argv
    data = Path("/var/lib/proofload/demo-shop") if os.geteuid() == 0 else build / "demo-shop"
    data.parent.mkdir(parents=True, exist_ok=True)

    def rig(*words):
        return subprocess.run([sys.executable, RIG, *words, "--data", data, "--binary", build / "proofload-shop"], check=False).returncode
    try:
        if rig("up", "--small") != 0:
            return 1
        services = json.loads((data / "shop.json").read_text())["services"]
        plan = plan_for(build / "demo", services)
        if not is_fixed and all(rig("fault", "on", fault, "--dose", "3") != 0 for fault in FAULTS):
            return 1
        print(flush=True)
        code = subprocess.run([build / "proofload", "certify", plan], check=False).returncode
    finally:
        rig("down")
    if is_fixed:
        print("\nThe same plan without the fault. INCONCLUSIVE because nobody has signed it: `proofload plan approve` does.")
    else:
        print("\nThe shop had a fault, and the plan found it. `./dev demo --fixed` shows the same plan on the shop without it.")
    return 0 if code == (INCONCLUSIVE if is_fixed else NOT_READY) else 1


if __name__ == "__main__":
    sys.exit(main())
