#!/usr/bin/env python3
"""Starts the shop, runs the journeys against it, says in one line what was seen. Usage: demo.py BUILD-DIR [ENGINE]"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def explain(summary, exit_code):
    metrics = summary["metrics"]
    requests, checks, duration = metrics["http_reqs"], metrics["checks"], metrics["http_req_duration"]
    verdict = "every threshold held" if exit_code == 0 else "a threshold was crossed" if exit_code == 99 else "the run did not end well"
    return (f"What you saw: three journeys sent {requests['count']} requests ({requests['rate']:.0f}/s) to a shop on this machine; 95 % were "
            f"answered within {duration['p(95)']:.1f} ms, {checks['passes']} checks passed and {checks['fails']} failed, and {verdict} (exit code {exit_code}).")


def main():
    build = Path(sys.argv[1]).resolve()
    engine = sys.argv[2] if len(sys.argv) > 2 else str(build / "proofload")
    with subprocess.Popen([build / "examples" / "shop_service"], stdout=subprocess.PIPE, text=True) as shop:
        try:
            port = shop.stdout.readline().split()[1]
            print(f"the shop listens on http://127.0.0.1:{port} (pid {shop.pid})\n", flush=True)
            with tempfile.TemporaryDirectory(prefix="proofload-demo-") as folder:
                summary = Path(folder) / "summary.json"
                command = [engine, "run", "--summary-export", summary, str(HERE / "journeys.js")]
                exit_code = subprocess.run(command, env={**os.environ, "SHOP": f"http://127.0.0.1:{port}"}).returncode
                if summary.exists():
                    print(explain(json.loads(summary.read_text()), exit_code))
        finally:
            shop.terminate()
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
