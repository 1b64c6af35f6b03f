#!/usr/bin/env python3
"""Counts instructions of the hottest paths under callgrind and compares them with bench/baseline.json.

Usage: bench/instructions.py BUILD-DIR [--update]. The counts hardly change from run to run, so 3 % more is a change of ours.
An entry of the baseline is a micro benchmark (an executable of the build and a PL_COUNTED function in it, see bench/counted.h), or a
script of bench/ that the whole program runs with one VU against fast_server. Both run short and long; the difference is what counts.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "baseline.json"
TOLERANCE = 1.03


def collected(command, **environment):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
                         capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        sys.exit(f"instructions: {' '.join(map(str, command))} was not counted:\n{run.stdout[-500:]}{run.stderr[-1500:]}")
    return int(found[1])


def of_benchmark(build, entry):
    short, long = (collected([build / entry["binary"], f"--benchmark_filter=^counted/{entry['benchmark']}/iterations:{n}$"]) for n in (1000, 11000))
    return (long - short) / 10000


def of_script(build, entry):
    server = subprocess.Popen([build / "bench" / "fast_server"], stdout=subprocess.PIPE, text=True)
    try:
        target = f"http://127.0.0.1:{server.stdout.readline().split()[1]}/"
        command = [build / "proofload", "run", "--quiet", "--cores", "1", "--io=epoll", "--vus", "1"]
        short, long = (collected([*command, "--iterations", n, HERE / entry["script"]], TARGET=target) for n in (500, 2500))
        return (long - short) / 2000
    finally:
        server.kill()
        server.wait()


def main():
    build, update = Path(sys.argv[1]), "--update" in sys.argv[2:]
    entries = json.loads(BASELINE.read_text())
    over = 0
    print("| path | instructions | baseline | |\n|---|---:|---:|---|")
    for entry in entries:
        now, kept = (of_script if "script" in entry else of_benchmark)(build, entry), entry.get("instructions")
        verdict = "new: --update" if not kept else "" if now <= kept * TOLERANCE else f"over by {100 * (now / kept - 1):.1f} %"
        over += verdict != ""
        print(f"| {entry['path']} | {now:,.1f} | {kept or 0:,.1f} | {verdict} |", flush=True)
        entry["instructions"] = round(now, 1)
    if update:
        BASELINE.write_text(json.dumps(entries, indent=2) + "\n")
        return 0
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
