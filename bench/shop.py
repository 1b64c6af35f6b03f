#!/usr/bin/env python3
"""What the shop carries and what watching it costs: `./dev bench shop [--small] [--seconds N]`.

The shop and its databases have the first core; the rig (generator, Prometheus, Jaeger, exporters) has the last. Printed:
  room       the highest rate of mixed journeys that is carried without a dropped iteration, and p99 at half of it
  telemetry  the share of the services' CPU spent in metrics and traces: samples of their own CPU profiles at half load
  rig        CPU of what is not the shop at the load of the accuracy tests, of two cores
"""
import argparse
import collections
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
RIG = ROOT / "shop" / "rig" / "shop.py"
SHOP_CORE, RIG_CORE = 0, os.cpu_count() - 1
TICKS = os.sysconf("SC_CLK_TCK")
PROFILE_HZ = 500
WATCHERS = ("prometheus", "jaeger", "exporter-primary", "exporter-replica")

ROOM_FLOOR, ROOM_P99_MS = 500, 50      # requests a second on one core; at half of the most that it carries
TELEMETRY_CEILING, RIG_CEILING = 0.05, 0.5
ACCURACY_JOURNEYS = 30                 # a second: about 125 requests, the middle of what the analysis is tried at


class Processes:
    """Who belongs to the shop and who watches it, with all their children."""

    def __init__(self, data):
        facts = json.loads((data / "rig.json").read_text())
        self.named = {one["name"]: one["pid"] for one in facts["processes"]}

    @staticmethod
    def family(pid):
        found = [pid]
        for one in found:
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                found += map(int, task.read_text().split())
        return found

    def pin(self):
        for name, pid in self.named.items():
            core = RIG_CORE if name in WATCHERS else SHOP_CORE
            for one in self.family(pid):
                subprocess.run(["taskset", "-a", "-c", "-p", str(core), str(one)], stdout=subprocess.DEVNULL, check=True)

    def cpu_seconds(self, is_watcher):
        total = 0
        for name, pid in self.named.items():
            if (name in WATCHERS) == is_watcher:
                for one in self.family(pid):
                    fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                    total += int(fields[11]) + int(fields[12])
        return total / TICKS


class Load:
    """Journeys at a constant rate; what the customers saw, and the generator's own CPU."""

    def __init__(self, shop, rate, seconds, seeded):
        script = ROOT / "examples" / "shop" / "journeys.js"
        with tempfile.TemporaryDirectory(prefix="proofload-bench-") as folder:
            summary = Path(folder) / "summary.json"
            process = subprocess.Popen(
                ["taskset", "-c", str(RIG_CORE), BUILD / "proofload", "run", "--quiet", "--summary-export", summary,
                 "--summary-trend-stats", "p(95),p(99)", script],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder,
                env={**os.environ, "SHOP": shop, "PROFILE": "constant", "RATE": str(rate), "FOR": f"{seconds}s", **seeded})
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if not summary.exists():
                raise RuntimeError(f"the load ended with {process.returncode}:\n{output[-2000:]}")
            metrics = json.loads(summary.read_text())["metrics"]
        self.generator_cpu = usage.ru_utime + usage.ru_stime
        self.dropped = metrics.get("dropped_iterations", {}).get("count", 0)
        self.p99_ms = metrics["http_req_duration"]["p(99)"]
        self.failed_share = metrics["http_req_failed"]["value"]
        self.request_rate = metrics["http_reqs"]["count"] / seconds

    def is_carried(self):
        return self.dropped == 0 and self.failed_share < 0.001 and self.p99_ms < 500


class Profile:
    """CPU samples of one service in the profiler's own format: words of eight bytes, then /proc/self/maps.
    https://gperftools.github.io/gperftools/cpuprofile-fileformat.html"""

    def __init__(self, data):
        words = struct.unpack_from(f"<{len(data) // 8}Q", data)
        self.stacks = collections.Counter()
        at = 2 + words[1]
        while words[at + 1] != 0 and words[at + 2] != 0:
            count, depth = words[at], words[at + 1]
            self.stacks[words[at + 2:at + 2 + depth]] += count
            at += 2 + depth
        maps = data[8 * (at + 3):].decode(errors="replace").splitlines()
        self.base = next(int(line.split("-")[0], 16) for line in maps if "proofload-shop" in line)

    def telemetry_share(self):
        """(samples with a frame of the telemetry in their stack, all samples)."""
        pcs = sorted({pc for stack in self.stacks for pc in stack})
        asked = "\n".join(hex(pc - self.base) for pc in pcs)
        named = subprocess.run(["addr2line", "-a", "-f", "-C", "-i", "-e", BUILD / "proofload-shop"], input=asked,
                               capture_output=True, text=True, check=True).stdout
        watching, pc = set(), None
        for line in named.splitlines():
            if line.startswith("0x"):
                pc = int(line, 16) + self.base
            elif "/shop/telemetry/" in line or line.startswith("prometheus::"):
                watching.add(pc)
        total = sum(self.stacks.values())
        return sum(count for stack, count in self.stacks.items() if watching.intersection(stack)), total


def profile_services(config, seconds):
    """Profiles of all services over the same seconds."""
    found = []

    def take(service):
        url = f"http://127.0.0.1:{service['port']}/debug/pprof/profile?seconds={seconds}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {config['admin']['token']}"})
        with urllib.request.urlopen(request, timeout=seconds + 30) as reply:
            found.append(Profile(reply.read()))
    threads = [threading.Thread(target=take, args=(service,)) for service in config["services"]]
    for thread in threads:
        thread.start()
    return threads, found


def say(name, value, limit, is_met):
    print(f"{name:58} {value:>14}   {limit:18} {'ok' if is_met else 'MISSED'}", flush=True)
    return is_met


def measure_room(shop, seeded, seconds):
    rate, carried = 60, None
    while True:
        load = Load(shop, rate, seconds, seeded)
        print(f"  {rate} journeys/s: {load.request_rate:.0f} requests/s, p99 {load.p99_ms:.1f} ms, {load.dropped} dropped, "
              f"{100 * load.failed_share:.2f} % failed", flush=True)
        if not load.is_carried():
            return carried
        carried, rate = (rate, load), round(rate * 1.2)


def measure(options, data):
    config = json.loads((data / "shop.json").read_text())
    shop = f"http://127.0.0.1:{next(one['port'] for one in config['services'] if one['role'] == 'gateway')}"
    seeded = {} if options.small else {"USERS": "50000", "PRODUCTS": "10000"}
    processes = Processes(data)
    processes.pin()
    Load(shop, 20, 5, seeded)   # caches and plans are warm now
    carried = measure_room(shop, seeded, options.seconds)
    if carried is None:
        raise RuntimeError("the shop does not even carry the first step")
    rate, most = carried
    results = [say("room: requests a second on one core", f"{most.request_rate:.0f}", f"floor {ROOM_FLOOR}", most.request_rate >= ROOM_FLOOR)]

    profiling = []
    timer = threading.Timer(1, lambda: profiling.append(profile_services(config, options.seconds)))
    timer.start()
    half = Load(shop, rate // 2, options.seconds + 2, seeded)
    results.append(say("room: p99 at half of it", f"{half.p99_ms:.1f} ms", f"below {ROOM_P99_MS} ms", half.p99_ms < ROOM_P99_MS))
    threads, profiles = profiling[0]
    for thread in threads:
        thread.join()
    shares = [profile.telemetry_share() for profile in profiles]
    watching, total = sum(one[0] for one in shares), sum(one[1] for one in shares)
    results.append(say(f"telemetry: share of the services' CPU ({total} samples)", f"{100 * watching / max(total, 1):.1f} %",
                       f"at most {100 * TELEMETRY_CEILING:.0f} %", watching <= TELEMETRY_CEILING * total))

    before, shop_before, began = processes.cpu_seconds(True), processes.cpu_seconds(False), time.monotonic()
    quiet = Load(shop, ACCURACY_JOURNEYS, 2 * options.seconds, seeded)
    took = time.monotonic() - began
    rig = (processes.cpu_seconds(True) - before + quiet.generator_cpu) / took / 2
    results.append(say(f"rig: CPU of two cores at {quiet.request_rate:.0f} requests a second", f"{100 * rig:.1f} %",
                       f"at most {100 * RIG_CEILING:.0f} %", rig <= RIG_CEILING))
    print(f"{'  of it the generator':58} {100 * quiet.generator_cpu / took / 2:>12.1f} %")
    print(f"{'  the shop and its databases, beside it':58} {100 * (processes.cpu_seconds(False) - shop_before) / took / 2:>12.1f} %")
    return all(results)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench shop", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="20,000 orders instead of 1,500,000")
    parser.add_argument("--seconds", type=int, default=10, help="of each step (10)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Where the databases' user can reach it.
    with tempfile.TemporaryDirectory(prefix="proofload-bench-shop-") as folder:
        os.chmod(folder, 0o755)
        data = Path(folder) / "shop"
        where = ["--data", data, "--binary", BUILD / "proofload-shop"]
        size = ["--small"] if options.small else []
        try:
            subprocess.run([sys.executable, RIG, "up", *where, *size, "--with", "prometheus,jaeger"], check=True,
                           env={**os.environ, "CPUPROFILE_FREQUENCY": str(PROFILE_HZ)})
            is_met = measure(options, data)
        finally:
            subprocess.run([sys.executable, RIG, "down", *where, "--purge"], stdout=subprocess.DEVNULL, check=False)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
