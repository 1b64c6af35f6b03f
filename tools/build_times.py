#!/usr/bin/env python3
"""Prints the slowest files of a build and holds them to the compile budget.

A file may cost 8 s of CPU at -O0. .ninja_log knows wall seconds, which are never less than CPU seconds for one
compiler process, so only files over 8 s there are suspects; each is compiled once more without optimisation and cache,
and its own CPU time counts. C files are other people's (QuickJS-ng) and are listed but not held to it.
Usage: tools/build_times.py BUILD-DIR [--budget]    with --budget it exits 1 when a file is over.
"""
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

BUDGET_SECONDS = 8.0


def wall_seconds(build):
    """{output: seconds} of the latest build of each output."""
    times = {}
    for line in (build / ".ninja_log").read_text().splitlines()[1:]:
        start, end, _, output, _ = line.split("\t")
        times[output] = (int(end) - int(start)) / 1000
    return times


def cpu_seconds(entry):
    command = entry["command"]
    for launcher in ("ccache ", "/usr/bin/ccache "):
        command = command.removeprefix(launcher)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(f"{command} -O0 -o {os.devnull}", shell=True, cwd=entry["directory"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    build = Path(sys.argv[1])
    times = wall_seconds(build)
    slowest = sorted(times.items(), key=lambda item: -item[1])
    print("the slowest outputs (wall seconds, nothing where the cache answered):")
    for output, seconds in slowest[:10]:
        print(f"  {seconds:6.1f}  {output}")
    if "--budget" not in sys.argv[2:]:
        return 0
    commands = {e.get("output", ""): e for e in json.loads((build / "compile_commands.json").read_text())}
    over = 0
    for output, seconds in slowest:
        entry = commands.get(output)
        if seconds <= BUDGET_SECONDS or entry is None or not entry["file"].endswith(".cc"):
            continue
        cpu = cpu_seconds(entry)
        if cpu > BUDGET_SECONDS:
            over += 1
            print(f"{entry['file']}: {cpu:.1f} s of CPU at -O0, the budget is {BUDGET_SECONDS:.0f} s; "
                  "move an expensive header behind a facade or split the file")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
