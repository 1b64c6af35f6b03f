#!/usr/bin/env python3
"""Repeats what was observed of k6: runs the scripts of tests/observed/scripts and compares what comes of them.

Usage: observed.py [--engine PATH] [--jobs N] [--record | --accept] [FILTER...]
A case is its exit code, its log and output with times and rates blanked, what it exported and sent. The expectations in
tests/observed/expected were recorded from k6 v2.2.0 with `--engine /path/to/k6 --record`; tests/observed/differs has what
differs from them here, line by line, as `--accept` wrote it: read its diff, and keep docs/k6-compatibility.md true. The last line is `N passed, N failed, N skipped`.
"""
import argparse
import asyncio
import concurrent.futures
import csv
import difflib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SCRIPTS = ROOT / "observed" / "scripts"
EXPECTED = ROOT / "observed" / "expected"
DIFFERS = ROOT / "observed" / "differs"
SECONDS_MAX = 30
# Ports as the scripts have them; the real ones are put in when a script is copied, and taken out of what it printed.
WEB, RAW, REFUSED = "127.0.0.1:38080", "127.0.0.1:38082", "127.0.0.1:1"

# name, arguments ({t} is the case's own folder), and what else: `loose` blanks every number (load that depends on the time),
# `signal` = (text on stderr or stdout that it waits for, signal), `files` are compared, `ignore` is left out of both sides.
CASES = {
    "pass": dict(args="-u 1 -i 6 pass.js"),
    "pass-full": dict(args="-u 1 -i 6 --summary-mode full pass.js"),
    "pass-outputs": dict(args="--quiet --out json={t}/points.ndjson --out csv={t}/points.csv --summary-export {t}/export.json -u 1 -i 6 pass.js",
                         files=["points.ndjson", "points.csv", "export.json"]),
    "pass-all-tags": dict(args="--quiet --system-tags proto,status,method,url,name,group,check,error,error_code,tls_version,scenario,"
                               "ip,vu,iter,expected_response --out json={t}/points.ndjson --out csv={t}/points.csv -i 1 -u 1 "
                               "--no-thresholds pass.js", files=["points.ndjson", "points.csv"]),
    "fail": dict(args="fail.js", loose=True),
    "fail-log-json": dict(args="--log-format json fail.js", loose=True),
    "fail-log-raw": dict(args="--log-format raw fail.js", loose=True),
    "scenarios": dict(args="scenarios.js", loose=True),
    "scenarios-full": dict(args="--summary-mode full scenarios.js", loose=True),
    "scenarios-disabled": dict(args="--summary-mode disabled --summary-export {t}/export.json scenarios.js", loose=True),
    "scenarios-outputs": dict(args="--quiet --out json={t}/points.ndjson --summary-export {t}/export.json scenarios.js", loose=True,
                              files=["points.ndjson", "export.json"]),
    "summary-data": dict(args="-e OUT={t}/data.json --summary-export {t}/export.json summary-data.js", files=["data.json", "export.json"]),
    "summary-data-new": dict(args="-e OUT={t}/data.json --new-machine-readable-summary summary-data.js", files=["data.json"]),
    "summary-data-disabled": dict(args="--summary-mode disabled -e OUT={t}/never-written.json summary-data.js"),
    "inspect-pass": dict(command="inspect pass.js"),
    "inspect-scenarios": dict(command="inspect scenarios.js"),
    "inspect-requirements": dict(command="inspect --execution-requirements scenarios.js"),
    "inspect-requirements-pass": dict(command="inspect --execution-requirements pass.js"),
    "no-arguments": dict(args="", ignore="Usage|Examples|Flags|^ "),
    "sigint": dict(args="cases/slow.js", signal=("running (00m01", signal.SIGINT), loose=True),
    "sigterm": dict(args="cases/slow.js", signal=("running (00m01", signal.SIGTERM), loose=True),
    "dropped": dict(args="cases/dropped.js", loose=True),
    "http-debug": dict(args="--quiet --http-debug=full cases/one-request.js", ignore="Date:|Server:|Keep-Alive|Connection:"),
    "wire": dict(args="--quiet cases/wire.js", wire=True, ignore=r"\{.\"headers"),
    "abort-samples": dict(args="--quiet --out json={t}/points.ndjson cases/test-abort.js", files=["points.ndjson"],
                          ignore=r"iterations\.+:"),
    "graceful-samples": dict(args="--quiet --out json={t}/points.ndjson cases/graceful.js", files=["points.ndjson"]),
    "methods": dict(args="--quiet --out json={t}/points.ndjson cases/methods.js", files=["points.ndjson"]),
    "override-scenarios": dict(args="-u 1 -i 1 scenarios.js"),
    "unknown-flag": dict(args="--no-such-flag cases/ok.js"),
    "two-arguments": dict(args="cases/ok.js cases/ok.js"),
    "unknown-out": dict(args="--out nosuch cases/ok.js"),
    "bad-duration": dict(args="-d 5x cases/ok.js"),
    "vus-zero": dict(args="-u 0 -d 1s cases/ok.js"),
    "iterations-fewer": dict(args="-u 5 -i 2 cases/ok.js"),
    "short-duration": dict(args="-u 1 -d 200ms cases/ok.js", loose=True),
    "iterations-and-stage": dict(args="-i 2 -s 1s:1 cases/ok.js"),
    "vus-only": dict(args="-u 3 cases/ok.js"),
    "removed-no-summary": dict(args="--quiet --no-summary cases/ok.js"),
    "out-kafka": dict(args="--quiet --out kafka cases/ok.js"),
    "json-stdout": dict(args="--quiet --out json cases/check-fails.js", ignore='Point.*iteration_duration|"iteration_duration","type":"Point'),
}
# One script each, run as it is.
CASES.update({name: dict(args=f"--quiet cases/{name}.js") for name in (
    "ok", "iteration-throws", "check-fails", "setup-timeout", "teardown-timeout", "unknown-option", "summary-throws", "console",
    "errors", "setup-nan", "setup-function", "init-rejects", "globals")})
CASES.update({name: dict(args=f"cases/{name}.js") for name in (
    "abort-on-fail", "bad-threshold", "bad-option", "bad-exec", "bad-executor", "unknown-metric", "no-exports", "init-throws",
    "syntax", "setup-throws", "teardown-throws", "test-abort", "init-abort", "test-fail", "missing-module", "unknown-module",
    "removed-module", "extension", "no-such-file", "graceful", "vus-and-scenarios", "duration-and-scenarios")})
# How many VUs had begun before the first one aborted is chance.
CASES["test-abort"]["ignore"] = r"iterations\.+:|^running"
# Objects are shown in any order of their keys.
CASES["probe"] = dict(args="--quiet cases/probe.js", ignore=r"=> \{")
# Lines left out of both sides everywhere.
KNOWN = [
    r"the load generator",             # our self-watch
    r"^\s*at .*\(native\)",            # Go's frames in stack traces
    r"\bvus(_max)?\b.*(:|\{|,<time>)",   # sampled each second, if there is one
    r"\bdropped_iterations\b",        # on a busy machine
]
BANNER = re.compile(r" ?/\\ | / |/ _|Init |default \[")


# --- the target ---------------------------------------------------------------------------------------------------------

def answer(method, target):
    path, _, query = target.partition("?")
    if path == "/missing":
        return 404, [("Content-Type", "text/plain")], b"no such page\n", 0
    if path == "/move":
        return 302, [("Location", "/json")], b"", 0
    body = json.dumps({"path": path, "method": method, "items": [1, 2, 3]}, separators=(",", ":")).encode()
    wait = re.search(r"ms=(\d+)", query)
    headers = [("Content-Type", "application/json"), ("Set-Cookie", "sid=abc; Path=/; HttpOnly")]
    return 200, headers, body, int(wait.group(1)) / 1000 if wait else 0


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"^content-length: *(\d+)", head, re.M | re.I)
    return head, await reader.readexactly(int(length.group(1))) if length else b""


async def serve_web(reader, writer):
    try:
        while True:
            head, _ = await read_request(reader)
            method, target = head.decode("latin1").split(" ")[:2]
            status, headers, body, wait = answer(method, target)
            await asyncio.sleep(wait)
            lines = [f"HTTP/1.1 {status} {({200: 'OK', 302: 'Found', 404: 'Not Found'})[status]}"]
            lines += [f"{name}: {value}" for name, value in headers] + [f"Content-Length: {len(body)}", "", ""]
            writer.write("\r\n".join(lines).encode() + (b"" if method == "HEAD" else body))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def shown(data):
    text = data.decode("latin1").replace("\r\n", "\\r\n")
    return re.sub(r"[^\t\n\x20-\x7e]", lambda c: f"\\x{ord(c[0]):02x}", text)


class Target:
    """Both ports, on a thread of their own. `wire` is what came in at the raw one."""

    def __enter__(self):
        self.wire, self.connections, self.loop = [], 0, asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self.run, args=(ready,), daemon=True).start()
        ready.wait()
        return self

    def __exit__(self, *_):
        # What still reads ends with the program that wrote.
        self.loop.call_soon_threadsafe(lambda: [server.close() for server in self.servers])

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        self.servers = [self.loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
                        for serve in (serve_web, self.serve_raw)]
        self.ports = [server.sockets[0].getsockname()[1] for server in self.servers]
        ready.set()
        self.loop.run_forever()

    async def serve_raw(self, reader, writer):
        self.connections += 1
        number = self.connections
        try:
            while True:
                head, body = await read_request(reader)
                self.wire.append(f"--- connection {number}\n{shown(head + body)}\n")
                content = b"" if head.startswith(b"HEAD") else b"ok"
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nSet-Cookie: a=1\r\nSet-Cookie: b=\"x y\"\r\n"
                             b"set-cookie: c=d; Path=/only\r\nX-Twice: 1\r\nx-twice: 2\r\n\r\n%s" % (len(content), content))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def put_ports(self, text):
        return text.replace(WEB, f"127.0.0.1:{self.ports[0]}").replace(RAW, f"127.0.0.1:{self.ports[1]}")

    def take_ports(self, text):
        return text.replace(f"127.0.0.1:{self.ports[0]}", WEB).replace(f"127.0.0.1:{self.ports[1]}", RAW)


# --- what is compared ---------------------------------------------------------------------------------------------------

NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
DURATION = rf"(?:\d+(?:\.\d+)?(?:h|ms|m|s|µs|ns|us))+"


def blank(text, loose):
    text = re.sub(rf"\d{{4}}-\d\d-\d\dT[\d:.]+Z|{DURATION}\b", "<t>", text)
    text = re.sub(rf"{NUMBER} ?([kMG]?B)\b", "<b>", text)
    text = re.sub(rf"{NUMBER}(/s| iters/s)", r"<n>\1", text)
    if loose:
        text = re.sub(NUMBER, "<n>", re.sub(r"\d{2}m\d{2}\.\ds", "<t>", text))
    return re.sub(r" +", " ", text).rstrip()


def position(text):
    """Columns count differently, and bytecode offsets are k6's only."""
    return re.sub(r"(:\d+):\d+(\(\d+\))?", r"\1", text)


def output_lines(text, loose):
    """The plan exactly, then the summary and the last progress; what was shown on the way depends on the machine."""
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.startswith("     execution:")), None)
    if start is None:
        return [line for line in map(lambda line: blank(line, loose), lines) if line and not BANNER.match(line)]
    is_body = [bool(re.match(r"running \(|Init |Run |  █|.*\[ +\d+% \]", line)) for line in lines]
    end = next((i for i in range(start, len(lines)) if is_body[i]), len(lines))
    last = max((i for i, line in enumerate(lines) if re.match(r"running \(|Init |Run ", line)), default=len(lines))
    result, is_progress = [line.rstrip() for line in lines[start:end]], False
    for i, line in enumerate(lines[end:], end):
        is_progress = bool(re.match(r"running \(|Init |Run ", line)) or (is_progress and line != "")
        if not is_progress:
            result.append(blank(line, loose))
        elif i >= last and not re.match(r"Init |Run ", line):
            result.append(re.sub("[✓✗]", "✓", re.sub(r"\[ *\S+% \]", "[<p>]", blank(line, loose))) if loose or "%" in line
                          else blank(line, loose))
    return [line for line in result if line]


def log_lines(text, loose):
    result = []
    for line in text.split("\n"):
        if line.startswith("{"):
            line = json.dumps({**json.loads(line), "time": ""}, sort_keys=True, ensure_ascii=False)
        line = position(re.sub(r'time="[^"]*" ', "", line))
        line = re.sub(r"\\n\\tat [^\\]*\(native\)", "", line)
        result.append(blank(line, True) if loose else line)
    # VUs log in any order, and k6 runs the init code more often.
    return sorted(set(result) - {""})


def flattened(value, loose, path=""):
    """JSON as lines; times are only there, counts are compared."""
    if isinstance(value, dict):
        return [line for key in sorted(value) if key not in ("vus", "vus_max", "generated_at")
                for line in flattened(value[key], loose, f"{path}.{key}")]
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        named = [item for item in value if isinstance(item, dict) and "name" in item]
        items = {f"{item['name']}": item for item in named} if len(named) == len(value) else dict(enumerate(value))
        return [line for key in sorted(items) if key not in ("vus", "vus_max")
                for line in flattened(items[key], loose, f"{path}[{key}]")]
    exact = not loose and re.search(r"(count|passes|fails|value|matches|Count|Rate)$", path) and not re.search("data_|http_req_", path)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [f"{path}: {value if exact else '<n>'}"]
    return [f"{path}: {blank(json.dumps(value, ensure_ascii=False), loose)}"]


def point_lines(text, loose):
    lines = set()
    for line in text.splitlines():
        item = json.loads(line)
        if item["type"] == "Metric":
            for part in item["data"]["submetrics"] or []:
                lines.add(f"metric {item['metric']} {json.dumps(part, sort_keys=True)}")
            item["data"]["submetrics"] = None
            lines.add("metric " + json.dumps(item["data"], sort_keys=True))
        else:
            tags = json.dumps(item["data"]["tags"], sort_keys=True)
            lines.add(f"point {item['metric']} {position(tags)} {json.dumps(item['data'].get('metadata', {}), sort_keys=True)}")
    return sorted(lines)


def csv_lines(text):
    lines = set()
    rows = list(csv.reader(text.splitlines()))
    for row in rows[1:]:
        row[1:3] = ["<time>", "<value>"]
        row[-2:] = ["&".join(sorted(field.split("&"))) for field in row[-2:]]
        lines.add(",".join(row))
    return [",".join(rows[0])] + sorted(lines)


def file_lines(path, loose):
    if not path.exists():
        return ["was not written"]
    text = path.read_text()
    if path.suffix == ".ndjson":
        return point_lines(text, loose)
    if path.suffix == ".csv":
        return csv_lines(text)
    return flattened(json.loads(text), loose)


def wire_lines(wire):
    # Which connections a batch takes is chance.
    wire = [re.sub(r"^--- connection \d+", "--- request", text) for text in wire]
    text = re.sub(r"(boundary=|--)[0-9a-f]{60}", r"\1<boundary>", "".join(wire))
    text = re.sub(r"Content-Length: \d+(\\r\nContent-Encoding: gzip)", r"Content-Length: <n>\1", text)
    text = re.sub(r"^\\x1f\\x8b.*$", "<gzip>", text, flags=re.M)
    text = re.sub(r'filename="\d{19}"', 'filename="<time>"', text)
    return text.replace("Grafana k6/2.2.0", "<agent>").splitlines()


# --- running ------------------------------------------------------------------------------------------------------------

class Run:
    def __init__(self, engine, name, case):
        self.engine, self.name, self.case = engine, name, case
        self.loose = case.get("loose", False)

    def report(self):
        with Target() as target, tempfile.TemporaryDirectory(prefix="proofload-observed-") as folder:
            self.folder, self.target = Path(folder), target
            scripts = self.folder / "scripts"
            shutil.copytree(SCRIPTS, scripts)
            for script in scripts.rglob("*.js"):
                script.write_text(target.put_ports(script.read_text()))
            code, out, err = self.execute(scripts)
            lines = [f"exit {code}"]
            lines += self.section("stdout", output_lines(self.clean(out), self.loose))
            lines += self.section("stderr", log_lines(self.clean(err), self.loose))
            for name in self.case.get("files", []):
                text = [self.clean(line) for line in file_lines(self.folder / name, self.loose)]
                lines += self.section(name, text)
            if self.case.get("wire"):
                lines += self.section("wire", wire_lines([target.take_ports(text) for text in target.wire]))
            return "\n".join(lines) + "\n"

    def execute(self, scripts):
        arguments = self.case.get("command") or "run " + self.case["args"]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "TZ": "UTC", "LANG": "C.UTF-8",
               "K6_NO_USAGE_REPORT": "true", "K6_AUTO_EXTENSION_RESOLUTION": "false"}
        out, err = self.folder / "out", self.folder / "err"
        with out.open("wb") as so, err.open("wb") as se:
            process = subprocess.Popen([self.engine, *arguments.replace("{t}", str(self.folder)).split()], cwd=scripts, env=env,
                                       stdin=subprocess.DEVNULL, stdout=so, stderr=se)
            text, number = self.case.get("signal", (None, None))
            deadline = time.monotonic() + SECONDS_MAX
            while process.poll() is None:
                if time.monotonic() > deadline:
                    process.kill()
                if text and text in out.read_text() + err.read_text():
                    process.send_signal(number)
                    text = None
                time.sleep(0.02)
        return process.returncode, out.read_text(), err.read_text()

    def section(self, name, lines):
        ignored = [*KNOWN, *([self.case["ignore"]] if "ignore" in self.case else [])]
        return [f"# {name}"] + [line for line in lines if not any(re.search(pattern, line) for pattern in ignored)]

    def clean(self, text):
        text = self.target.take_ports(text).replace(str(self.folder / "scripts"), "SCRIPTS").replace(str(self.folder), "TMP")
        text = re.sub(r"request_id=[0-9a-f-]{36}", "request_id=<id>", text)
        return re.sub(r"\\ngoroutine [^\"]*", " ...", text)


def check(engine, name, case, action):
    """What is wrong, as lines; none when all is well."""
    path, known = EXPECTED / f"{name}.txt", DIFFERS / f"{name}.diff"
    report = Run(engine, name, case).report()
    if action == "record":
        path.write_text(report)
        return []
    expected = path.read_text() if path.exists() else ""
    diff = list(difflib.unified_diff(expected.splitlines(), report.splitlines(), "k6", "here", lineterm="", n=0))
    text = "".join(f"{line}\n" for line in diff if not line.startswith("@@"))
    if action == "accept":
        known.unlink(missing_ok=True)
        if text:
            known.write_text(text)
        return []
    return [] if text == (known.read_text() if known.exists() else "") else diff


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default=str(ROOT.parent / "build" / "release" / "proofload"))
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--record", dest="action", action="store_const", const="record")
    parser.add_argument("--accept", dest="action", action="store_const", const="accept")
    parser.add_argument("filter", nargs="*")
    options = parser.parse_args()
    names = [name for name in CASES if not options.filter or any(part in name for part in options.filter)]
    failed = 0
    engine = str(Path(options.engine).resolve())
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        checks = {name: pool.submit(check, engine, name, CASES[name], options.action) for name in names}
        for name, result in checks.items():
            problem = result.result()
            if problem:
                failed += 1
                print(f"FAILED observed/{name}\n   " + "\n   ".join(problem[:60]), flush=True)
    print(f"{len(names) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
