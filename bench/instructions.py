#!/usr/bin/env python3
"""Counts instructions of micro benchmarks under callgrind and compares them with bench/baseline.json.

Usage: bench/instructions.py BUILD-DIR [--update]. The counts are the same from run to run, so 3 % more is a change of ours.
An entry of the baseline names an executable of the build, a benchmark in it (whose function is counted, with what it calls) and
instructions per iteration. A benchmark registered with ->Iterations(N) is divided by N; another runs once, set-up included.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

BASELINE = Path(__file__).resolve().parent / "baseline.json"
TOLERANCE = 1.03


def count(binary, benchmark):
    function = benchmark.split("/")[0]
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--toggle-collect=*{function}(*", binary,
         f"--benchmark_filter=^{re.escape(benchmark)}$", "--benchmark_min_time=0"], capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not collected or collected[1] == "0":
        sys.exit(f"instructions: {binary.name} {benchmark} was not counted:\n{run.stdout[-500:]}{run.stderr[-1500:]}")
    iterations = re.search(r"/iterations:(\d+)", benchmark)
    return int(collected[1]) / (int(iterations[1]) if iterations else 1)


def main():
    build, update = Path(sys.argv[1]), "--update" in sys.argv[2:]
    entries = json.loads(BASELINE.read_text())
    over = 0
    print("| path | instructions | baseline | |\n|---|---:|---:|---|")
    for entry in entries:
        now, kept = count(build / entry["binary"], entry["benchmark"]), entry.get("instructions")
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
