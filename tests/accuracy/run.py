#!/usr/bin/env python3
"""Holds what a run reports to what really happened: response times, arrival times, fairness, threads.

Usage: run.py --engine PATH [--slow] [FILTER...]
Bounds are five times what an idle machine shows, and a case that misses one is tried once more.
The last line is `N passed, N failed`.
"""
import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SLACK = 5
CASES = []


def case(function):
    CASES.append(function)
    return function


class Failure(Exception):
    pass


def expect(holds, text):
    if not holds:
        raise Failure(text)


class Target:
    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, HERE / "target.py"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()

    def log(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/log")
        return json.loads(connection.getresponse().read())

    def freeze(self, seconds):
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)


class Run:
    """One finished run: `metrics` as --summary-export writes them, `output` of both streams."""

    def __init__(self, engine, script, *flags, points=False):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "script.js").write_text(script)
            command = [engine, "run", "--quiet", "--no-color", "--summary-export=summary.json",
                       "--summary-trend-stats=avg,min,med,max,p(50),p(99),p(99.9),count", *flags]
            if points:
                command.append("--out=json=points.json")
            done = subprocess.run([*command, "script.js"], cwd=folder, capture_output=True, text=True, timeout=120)
            self.output = done.stdout + done.stderr
            expect(done.returncode == 0, f"exit code {done.returncode}:\n{self.output[-3000:]}")
            self.metrics = json.loads(Path(folder, "summary.json").read_text())["metrics"]
            lines = Path(folder, "points.json").read_text().splitlines() if points else []
            self.points = [point for point in map(json.loads, lines) if point["type"] == "Point"]

    def value(self, metric, field):
        return self.metrics.get(metric, {}).get(field, 0)


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


@case
def response_times_are_the_servers(engine, slow):
    seconds = 20 if slow else 3
    script = """
      import http from 'k6/http';
      const scenario = (name) => ({ executor: 'constant-arrival-rate', rate: 60, timeUnit: '1s', duration: '%ds',
        preAllocatedVUs: 10, exec: 'get', env: { NAME: name } });
      const names = ['d1', 'd10', 'd50', 'bimodal'];
      export const options = {
        scenarios: Object.fromEntries(names.map((name) => [name, scenario(name)])),
        thresholds: Object.fromEntries(names.map((name) => [`http_req_duration{scenario:${name}}`, ['max>=0']])),
      };
      export function get() { http.get(`http://127.0.0.1:%d/${__ENV.NAME}`); }"""
    with Target() as target:
        run = Run(engine, script % (seconds, target.port))
        log = target.log()
    for name in ("d1", "d10", "d50", "bimodal"):
        metric = f"http_req_duration{{scenario:{name}}}"
        expect(abs(run.value(metric, "count") - len(log[name])) <= 0, f"{name}: not every request was counted")
        for field, q in (("p(50)", 0.5), ("p(99)", 0.99)):
            told, true = run.value(metric, field), quantile(log[name], q)
            expect(true - 0.2 <= told <= true + 1 * SLACK, f"{name} {field}: told {told:.2f} ms, the server took {true:.2f} ms")


@case
def an_arrival_rate_is_kept(engine, slow):
    seconds = 20 if slow else 3
    script = """
      import http from 'k6/http';
      export const options = { scenarios: { s: { executor: 'constant-arrival-rate', rate: 300, timeUnit: '1s',
        duration: '%ds', preAllocatedVUs: 50 } } };
      export default function () { http.get('http://127.0.0.1:%d/d10'); }"""
    with Target() as target:
        run = Run(engine, script % (seconds, target.port))
    expect(run.value("iterations", "count") in (300 * seconds, 300 * seconds + 1),
           f"{run.value('iterations', 'count')} iterations instead of {300 * seconds}")
    expect(run.value("dropped_iterations", "count") == 0, "iterations were dropped")
    lag = run.value("iteration_start_lag", "p(99.9)")
    expect(lag <= 2 * SLACK, f"p99.9 of the start lag is {lag:.2f} ms")


@case
def a_frozen_server_shows_in_the_percentiles(engine, slow):
    freeze = 10 if slow else 2
    script = """
      import http from 'k6/http';
      export const options = { scenarios: { s: { executor: 'constant-arrival-rate', rate: 50, timeUnit: '1s',
        duration: '%ds', preAllocatedVUs: %d } } };
      export default function () { http.get('http://127.0.0.1:%d/now'); }"""
    for vus in (50 * freeze + 50, 10):
        with Target() as target:
            freezer = threading.Timer(1.5, target.freeze, [freeze])
            freezer.start()
            run = Run(engine, script % (freeze + 2, vus, target.port))
            freezer.join()
        late = [run.value("http_req_duration", field) / 1000 for field in ("p(99)", "max")]
        expect(late[1] >= freeze * 0.9, f"with {vus} VUs the slowest request took {late[1]:.2f} s only")
        dropped, meant = run.value("dropped_iterations", "count"), 50 * freeze - vus
        if vus > 50 * freeze:
            expect(late[0] >= freeze * 0.85, f"p99 is {late[0]:.2f} s although the server stood still for {freeze} s")
            expect(dropped == 0, f"{dropped} iterations were dropped with VUs to spare")
        else:
            expect(meant * 0.8 <= dropped <= meant * 1.3, f"{dropped} iterations were dropped instead of about {meant}")


@case
def a_busy_loop_delays_nobody(engine, slow):
    script = """
      import http from 'k6/http';
      export const options = {
        scenarios: {
          busy: { executor: 'constant-vus', vus: 1, duration: '3s', gracefulStop: '0s', exec: 'busy' },
          polite: { executor: 'constant-arrival-rate', rate: 100, timeUnit: '1s', duration: '3s', preAllocatedVUs: 20,
            exec: 'polite' },
        },
        thresholds: { 'iteration_start_lag{scenario:polite}': ['max>=0'], 'http_req_duration{scenario:polite}': ['max>=0'] },
      };
      export function busy() { for (;;) %s }
      export function polite() { http.get('http://127.0.0.1:%d/d1'); }"""
    bodies = [("loop", ";"), ("sort", "[3, 2, 1].sort(() => { for (let i = 0; i < 1e4; i++); return 0 });")]
    if slow:
        bodies += [("garbage", "{ const a = {}; a.self = a; }"),
                   ("json", "JSON.parse(JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ i }))));")]
    for name, body in bodies:
        with Target() as target:
            run = Run(engine, script % (body, target.port), "--cores=1")
        expect(run.value("http_req_duration{scenario:polite}", "count") in (300, 301), f"{name}: not every polite iteration ran")
        lag = run.value("iteration_start_lag{scenario:polite}", "p(99)")
        expect(lag <= 2 * SLACK, f"{name}: p99 of the others' start lag is {lag:.2f} ms")
        told = run.value("http_req_duration{scenario:polite}", "p(99)")
        expect(told <= 1 + 3 * SLACK, f"{name}: p99 of the others' 1 ms requests is {told:.2f} ms")


@case
def a_heap_bomb_disturbs_nobody(engine, _slow):
    script = """
      export const options = {
        scenarios: {
          bomb: { executor: 'per-vu-iterations', vus: 1, iterations: 1, exec: 'bomb' },
          polite: { executor: 'constant-arrival-rate', rate: 100, timeUnit: '1s', duration: '2s', preAllocatedVUs: 5, exec: 'polite' },
        },
        thresholds: { 'iterations{scenario:polite}': ['count>=0'] },
      };
      export function bomb() { const h = []; for (;;) h.push(new Uint8Array(1 << 24)); }
      export function polite() { JSON.stringify([...Array(100).keys()]); }"""
    run = Run(engine, script, "--cores=1")
    expect("out of memory" in run.output, "the bomb did not go off")
    count = run.value("iterations{scenario:polite}", "count")
    expect(count in (200, 201), f"{count} polite iterations instead of 200")


@case
def two_threads_do_what_one_does(engine, _slow):
    script = """
      import exec from 'k6/execution';
      import { Counter } from 'k6/metrics';
      import { sleep } from 'k6';
      const seen = new Counter('seen');
      export const options = { systemTags: ['scenario', 'vu', 'iter'], scenarios: {
        shared: { executor: 'shared-iterations', vus: 5, iterations: 53, exec: 'quick' },
        own: { executor: 'per-vu-iterations', vus: 7, iterations: 4, exec: 'quick' },
        ramp: { executor: 'ramping-vus', startVUs: 3, stages: [{ duration: '1s', target: 3 }], gracefulStop: '5s', exec: 'slow' },
        rate: { executor: 'constant-arrival-rate', rate: 40, timeUnit: '1s', duration: '1s', preAllocatedVUs: 3,
          gracefulStop: '5s', exec: 'busy' },
      } };
      const note = () => seen.add(1, { number: `${exec.scenario.iterationInTest}`, id: `${__VU}` });
      export function quick() { note(); }
      export function slow() { note(); sleep(0.7); }
      export function busy() { note(); sleep(1.6); }"""
    facts = []
    for cores in (1, 2):
        run = Run(engine, script, f"--cores={cores}", points=True)
        seen = [point["data"]["tags"] for point in run.points if point["metric"] == "seen"]

        def told(scenario, tag):
            return sorted(int(tags[tag]) for tags in seen if tags["scenario"] == scenario)

        facts.append({
            "shared iteration numbers": told("shared", "number"), "own VUs": told("own", "id"),
            "ramp VUs": sorted(set(told("ramp", "id"))), "ramp iterations": len(told("ramp", "id")),
            "rate starts": len(told("rate", "id")), "rate VUs": told("rate", "id"), "rate numbers": told("rate", "number"),
            "iterations": run.value("iterations", "count"),
            "dropped": run.value("dropped_iterations", "count"), "vus_max": run.value("vus_max", "max"),
        })
    for name, one in facts[0].items():
        expect(one == facts[1][name], f"{name}: one thread {one}, two threads {facts[1][name]}")


def attempt(function, engine, slow):
    try:
        function(engine, slow)
        return None
    except (Failure, subprocess.TimeoutExpired) as failure:
        return failure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("filters", nargs="*")
    arguments = parser.parse_args()
    engine = os.path.abspath(arguments.engine)
    passed = failed = 0
    for function in CASES:
        name = function.__name__.replace("_", " ")
        if arguments.filters and not any(word in f"accuracy {name}" for word in arguments.filters):
            continue
        started = time.monotonic()
        failure = attempt(function, engine, arguments.slow)
        again = ""
        if failure:
            again = f", second try after: {failure}"
            failure = attempt(function, engine, arguments.slow)
        passed, failed = passed + (not failure), failed + bool(failure)
        print(f"{'FAILED' if failure else 'ok    '} {name} ({time.monotonic() - started:.1f} s{again})", flush=True)
        if failure:
            print(f"       {failure}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
