#!/usr/bin/env python3
"""Style checks on what changed: clang-format, tidy.py, headers that compile alone, clang-tidy, syntax of scripts.

Usage: tools/check.py [--all] [--seconds N]
What changed: the files that differ from the base branch (PROOFLOAD_BASE, else where this branch left origin/main), and those not
committed. Without such a base (a fresh clone) formats are checked everywhere, and clang-tidy takes the files of the last commit.
With --all it takes every file, until its seconds are over; what it did not reach is said.
"""
import argparse
import ast
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("src/", "shop/", "bench/", "examples/", "tests/")
TIDY_BUILD = ROOT / "build" / "tidy"


def git(*arguments):
    run = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return run.stdout.splitlines() if run.returncode == 0 else []


def find_base():
    """The commit that the changes are counted from, or None."""
    head = git("rev-parse", "HEAD")
    base = git("rev-parse", os.environ["PROOFLOAD_BASE"]) if "PROOFLOAD_BASE" in os.environ else git("merge-base", "HEAD", "origin/main")
    return base[0] if base and base != head else None


def uncommitted():
    return git("diff", "--name-only", "--diff-filter=d", "HEAD") + git("ls-files", "--others", "--exclude-standard")


def choose(everything):
    """(files whose form is checked, files for clang-tidy in order of importance)"""
    tracked = [f for f in git("ls-files", *SOURCES, "dev", "tools", ".ci") if (ROOT / f).exists()]
    base = None if everything else find_base()
    if base:
        changed = list(dict.fromkeys(uncommitted() + git("diff", "--name-only", "--diff-filter=d", base)))
        print(f"check: {len(changed)} files differ from {base[:10]}")
        return changed, changed
    latest = list(dict.fromkeys(uncommitted() + git("show", "--name-only", "--diff-filter=d", "--pretty=format:", "HEAD")))
    present = [f for f in latest if f and (ROOT / f).exists()]
    print(f"check: no base to compare with; the form of all {len(tracked)} files, clang-tidy on the last commit's")
    return list(dict.fromkeys(tracked + present)), tracked if everything else present


def run(*command):
    return subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True)


def part(name, problems, seconds):
    print(f"  {name:22s} {seconds:5.1f} s  {'ok' if not problems else f'{len(problems)} problems'}", flush=True)
    for problem in problems:
        print(problem)
    return bool(problems)


def check_format(files):
    cpp = [f for f in files if f.startswith(SOURCES) and f.endswith((".cc", ".h"))]
    if not cpp:
        return []
    result = run("clang-format", "--dry-run", "-Werror", *cpp)
    bad = sorted({found[1] for line in result.stderr.splitlines() if (found := re.match(r"(\S+?):\d+:\d+: error:", line))})
    return [f"{f}: not formatted; clang-format -i {f}" for f in bad]


def check_scripts(files):
    problems = []
    for name in files:
        first = (ROOT / name).read_bytes()[:40] if (ROOT / name).is_file() else b""
        if first.startswith(b"#!/usr/bin/env bash"):
            result = run("bash", "-n", name)
            problems += [result.stderr.strip()] if result.returncode else []
        elif name.endswith(".py"):
            try:
                ast.parse((ROOT / name).read_text(), name)
            except SyntaxError as error:
                problems.append(f"{name}:{error.lineno}: {error.msg}")
    return problems


def check_tidy_script():
    result = run(sys.executable, "tools/tidy.py", ".")
    return result.stdout.splitlines() if result.returncode else []


def configure():
    if not (TIDY_BUILD / "build.ninja").exists():
        result = run("cmake", "--preset", "tidy", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
        if result.returncode:
            return [result.stdout + result.stderr]
    return []


def check_headers(files, everything):
    """Every changed header compiles alone. Through CMake's header sets, module by module."""
    modules = sorted({f.split("/")[1] for f in files if f.startswith("src/") and f.endswith(".h")})
    targets = ["all_verify_interface_header_sets"] if everything else [f"pl_{m}_verify_interface_header_sets" for m in modules]
    if not targets:
        return []
    result = run("ninja", "-C", TIDY_BUILD, "-k", "0", *targets)
    return [result.stdout[-4000:]] if result.returncode else []


def check_clang_tidy(files, seconds):
    database = json.loads((TIDY_BUILD / "compile_commands.json").read_text())
    known = {os.path.relpath(entry["file"], ROOT) for entry in database}
    wanted = [f for f in files if f.startswith(SOURCES) and f.endswith(".cc") and f in known]
    deadline, skipped = time.monotonic() + seconds, []

    def one(name):
        if time.monotonic() > deadline:
            skipped.append(name)
            return None
        result = run("clang-tidy", "--quiet", "-p", TIDY_BUILD, name)
        return result.stdout.strip() if result.returncode else None
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [p for p in pool.map(one, wanted) if p]
    print(f"  clang-tidy took {len(wanted) - len(skipped)} of {len(wanted)} files"
          + (f"; no time for {len(skipped)}: {', '.join(skipped[:5])} ..." if skipped else ""))
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every file, whatever changed")
    parser.add_argument("--seconds", type=float, default=600, help="when clang-tidy begins no further file")
    options = parser.parse_args()
    files, ordered = choose(options.all)
    everything = options.all or files != ordered
    steps = [("format", lambda: check_format(files)), ("tidy.py", check_tidy_script), ("syntax of scripts", lambda: check_scripts(files)),
             ("configure", configure), ("headers alone", lambda: check_headers(files, everything)),
             ("clang-tidy", lambda: check_clang_tidy(ordered, options.seconds))]
    failed = False
    for name, step in steps:
        start = time.monotonic()
        problems = step()
        failed |= part(name, problems, time.monotonic() - start)
        if name == "configure" and problems:
            break
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
