"""How far one core goes: memory of a VU, start of ten thousand, longest stop of the loop, lateness of arrivals.

Used by bench/run.py. Each row is (what, our value, k6's or None, floor or None, unit); smaller is better.
"""
import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

QUIET_K6 = {"K6_NO_USAGE_REPORT": "true", "K6_AUTO_EXTENSION_RESOLUTION": "false"}
VUS = 10_000
IDLE = "import { sleep } from 'k6';\nexport default function () { sleep(30) }\n"
EMPTY = "export default function () {}\n"
# Garbage that only a collection can free, and a library that every VU initialises.
CYCLIC = """import { sleep } from 'k6';
import { touch } from './library.js';
export default function () {
  for (let i = 0; i < 50; i++) { const node = { i, touched: touch(i) }; node.self = node }
  sleep(0.5 + Math.random());
}
"""
ARRIVALS = """import http from 'k6/http';
export const options = {
  scenarios: { open: { executor: 'constant-arrival-rate', rate: RATE, timeUnit: '1s', duration: '5s', preAllocatedVUs: 64 } },
  thresholds: { iteration_start_lag: ['max>=0'] },
};
export default function () { http.get(__ENV.TARGET) }
"""


def library(kilobytes):
    """A module of so much source, in functions of about a kilobyte as bundled libraries have them."""
    body = "".join(f"  if (value === {i}) return {{ kind: 'case {i}', next: value * {i} + limits[{i}] }};\n" for i in range(16))
    one = "function helperNUMBER(value, limits = []) {\n" + body + "  return value;\n}\n"
    count = kilobytes * 1024 // len(one)
    return "".join(one.replace("NUMBER", str(i)) for i in range(count)) + "export const touch = (i) => helper1(i);\n"


class Finished:
    """A run on one core: `seconds` of wall time, `output`, `metrics` of --summary-export."""

    def __init__(self, core, program, script, *flags, env=None):
        with tempfile.TemporaryDirectory(prefix="proofload-bench-") as folder:
            Path(folder, "script.js").write_text(script)
            if "library.js" in script:
                Path(folder, "library.js").write_text(library(500))
            command = ["taskset", "-c", core, program, "run", "--quiet", "--no-color", "--summary-trend-stats=max,p(99.9)",
                       "--summary-export=summary.json", *flags, "script.js"]
            started = time.monotonic()
            done = subprocess.run([str(c) for c in command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  env={**os.environ, **QUIET_K6, **(env or {})}, check=False)
            self.seconds, self.output = time.monotonic() - started, done.stdout
            if done.returncode != 0:
                raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-2000:]}")
            self.metrics = json.loads(Path(folder, "summary.json").read_text())["metrics"]


def rss_kib(core, program, vus, *flags):
    """Resident memory while `vus` VUs sleep, once it has settled: k6 takes some seconds to start ten thousand."""
    with tempfile.TemporaryDirectory(prefix="proofload-bench-") as folder:
        Path(folder, "script.js").write_text(IDLE)
        process = subprocess.Popen(["taskset", "-c", core, str(program), "run", "--quiet", *flags, "--vus", str(vus), "--duration", "30s", "script.js"],
                                   cwd=folder, env={**os.environ, **QUIET_K6}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        last = 0
        try:
            while True:
                time.sleep(2)
                now = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])
                if abs(now - last) < 0.01 * now:
                    return now
                last = now
        finally:
            process.kill()
            process.wait()


def per_vu(core, program, *flags):
    return (rss_kib(core, program, VUS, *flags) - rss_kib(core, program, 100, *flags)) / (VUS - 100)


def milliseconds(text):
    """Of a Go duration below a minute: "1.5ms", "120µs", "2s"."""
    number, unit = re.fullmatch(r'"?([\d.]+)(ns|µs|ms|s)"?', text).groups()
    return float(number) * {"ns": 1e-6, "µs": 1e-3, "ms": 1, "s": 1e3}[unit]


def rows(core, proofload, k6, target, rate):
    own = ("--cores", "1")
    yield "memory of an idle VU", per_vu(core, proofload, *own), per_vu(core, k6) if k6 else None, 32, "KiB"
    start = ("--vus", VUS, "--iterations", VUS)
    yield ("10,000 VUs started, one iteration each", Finished(core, proofload, EMPTY, *own, *start).seconds,
           Finished(core, k6, EMPTY, *start).seconds if k6 else None, 2, "s")
    arrivals = ARRIVALS.replace("RATE", str(int(rate / 2)))
    late = Finished(core, proofload, arrivals, *own, env={"TARGET": target})
    yield (f"lateness of {int(rate / 2):,} arrivals a second (half of the maximum), p99.9", late.metrics["iteration_start_lag"]["p(99.9)"], None, 2, "ms")
    dropped = late.metrics.get("dropped_iterations", {}).get("count", 0)
    yield "of them dropped because its 64 VUs were all busy", 100 * dropped / (5 * int(rate / 2)), None, None, "%"
    # The last: the machine takes a while to get over its gigabytes.
    cyclic = Finished(core, proofload, CYCLIC, *own, "-v", "--vus", VUS, "--duration", "8s")
    yield ("longest stop of the loop, 10,000 VUs with a 500 KB library and cyclic garbage",
           milliseconds(re.search(r"longest_stop=(\S+)", cyclic.output)[1]), None, 10, "ms")
