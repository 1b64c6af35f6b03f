#!/usr/bin/env python3
"""Prints the slowest files of a build and holds them to the compile budget.

A file may cost 8 s of CPU at -O0. .ninja_log knows wall seconds, which are never less than CPU seconds for one
compiler process, so only files over 8 s there are suspects; each is compiled once more without cache (and without optimisation
where there is no precompiled header), and its own CPU time counts. C files are other people's (QuickJS-ng) and are listed but not held to it.
Usage: tools/build_times.py BUILD-DIR [--budget]    with --budget it exits 1 when a file is over.
"""
import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

BUDGET_SECONDS = 8.0
TEST_BUDGET_SECONDS = 16.0   # GoogleTest's matchers cost a test as much again


def budget_of(name):
    return TEST_BUDGET_SECONDS if name.endswith("_test.cc") else BUDGET_SECONDS


# A known compile, to tell a slow file from a machine that is slow just now, and what it costs on the machine the budget is for.
YARDSTICK = "#include <map>\n#include <memory>\n#include <string>\n#include <vector>\n"
YARDSTICK_SECONDS = 0.8


def wall_seconds(build):
    """{output: seconds} of the latest build of each output."""
    times = {}
    for line in (build / ".ninja_log").read_text().splitlines()[1:]:
        start, end, _, output, _ = line.split("\t")
        times[output] = (int(end) - int(start)) / 1000
    return times


def cpu_of(command, cwd=None, stdin=""):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(f"{command} -o {os.devnull}", shell=True, cwd=cwd, input=stdin, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def cpu_seconds(entry):
    """What the file would cost on the machine the budget is for."""
    # A precompiled header fits only the flags that it was made with.
    flags = "" if "cmake_pch" in entry["command"] else " -O0"
    yardstick = cpu_of("g++ -std=c++20 -O0 -x c++ -c -", stdin=YARDSTICK)
    return cpu_of(re.sub(r"^\S*ccache ", "", entry["command"]) + flags, entry["directory"]) * min(1, YARDSTICK_SECONDS / yardstick)


def main():
    build = Path(sys.argv[1])
    times = wall_seconds(build)
    slowest = sorted(times.items(), key=lambda item: -item[1])
    print("the slowest outputs (wall seconds, nothing where the cache answered):")
    for output, seconds in slowest[:10]:
        print(f"  {seconds:6.1f}  {output}")
    if "--budget" not in sys.argv[2:]:
        return 0
    commands = {re.search(r" -o (\S+)", e["command"])[1]: e for e in json.loads((build / "compile_commands.json").read_text())}
    over = 0
    for output, seconds in slowest:
        entry = commands.get(output)
        if seconds <= budget_of(entry["file"] if entry else "") or entry is None or not entry["file"].endswith(".cc"):
            continue
        cpu = min(cpu_seconds(entry) for _ in range(2))   # a busy machine adds, never takes away
        if cpu > budget_of(entry["file"]):
            over += 1
            print(f"{entry['file']}: {cpu:.1f} s of CPU at -O0, the budget is {budget_of(entry['file']):.0f} s; "
                  "move an expensive header behind a facade or split the file")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
