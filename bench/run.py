#!/usr/bin/env python3
"""End-to-end benchmarks: Proofload against wrk and k6 on the same core, in interleaved rounds.

Usage: bench/run.py [--smoke] [--vus N,N] [--rounds N] [--seconds N] [--only NAME,NAME] [--write]
Client on the last core, target (bench/fast_server) on the first. Every round runs each tool once, so that a change of the machine's
speed meets all of them; a ratio is the median of the rounds' ratios. --smoke is short and fails below the floors of FLOORS;
--write puts the table into docs/benchmarks.md. Instruction counts are bench/instructions.py's.
"""
import argparse
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import limits

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
SERVER_CORE, CLIENT_CORE = "0", str(os.cpu_count() - 1)
TICKS = os.sysconf("SC_CLK_TCK")

# (name, script or None for wrk's plain GET, TLS). Floors: docs/benchmarks.md says where they come from.
WORKLOADS = {"get": ("get_check.js", False), "post": ("post_json.js", False), "tls": ("get_check.js", True)}
FLOORS = {("get", "uring"): 0.9, ("get", "epoll"): 0.7, ("post", "uring"): 0.5, ("tls", "uring"): 0.8}   # of wrk's plain GETs per second
K6_FLOOR = 5.0                                                                                         # times k6, same script
SMOKE_MARGIN = 0.5   # a smoke run is seconds long on a machine that may be busy


class Tool:
    """One program to measure; run() gives requests per second, CPU µs per request and peak RSS in MiB."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def run(self, target, workload, vus, seconds):
        with tempfile.TemporaryDirectory(prefix="proofload-bench-") as folder:
            summary = Path(folder) / "summary.json"
            command = self.command(target, workload, vus, seconds, summary)
            process = subprocess.Popen(["taskset", "-c", CLIENT_CORE, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       text=True, env={**os.environ, "TARGET": target, "K6_NO_USAGE_REPORT": "true", "K6_AUTO_EXTENSION_RESOLUTION": "false"})
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                raise RuntimeError(f"{self.name} ended with {process.returncode}:\n{output[-2000:]}")
            count, rate = self.requests(output, summary)
        return {"rate": rate, "cpu_us": (usage.ru_utime + usage.ru_stime) * 1e6 / max(count, 1), "rss_mib": usage.ru_maxrss / 1024}

    def requests(self, output, summary):
        if summary.exists():
            metrics = json.loads(summary.read_text())["metrics"]
            if metrics["checks"]["fails"] > 0:
                raise RuntimeError(f"{self.name}: {metrics['checks']['fails']} checks failed:\n{output[-2000:]}")
            return metrics["http_reqs"]["count"], metrics["http_reqs"]["rate"]
        return int(re.search(r"(\d+) requests in", output)[1]), float(re.search(r"Requests/sec: +([\d.]+)", output)[1])


def wrk_command(target, workload, vus, seconds, summary):
    return ["wrk", "-t1", f"-c{vus}", f"-d{seconds}s", target]


def run_command(program, *flags):
    def command(target, workload, vus, seconds, summary):
        skip = ["--insecure-skip-tls-verify"] if WORKLOADS[workload][1] else []
        return [program, "run", "--quiet", *flags, *skip, "--vus", vus, "--duration", f"{seconds}s", "--summary-export", summary,
                ROOT / "bench" / WORKLOADS[workload][0]]
    return command


def find_k6():
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "proofload" / "k6" / "k6"
    return os.environ.get("PROOFLOAD_K6") or shutil.which("k6") or (str(cache) if cache.exists() else None)


def find_tools(options):
    tools = [Tool("wrk", wrk_command)] if shutil.which("wrk") else sys.exit("bench: wrk is missing; ./dev setup installs it")
    tools += [Tool(io, run_command(options.proofload, "--cores", "1", f"--io={io}")) for io in ("uring", "epoll")]
    k6 = find_k6()
    if k6 and not options.smoke:
        tools.append(Tool("k6", run_command(k6)))
    return tools


class Target:
    """fast_server on its own core; a new port each time, so that no run meets another's closed connections."""

    def __init__(self, tls, certificates):
        files = ["--tls", certificates / "good.pem", certificates / "good.key"] if tls else []
        self.process = subprocess.Popen(["taskset", "-c", SERVER_CORE, BUILD / "bench" / "fast_server", *files], stdout=subprocess.PIPE, text=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.process.stdout.readline().split()[1]}/"

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self):
        self.process.kill()
        self.process.wait()


def measure(tools, workload, vus, options, certificates):
    """{tool: [result per round]}"""
    results = {tool.name: [] for tool in tools}
    for _ in range(options.rounds):
        for tool in tools:
            target = Target(WORKLOADS[workload][1], certificates)
            try:
                result = tool.run(target.url, workload, vus, options.seconds)
                result["server_cpu"] = target.cpu_seconds() / options.seconds
                results[tool.name].append(result)
            except RuntimeError as error:
                print(f"bench: {workload}, {vus} VUs: {error}", file=sys.stderr)
            finally:
                target.stop()
    return results


def median(results, field):
    return statistics.median(r[field] for r in results)


def ratio(results, name, to):
    """Median of the rounds' ratios of requests per second; None without pairs."""
    pairs = list(zip(results.get(name, []), results.get(to, [])))
    return statistics.median(a["rate"] / b["rate"] for a, b in pairs) if pairs else None


def rows(workload, vus, results):
    for name, rounds in results.items():
        if not rounds:
            yield f"| {workload} | {vus} | {name} | failed | | | | | |"
            continue
        of_wrk, of_k6 = ratio(results, name, "wrk"), ratio(results, name, "k6")
        spread = max(r["rate"] for r in rounds) / min(r["rate"] for r in rounds)
        yield (f"| {workload} | {vus:,} | {name} | {median(rounds, 'rate'):,.0f} | {spread:.2f} | {f'{of_wrk:.2f}' if of_wrk else ''} | "
               f"{f'{of_k6:.1f}' if of_k6 else ''} | {median(rounds, 'cpu_us'):.1f} | {median(rounds, 'rss_mib'):.0f} |")


def below_floor(workload, results, margin):
    for (name, tool), floor in FLOORS.items():
        if name == workload and tool in results:
            got = ratio(results, tool, "wrk")
            if got is None or got < floor * margin:
                yield f"{workload}, {tool}: {f'{got:.2f}' if got else 'no result'} of wrk, the floor is {floor} (x {margin} here)"
    if results.get("k6") and workload in ("get", "post"):
        got = ratio(results, "uring", "k6")
        if got is None or got < K6_FLOOR * margin:
            yield f"{workload}, uring: {f'{got:.1f}' if got else 'no result'} times k6, the floor is {K6_FLOOR}"


LIMITS_HEADER = "| limit of one core | Proofload | k6 | floor |\n|---|---:|---:|---:|"


def limit_rows(options, problems):
    """The table of bench/limits.py; what misses its floor goes to `problems`."""
    target = Target(False, None)
    try:
        rate = Tool("uring", run_command(options.proofload, "--cores", "1")).run(target.url, "get", 64, options.seconds)["rate"]
        for what, value, of_k6, floor, unit in limits.rows(CLIENT_CORE, options.proofload, find_k6(), target.url, rate):
            yield f"| {what} | {value:,.2f} {unit} | {f'{of_k6:,.2f} {unit}' if of_k6 is not None else ''} | {f'{floor} {unit}' if floor else ''} |"
            if floor and value > floor:
                problems.append(f"{what}: {value:,.2f} {unit}, the floor is {floor}")
    finally:
        target.stop()


HEADER = ("| workload | VUs | tool | requests/s | max ÷ min | of wrk | of k6 | CPU µs/request | RSS MiB |\n"
          "|---|---:|---|---:|---:|---:|---:|---:|---:|")


def write_document(table, limit_table, problems, options):
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    text = (ROOT / "bench" / "benchmarks.md.in").read_text()
    text = text.replace("@MACHINE@", f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}")
    text = text.replace("@COMMAND@", f"{options.rounds} rounds of {options.seconds} s each").replace("@TABLE@", "\n".join(table))
    text = text.replace("@LIMITS@", "\n".join(limit_table))
    text = text.replace("@MISSED@", "\n".join(f"- {problem}" for problem in problems) or "None.")
    (ROOT / "docs" / "benchmarks.md").write_text(text)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--vus", default="1,64,256,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--only", default=",".join(WORKLOADS))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--proofload", default=str(BUILD / "proofload"), help="another binary")
    parser.add_argument("--no-limits", dest="limits", action="store_false", help="only the paired runs")
    options = parser.parse_args()
    if options.smoke:
        options.vus, options.only, options.seconds, options.limits = "64", "get,post", 2, False
    return options


def main():
    options = parse_options()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    import certificates
    table, problems = [HEADER], []
    print(HEADER, flush=True)
    with tempfile.TemporaryDirectory(prefix="proofload-bench-") as folder:
        certificates.make(folder)
        for workload in options.only.split(","):
            for vus in map(int, options.vus.split(",")):
                if workload != "get" and not options.smoke and vus not in (64, 1000):
                    continue
                results = measure(find_tools(options), workload, vus, options, Path(folder))
                for row in rows(workload, vus, results):
                    table.append(row)
                    print(row, flush=True)
                if 64 <= vus <= 1000:   # the floors are for these
                    problems += below_floor(workload, results, SMOKE_MARGIN if options.smoke else 1)
    limit_table = [LIMITS_HEADER]
    if options.limits:
        print(f"\n{LIMITS_HEADER}", flush=True)
        for row in limit_rows(options, problems):
            limit_table.append(row)
            print(row, flush=True)
    if options.write:
        write_document(table, limit_table, problems, options)
    instructions = subprocess.run([sys.executable, ROOT / "bench" / "instructions.py", BUILD]).returncode
    print("\n".join(problems) or "no floor was missed")
    return 1 if problems or instructions else 0


if __name__ == "__main__":
    sys.exit(main())
