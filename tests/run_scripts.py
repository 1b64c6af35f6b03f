#!/usr/bin/env python3
"""Runs the behaviour scripts of tests/scripts under a k6-like binary and holds it to their expectations.

Usage: run_scripts.py [--engine k6|PATH] [--jobs N] [--patience FACTOR] [--slow] [--update-golden] [FILTER...]
A script is run when its path below tests/scripts contains one of the filters. The last line is
`N passed, N failed, N skipped`. How to write one: tests/scripts/README.md.
"""
import argparse
import concurrent.futures
import json
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "tests" / "scripts"
sys.path.insert(0, str(ROOT / "tests" / "support"))
from expectations import BadScript, Outcome, judge, read_case  # noqa: E402

SECONDS_MAX = 15
OUTPUT_LINES_MAX = 60


class Engine:
    def __init__(self, path):
        self.path = path
        version = subprocess.run([path, "version"], capture_output=True, text=True, timeout=30).stdout
        # k6 names the Go that built it; ours, also under the name k6, does not.
        self.name = "k6" if re.search(r"\bgo1\.", version) else "proofload"
        self.is_sanitized = b"__ubsan_handle" in Path(path).read_bytes()


def find_engine(name):
    if name == "k6":
        cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "proofload" / "k6" / "k6"
        found = os.environ.get("PROOFLOAD_K6") or shutil.which("k6") or (str(cache) if cache.exists() else None)
        if not found:
            sys.exit("run_scripts: no k6 in PATH, PROOFLOAD_K6 or the cache; bench/build_k6.sh builds one where Go is")
        return Engine(found)
    if not os.access(name, os.X_OK):
        sys.exit(f"run_scripts: there is no program {name}; ./dev build makes it")
    return Engine(str(Path(name).resolve()))


class Target:
    """tests/support/server.py, running for as long as this object is entered."""

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, ROOT / "tests" / "support" / "server.py"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        ports, folder = told["ports"], told["folder"]
        self.variables = {
            "SERVER": f"http://127.0.0.1:{ports['http']}", "HOST": f"127.0.0.1:{ports['http']}", "PORT": str(ports["http"]),
            "TLS": f"https://127.0.0.1:{ports['tls']}", "TLS_PORT": str(ports["tls"]),
            "EXPIRED": f"https://127.0.0.1:{ports['expired']}", "WRONG_HOST": f"https://127.0.0.1:{ports['wrong_host']}",
            "CLIENT_AUTH": f"https://127.0.0.1:{ports['client_auth']}", "PROXY": f"http://127.0.0.1:{ports['proxy']}",
            "REFUSED": f"http://127.0.0.1:{ports['refused']}", "SILENT": f"127.0.0.1:{ports['silent']}",
            "SATURATED": f"127.0.0.1:{ports['saturated']}", "CA": f"{folder}/ca.pem",
            "CLIENT_CERT": f"{folder}/client.pem", "CLIENT_KEY": f"{folder}/client.key"}
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)


def fill(text, variables):
    return re.sub(r"\{([A-Z_]+)\}", lambda m: variables.get(m[1], m[0]), text)


def environment(case, variables):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("K6_") and "proxy" not in k.lower() and k != "NO_COLOR"}
    env = {**kept, "K6_NO_USAGE_REPORT": "true", "K6_AUTO_EXTENSION_RESOLUTION": "false", **variables,
           "HOME": variables["DIR"], "XDG_CONFIG_HOME": variables["DIR"] + "/config"}
    for _, text in case.lists.get("env", []):
        name, _, value = text.partition("=")
        env[name] = fill(value, variables)
    return env


def command_line(case, engine, variables):
    if "command" in case.settings:
        return [engine.path, *shlex.split(fill(case.settings["command"], variables))]
    command = [engine.path, "run", *([] if "loud" in case.settings else ["--quiet"]), "--no-color"]
    if "disabled" not in case.settings.get("args", ""):
        command += ["--summary-export", "summary.json"]
    if case.wants("points"):
        command += ["--out", "json=points.ndjson"]
    command += shlex.split(fill(case.settings.get("args", ""), variables))
    return command + (["-"] if "stdin" in case.settings else [case.path.name])


def prepare_folder(case, variables):
    """The script and the files it asks for, alone in a folder of their own."""
    folder = Path(variables["DIR"])
    shutil.copy(case.path, folder / case.path.name)
    for _, text in case.lists.get("files", []):
        for name in text.split():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SCRIPTS / "files" / name, folder / name)
    for name, text in case.lists.get("file", []):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with open(folder / name, "a", encoding="utf-8") as file:
            file.write(fill(text, variables) + "\n")


class Output(threading.Thread):
    """Collects a pipe as text and knows when a text has come by."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe, self.text, self.changed = pipe, "", threading.Condition()
        self.start()

    def run(self):
        for line in self.pipe:
            with self.changed:
                self.text += line.decode("utf-8", "replace")
                self.changed.notify_all()

    def wait_for(self, wanted, seconds):
        with self.changed:
            return self.changed.wait_for(lambda: wanted in self.text, seconds)


def send_signals(case, process, stderr, limit):
    """signal: INT after 0.5s | INT on TEXT-IN-STDERR; each line in turn."""
    for _, text in case.lists.get("signal", []):
        name, how, when = text.split(" ", 2)
        if how == "after":
            try:
                process.wait(float(when.rstrip("s")))
                return
            except subprocess.TimeoutExpired:
                pass
        elif not stderr.wait_for(when, limit):
            return
        process.send_signal(getattr(signal, "SIG" + name))


def before_start(case):
    """What the new process does to itself before it becomes the engine."""
    count = int(case.settings.get("descriptors", 0))
    closes = case.settings.get("stdout to") == "closed"

    def prepare():
        if count:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
        if closes:
            os.close(1)

    return prepare if count or closes else None


def standard_output(case):
    """A pipe that is read, unless the case says `stdout to: PATH`, `closed` or `broken pipe`."""
    to = case.settings.get("stdout to")
    if to == "broken pipe":
        read_end, write_end = os.pipe()
        os.close(read_end)
        return os.fdopen(write_end, "wb")
    if to == "closed":
        return subprocess.DEVNULL
    return open(to, "wb") if to else subprocess.PIPE


def execute(case, engine, variables, patience):
    folder = Path(variables["DIR"])
    limit = patience * float(case.settings.get("timeout", f"{SECONDS_MAX}s").rstrip("s"))
    prepare_folder(case, variables)
    start = time.monotonic()
    to = standard_output(case)
    process = subprocess.Popen(
        command_line(case, engine, variables), cwd=folder, env=environment(case, variables), preexec_fn=before_start(case),
        stdin=open(case.path, "rb") if "stdin" in case.settings else subprocess.DEVNULL, stdout=to, stderr=subprocess.PIPE)
    stdout, stderr = Output(process.stdout or ()), Output(process.stderr)
    timed_out = False
    send_signals(case, process, stderr, limit)
    try:
        process.wait(max(0.1, limit - (time.monotonic() - start)))
    except subprocess.TimeoutExpired:
        timed_out = True
        process.kill()
        process.wait()
    stdout.join(5)
    stderr.join(5)
    return Outcome(process.returncode if process.returncode >= 0 else 128 - process.returncode,
                   stdout.text, stderr.text, folder, timed_out, time.monotonic() - start)


def run_one(path, engine, target, options):
    """(path, 'passed' | 'failed' | 'skipped', seconds, text for a reader)"""
    name = path.relative_to(SCRIPTS).as_posix()
    try:
        case = read_case(path, engine.name)
        only = case.settings.get("only", engine.name)
        if only.split()[0] != engine.name:
            return name, "skipped", 0, f"only {only}"
        if "descriptors" in case.settings and engine.is_sanitized:
            return name, "skipped", 0, "the undefined-behaviour sanitizer needs a descriptor to judge a pointer"
        with tempfile.TemporaryDirectory(prefix="proofload-script-") as folder:
            variables = {**target.variables, "DIR": folder, "ID": re.sub(r"\W", "_", name), "SCRIPT": path.name}
            outcome = execute(case, engine, variables, options.patience)
            problems = judge(case, outcome, ROOT / "tests" / "golden", options.update_golden)
    except BadScript as problem:
        return name, "failed", 0, str(problem)
    if not problems:
        return name, "passed", outcome.seconds, ""
    return name, "failed", outcome.seconds, report(case, problems, outcome)


def report(case, problems, outcome):
    text = [f"   {case.settings['description']}", *(f"   expected {problem}" for problem in problems),
            f"   exit code {outcome.exit_code} after {outcome.seconds:.1f} s"]
    for name in ("stdout", "stderr"):
        lines = getattr(outcome, name).splitlines()
        cut = [f"      ... {len(lines) - OUTPUT_LINES_MAX} more lines"] if len(lines) > OUTPUT_LINES_MAX else []
        text += [f"   {name}:", *(f"      {line}" for line in lines[:OUTPUT_LINES_MAX]), *cut]
    return "\n".join(text)


def selected(options):
    for path in sorted(SCRIPTS.rglob("*.js")):
        name = path.relative_to(SCRIPTS).as_posix()
        if name.startswith("files/") or (path.stem.endswith("_slow") and not options.slow):
            continue
        if not options.filters or any(f in name for f in options.filters):
            yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default=str(ROOT / "build" / "release" / "proofload"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--patience", type=float, default=1, help="multiplies every timeout, for slow builds")
    parser.add_argument("--slow", action="store_true", help="also the scripts named *_slow.js")
    parser.add_argument("--update-golden", action="store_true")
    parser.add_argument("--times", action="store_true", help="print what each script took")
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    engine = find_engine(options.engine)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with Target() as target, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run_one, path, engine, target, options) for path in selected(options)]
        for run in concurrent.futures.as_completed(runs):
            name, result, seconds, text = run.result()
            counts[result] += 1
            if result == "failed":
                print(f"FAILED {name}\n{text}\n", flush=True)
            elif options.times:
                print(f"{result} {name} {seconds:.2f} s", flush=True)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
