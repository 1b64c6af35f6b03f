#!/usr/bin/env python3
"""The services on other runtimes: they answer as our own roles do, and every profiler of their runtime works on them.

`python3 tests/shop/runtimes_test.py`; needs PostgreSQL, and of each runtime its tools (see shop/rig/runtimes.py).
"""
import contextlib
import gzip
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock
from pathlib import Path

from rig_test import processes_of
from running_shop import BINARY, ROOT, RunningShop, eventually, send
import databases
import process
import runtimes

sys.path[:0] = [str(ROOT / "shop" / "runtimes" / "pricing"), str(ROOT / "examples")]
import demo  # noqa: E402
import prices  # noqa: E402

PROOFLOAD = Path(os.environ.get("PROOFLOAD_ENGINE", ROOT / "build" / "release" / "proofload"))

ASYNC_PROFILER = "tools.profiler:async-profiler:4.2"


def free_ports(count):
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class Receiver:
    """Takes OTLP over HTTP in any encoding and keeps the bodies."""

    def __init__(self):
        self.bodies = bodies = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def json_spans(self):
        """Those of the senders that write JSON: our own roles."""
        for body in list(self.bodies):
            if body.startswith(b"{"):
                for resource in json.loads(body)["resourceSpans"]:
                    yield from resource["scopeSpans"][0]["spans"]

    def has_protobuf(self, *parts):
        """Whether one message of the other senders holds all of these bytes."""
        return any(all(part in body for part in parts) for body in list(self.bodies) if not body.startswith(b"{"))


def value_of(page, series):
    """The sum of the series whose line begins so."""
    return sum(float(line.split()[-1]) for line in page.splitlines() if line.startswith(series))


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return value, at


def strings_of(profile):
    """The table of strings of a pprof profile: gzipped protobuf, field 6 of
    https://github.com/google/pprof/blob/main/proto/profile.proto. Fails on what is none."""
    data, at, strings = gzip.decompress(profile), 0, []
    while at < len(data):
        tag, at = varint(data, at)
        assert tag & 7 in (0, 2), f"a field of wire type {tag & 7} at {at}"
        value, at = varint(data, at)
        if tag & 7 == 2:
            assert at + value <= len(data), f"a field beyond the end at {at}"
            if tag >> 3 == 6:
                strings.append(data[at:at + value].decode())
            at += value
    return strings


@contextlib.contextmanager
def load(*requests):
    """Sends these (method, url, body) in turn while the block runs, on two threads; gives the seconds each took."""
    seconds, ended = [], threading.Event()

    def work():
        while not ended.is_set():
            for method, url, body in requests:
                began = time.monotonic()
                send(method, url, body)
                seconds.append(time.monotonic() - began)
                if ended.wait(0.02):
                    return

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield seconds
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def p95(seconds):
    return sorted(seconds)[int(len(seconds) * 0.95)]


@unittest.skipUnless(databases.is_installed(), "PostgreSQL 15 or pgbouncer is NOT INSTALLED: no other runtime was tried")
class Runtimes(RunningShop):
    @classmethod
    def up_words(cls):
        return ["--with", ",".join(name for name, one in runtimes.KNOWN.items() if one.missing() is None)]

    def needs(self, name):
        runtime = runtimes.KNOWN[name]
        if runtime.missing() is not None:
            self.skipTest(f"{name} was not tried; NOT INSTALLED: {runtime.missing()}")
        self.assertEqual(self.services.get(runtime.service, {}).get("runtime"), name, self.said)

    def pid(self, name):
        status = self.rig("status").stdout
        return int(re.search(rf"^{name} +(\d+) ", status, re.M)[1])

    def metrics(self, name):
        return send("GET", self.urls[name] + "/metrics").body.decode()

    @contextlib.contextmanager
    def second_shop(self, services, stop_signal=signal.SIGTERM, **more):
        """The same shop once more on the same databases, with these services at other ports; nothing of it may be left in the end."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        placed = [{**one, "port": port} for one, port in zip(services, free_ports(len(services)))]
        (folder / "shop.json").write_text(json.dumps({**self.config, "data": str(folder), "services": placed, **more}))
        shop = subprocess.Popen([BINARY, "all", "--config", folder / "shop.json"])
        try:
            urls = {one["name"]: f"http://127.0.0.1:{one['port']}" for one in placed}
            for name, url in urls.items():
                self.assertTrue(eventually(lambda: process.answers_http(url + "/ready"), 30), f"{name} is not ready")
            yield urls
        finally:
            shop.send_signal(stop_signal)
            shop.wait()
        self.assertTrue(eventually(lambda: not processes_of(folder), 5), f"left behind: {processes_of(folder)}")

    def same_answers(self, name, requests):
        """Each request answered alike by this service and by our own role in its place."""
        own = {key: value for key, value in self.services[name].items() if key != "command"}
        with self.second_shop([own]) as urls:
            for method, path, body, headers in requests:
                ours, theirs = (send(method, origin + path, body, headers) for origin in (urls[name], self.urls[name]))
                with self.subTest(f"{method} {path}", body=body, headers=headers):
                    for header in ("Content-Type", "X-Version"):
                        self.assertEqual(ours.headers[header], theirs.headers[header])
                    self.assertEqual((ours.status, self.comparable(ours)), (theirs.status, self.comparable(theirs)))

    @staticmethod
    def comparable(answer):
        """A number that each counts for itself is left out."""
        json_body = answer.json()
        return {**json_body, "payment": None} if "payment" in json_body else json_body

    def test_status_names_the_runtime_of_each_service(self):
        status = self.rig("status").stdout
        for name, service in self.services.items():
            self.assertRegex(status, rf"(?m)^{name} .* {re.escape(service['runtime'])}$")

    def test_recommendations_on_the_jvm_answer_as_our_own(self):
        self.needs("jvm")
        late = {"X-Deadline-Ms": "0"}
        self.same_answers("recommendations", [
            ("GET", "/recommendations/3", None, {}), ("GET", "/recommendations/3", None, {}), ("GET", "/recommendations/400", None, {}),
            ("GET", "/recommendations/10000000", None, {}), ("GET", "/recommendations/3000000000", None, {}), ("GET", "/recommendations/three", None, {}),
            ("GET", "/recommendations/", None, {}), ("POST", "/recommendations/3", {}, {}), ("GET", "/elsewhere", None, {}),
            ("GET", "/recommendations/3", None, late), ("GET", "/health", None, {}), ("GET", "/ready", None, {}),
            ("GET", "/admin/knobs", None, {}), ("PUT", "/admin/knobs", {"workers": 1}, {"Authorization": "Bearer x"}), *self.bad_knobs()])

    def test_payment_in_go_answers_as_our_own(self):
        self.needs("go")
        self.same_answers("payment", [
            ("POST", "/payments", {"amount_cents": 100}, {}), ("POST", "/payments", {"amount_cents": "much"}, {}),
            ("POST", "/payments", {"amount_cents": 1.5}, {}), ("POST", "/payments", {}, {}), ("POST", "/payments", b"[", {}),
            ("POST", "/payments", b"", {}), ("DELETE", "/payments/7", None, {}), ("GET", "/payments", None, {}), ("GET", "/", None, {}),
            ("POST", "/payments", {"amount_cents": 100}, {"X-Deadline-Ms": "0"}), ("POST", "/payments", b"x" * (2 << 20), {}),
            ("GET", "/health", None, {}), ("GET", "/ready", None, {}), ("GET", "/admin/knobs", None, {}),
            ("GET", "/admin/knobs", None, self.operator()), *self.bad_knobs()])

    def operator(self):
        return {"Authorization": f"Bearer {self.config['admin']['token']}"}

    def bad_knobs(self):
        return [(method, "/admin/knobs", body, self.operator()) for method, body in (
            ("PUT", {"no_such": 1}), ("PUT", {"workers": "many"}), ("PUT", b"[]"), ("PUT", b"{"), ("DELETE", None))]

    def test_payment_in_go_limits_and_breaks_as_told(self):
        self.needs("go")
        url = self.urls["payment"] + "/payments"
        self.knobs("payment", {"error_share": 1, "slow_share": 1, "slow_ms": 100})
        began = time.monotonic()
        broken = send("POST", url, {"amount_cents": 1})
        self.assertEqual((broken.status, broken.json()["code"]), (503, "provider"))
        self.assertGreaterEqual(time.monotonic() - began, 0.1)
        self.knobs("payment", {"error_share": 0, "slow_share": 0, "slow_ms": 0, "workers": 1, "delay_ms": 300})
        statuses = []
        senders = [threading.Thread(target=lambda: statuses.append(send("POST", url, {"amount_cents": 1}).status)) for _ in range(9)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.knobs("payment", {"workers": 32, "delay_ms": 0})
        # One at a time, a third of a second each: the last ones come to their worker when their two seconds are over.
        self.assertEqual(set(statuses), {201, 504})
        limited = []
        senders = [threading.Thread(target=lambda: limited.extend(send("POST", url, {"amount_cents": 1}) for _ in range(30))) for _ in range(16)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        refused = [one for one in limited if one.status == 429]
        self.assertTrue(refused, "480 payments at once were not too many")
        self.assertEqual({(one.headers["RateLimit-Limit"], one.headers["Retry-After"]) for one in refused}, {("200", "1")})

    def test_the_jvm_tells_micrometers_metrics(self):
        self.needs("jvm")
        send("GET", self.urls["recommendations"] + "/recommendations/5")
        page = self.metrics("recommendations")
        for name in ("jvm_memory_used_bytes{area=\"heap\"", "jvm_memory_max_bytes", "jvm_threads_live_threads", "jvm_gc_memory_allocated_bytes_total",
                     "jvm_gc_live_data_size_bytes", "process_cpu_usage", "process_uptime_seconds", "process_files_open_files",
                     "hikaricp_connections_active{pool=\"ro\"", "hikaricp_connections_pending", "hikaricp_connections_max{pool=\"ro\"} 4",
                     "hikaricp_connections_acquire_seconds_count", "executor_active_threads{name=\"workers\"", "executor_queued_tasks",
                     "db_client_operation_duration_seconds_bucket{db_query_summary=\"SELECT recommendations\"", "cache_gets_total"):
            self.assertIn("\n" + name, page)
        self.assertRegex(page, r'http_server_requests_seconds_bucket\{.*method="GET".*status="200",uri="/recommendations/:product",le="0.005"\}')
        self.assertLess(value_of(page, 'jvm_memory_max_bytes{area="heap"'), 70e6)

    def test_a_trace_goes_through_every_runtime(self):
        self.needs("jvm")
        self.needs("go")
        receiver = Receiver()
        everyone = [one for one in self.services.values() if one["role"] not in ("pgbouncer", "pricing")]
        trace, headers = "0af7651916cd43dd8448eb211c80319c", {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
        with self.second_shop(everyone, otlp=receiver.url) as urls:
            self.assertEqual(len(send("GET", urls["gateway"] + "/products/8", None, headers).json()["recommendations"]), 10)
            login = send("POST", urls["gateway"] + "/login", {"email": "user77@shop.example"}).json()
            headers["Authorization"] = f"Bearer {login['token']}"
            send("POST", urls["gateway"] + "/cart/items", {"product_id": 12}, headers)
            self.assertEqual(send("POST", urls["gateway"] + "/checkout", None, headers).status, 201)

            def caller(name):
                """The id of our own span that called the other runtime."""
                ids = [one["spanId"] for one in receiver.json_spans() if one["name"] == name and one["traceId"] == trace]
                return bytes.fromhex(ids[0]) if ids else b"none such"

            number = bytes.fromhex(trace)
            self.assertTrue(eventually(lambda: receiver.has_protobuf(
                number, caller("GET recommendations"), b"GET /recommendations/:product", b"pool.acquire ro", b"SELECT recommendations")))
            self.assertTrue(eventually(lambda: receiver.has_protobuf(
                number, caller("POST payment"), b"POST /payments", b"worker.queue")))
        line = next(line for line in (self.data / "logs" / "recommendations.log").read_text().splitlines() if "listens" in line)
        self.assertEqual(json.loads(line)["service"], "recommendations")

    def test_log_lines_carry_the_id_of_their_trace(self):
        headers = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", "X-Deadline-Ms": "0"}
        for name, runtime, method, path in (("recommendations", "jvm", "GET", "/recommendations/3"), ("payment", "go", "POST", "/payments")):
            if runtimes.KNOWN[runtime].missing() is None:
                self.assertEqual(send(method, self.urls[name] + path, None, headers).status, 504)
                lines = [json.loads(line) for line in (self.data / "logs" / f"{name}.log").read_text().splitlines()
                         if line.startswith("{")]   # the JVM itself writes of recordings
                found = [one for one in lines if one.get("trace_id") == "4bf92f3577b34da6a3ce929d0e0e4736"]
                self.assertEqual([(one["level"], one["service"], one["message"], one["status"]) for one in found],
                                 [("warning", name, "a request failed", 504)])

    def test_flight_recorder_records_the_jvm(self):
        self.needs("jvm")
        file = self.folder / "recording.jfr"
        pid = self.pid("recommendations")
        self.jcmd(pid, "JFR.start", "name=test", "settings=profile")
        with load(*self.product_pages()):
            time.sleep(2)
        self.jcmd(pid, "JFR.dump", "name=test", f"filename={file}")
        self.jcmd(pid, "JFR.stop", "name=test")
        self.assertEqual(file.read_bytes()[:4], b"FLR\0")
        summary = subprocess.run([shutil.which("jfr"), "summary", file], capture_output=True, text=True).stdout
        samples = int(re.search(r"jdk\.ExecutionSample +(\d+)", summary)[1]) + int(re.search(r"jdk\.NativeMethodSample +(\d+)", summary)[1])
        self.assertGreater(samples, 0, summary)

    def test_async_profiler_sees_our_frames(self):
        self.needs("jvm")
        fetched = subprocess.run(["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={ASYNC_PROFILER}", f"-DoutputDirectory={self.folder}"],
                                 capture_output=True, text=True)
        if fetched.returncode != 0:
            self.skipTest(f"async-profiler is NOT TO BE HAD: {fetched.stdout[-300:]}")
        library = "linux-x64" if os.uname().machine == "x86_64" else "linux-arm64"
        subprocess.run([runtimes._java("jar"), "xf", next(self.folder.glob("async-profiler*.jar")), library], cwd=self.folder, check=True)
        pid, agent = self.pid("recommendations"), next((self.folder / library).glob("*.so"))
        file = self.folder / "collapsed.txt"
        self.jcmd(pid, "JVMTI.agent_load", agent, '"start,event=itimer,interval=1ms"')
        with load(*self.product_pages()):
            time.sleep(3)
        self.jcmd(pid, "JVMTI.agent_load", agent, f'"stop,collapsed,file={file}"')
        frames = file.read_text()
        self.assertRegex(frames, r"proofload/shop/recommendations/Service\.handle;")

    def product_pages(self):
        return [("GET", f"{self.urls['gateway']}/products/{product}", None) for product in range(1, 400, 7)]

    def jcmd(self, pid, *words):
        done = subprocess.run([runtimes._java("jcmd"), str(pid), *map(str, words)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotRegex(done.stdout, "return code: [^0]")   # an agent's own

    def test_go_gives_pprof_profiles_and_tells_of_its_collector(self):
        self.needs("go")
        url = self.urls["payment"]
        with load(("POST", url + "/payments", {"amount_cents": 1})):
            profile = send("GET", url + "/debug/pprof/profile?seconds=1")
            self.knobs("payment", {"delay_ms": 100})
            is_seen = eventually(lambda: "main.(*service).answer" in strings_of(send("GET", url + "/debug/pprof/goroutine").body), 5)
            self.knobs("payment", {"delay_ms": 0})
        before = self.metrics("payment")
        heap = send("GET", url + "/debug/pprof/heap?gc=1")
        self.assertIn("nanoseconds", strings_of(profile.body))
        self.assertIn("inuse_space", strings_of(heap.body))
        self.assertTrue(is_seen, "no goroutine profile caught a request at work")
        after = self.metrics("payment")
        for name in ("go_gc_duration_seconds_count", "go_gc_cycles_total_gc_cycles_total"):
            self.assertGreater(value_of(after, name), value_of(before, name), name)
        for name in ("go_goroutines", "go_memstats_heap_inuse_bytes", "go_cpu_classes_gc_total_cpu_seconds_total", "process_cpu_seconds_total",
                     "executor_pool_max_threads 32", 'http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="201",http_route="/payments"}'):
            self.assertIn("\n" + name, after)

    def test_the_pricing_job_suggests_near_todays_price_and_says_how_it_runs(self):
        self.needs("python")
        found = send("GET", self.urls["pricing"] + "/suggestions/3").json()
        self.assertEqual(found["price_cents"], send("GET", self.urls["gateway"] + "/products/3").json()["price_cents"])
        self.assertLessEqual(abs(found["suggested_cents"] - found["price_cents"]), found["price_cents"] * 0.1 + 1)
        self.assertEqual(send("GET", self.urls["pricing"] + "/suggestions/tea").status, 404)
        page = self.metrics("pricing")
        self.assertGreater(value_of(page, "pricing_sales "), 5000)
        self.assertGreater(value_of(page, "pricing_suggested_changes "), 10)
        for name in ('pricing_runs_total{outcome="done"}', "pricing_run_duration_seconds_count", "process_cpu_seconds_total", "python_gc_collections_total"):
            self.assertIn("\n" + name, page)

    def test_py_spy_sees_the_functions_of_the_pricing_job(self):
        self.needs("python")
        spy, file = runtimes.KNOWN["python"].environment / "bin" / "py-spy", self.folder / "spied.txt"
        pid = str(self.pid("pricing"))
        self.knobs("pricing", {"interval_s": 0.01, "window_orders": 20_000})
        try:
            dump = subprocess.run([spy, "dump", "--pid", pid], capture_output=True, text=True)
            if "ermission" in dump.stderr:
                self.skipTest(f"py-spy may NOT ATTACH here: {dump.stderr.strip()}")
            self.assertRegex(dump.stdout, r"run \(main\.py")
            subprocess.run([spy, "record", "--pid", pid, "--duration", "3", "--format", "raw", "--output", file], capture_output=True, check=True)
        finally:
            self.knobs("pricing", {"interval_s": 10, "window_orders": 5000})
        stacks = file.read_text()
        for function in ("load_sales (main.py", "estimate_demand (prices.py"):
            self.assertIn(function, stacks)

    def test_the_preflight_of_a_plan_takes_a_profile_from_each_of_them(self):
        wanted = {"recommendations": ("jvm", "jfr: {pid_of: recommendations}", "bytes by JFR"),
                  "payment": ("go", f'pprof: "{self.urls["payment"]}/debug/pprof"', "bytes of pprof"),
                  "pricing": ("python", f"py_spy: {{pid_of: {runtimes.KNOWN['python'].environment}}}", "bytes by py-spy")}
        chosen = {service: one for service, one in wanted.items() if runtimes.KNOWN[one[0]].missing() is None}
        if not chosen:
            self.skipTest("NOT INSTALLED: no other runtime")
        profilers = ", ".join(f"{{service: {service}, {how}}}" for service, (_, how, _) in chosen.items())
        plan = demo.plan_for(self.folder / "plan", self.config["services"])
        plan.write_text(plan.read_text().replace("observe: {}", f"observe: {{profilers: [{profilers}]}}"))
        path = f"{runtimes.KNOWN['python'].environment / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run([PROOFLOAD, "preflight", plan], capture_output=True, text=True, env={**os.environ, "PATH": path})
        if "ermission" in done.stdout:
            self.skipTest(f"a profiler may NOT ATTACH here: {done.stdout}")
        (line,) = re.findall(r"(?m)^  pass    profilers +(.*)$", done.stdout) or self.fail(done.stdout + done.stderr)
        for service, (_, _, says) in chosen.items():
            self.assertRegex(line, rf"{service}: \d+ {says}")

    def test_no_runtime_outlives_its_supervisor(self):
        chosen = [self.services[one.service] for one in runtimes.KNOWN.values() if one.missing() is None]
        with self.second_shop(chosen, signal.SIGKILL) as urls:
            self.assertEqual(len(urls), len(chosen))

    def comes_back(self, name, fault, knob):
        """Killed while a fault is on, it is there again on its runtime, as it was set, within the same limits."""
        self.assertEqual(self.rig("fault", "on", fault, "--dose", "1").returncode, 0)
        before, groups, value = self.pid(name), self.groups_of(name), self.knobs(name)[knob]
        self.assertGreater(value, 0)
        os.kill(before, signal.SIGKILL)
        self.assertTrue(eventually(lambda: not process.answers_http(self.urls[name] + "/health")))
        self.assertTrue(eventually(lambda: process.answers_http(self.urls[name] + "/ready"), 30), "it stayed down")
        self.assertNotEqual(self.pid(name), before)
        self.assertEqual((self.knobs(name)[knob], self.groups_of(name)), (value, groups))
        self.assertEqual(self.rig("fault", "off").returncode, 0)
        self.assertEqual(self.knobs(name)[knob], 0)

    def groups_of(self, name):
        """Those that it should run in and does."""
        wanted = [Path(folder).name for folder in self.services[name].get("cgroups", [])]
        inside = Path(f"/proc/{self.pid(name)}/cgroup").read_text()
        self.assertEqual([one for one in wanted if one not in inside], [])
        return wanted

    def test_a_killed_jvm_comes_back_as_it_was(self):
        self.needs("jvm")
        self.comes_back("recommendations", "gc-pressure", "retained_mb")

    def test_payment_in_go_comes_back_as_it_was(self):
        self.needs("go")
        self.comes_back("payment", "slow-provider", "slow_ms")

    def test_a_full_heap_makes_product_pages_slow_until_it_is_switched_off(self):
        self.needs("jvm")
        pages = self.product_pages()

        def measure():
            began = self.metrics("recommendations"), time.monotonic()
            with load(*pages) as seconds:
                time.sleep(5)
            paused = value_of(self.metrics("recommendations"), "jvm_gc_pause_seconds_sum") - value_of(began[0], "jvm_gc_pause_seconds_sum")
            return p95(seconds), paused / (time.monotonic() - began[1])
        measure()   # until what it does is compiled
        healthy, healthy_share = measure()
        self.assertEqual(self.rig("fault", "on", "gc-pressure", "--dose", "3").returncode, 0)
        slow, share = measure()
        self.assertEqual(self.rig("fault", "off").returncode, 0)
        healed, _ = measure()
        self.assertGreater(slow, 3 * healthy)
        self.assertGreater(share, 0.05)
        self.assertLess(healthy_share, 0.02)
        self.assertLess(healed, slow / 2)


class Missing(unittest.TestCase):
    def test_tools_are_named_and_our_own_role_runs_instead(self):
        class Unbuilt(runtimes.Go):
            product = Path("no", "such", "file")

        said = []
        supervisor = unittest.mock.Mock(kind="postgres")
        with unittest.mock.patch.dict(runtimes.KNOWN, go=Unbuilt()), unittest.mock.patch.dict(os.environ, PATH=""):
            self.assertEqual(runtimes.prepare(["go"], supervisor, said.append), [])
        self.assertEqual(len(said), 1)
        self.assertIn("payment does not run on go; our own role runs instead. NOT INSTALLED: Go, as new as", said[0])

    def test_sqlite_has_no_jvm(self):
        said = []
        self.assertEqual(runtimes.prepare(["jvm", "python"], unittest.mock.Mock(kind="sqlite"), said.append), [])
        self.assertIn("our own role runs instead. it needs PostgreSQL", said[0])
        self.assertIn("the shop runs without it. it needs PostgreSQL", said[1])


class Prices(unittest.TestCase):
    """What the pricing job computes."""

    def test_older_sales_count_for_less(self):
        sales = [prices.Sale(1, 4, 0.0), prices.Sale(1, 1, prices.HALF_LIFE_S), prices.Sale(2, 2, prices.HALF_LIFE_S)]
        self.assertEqual(prices.estimate_demand(sales), {1: 3.0, 2: 2.0})
        self.assertEqual(prices.estimate_demand([]), {})

    def test_elasticity_is_the_slope_and_stays_believable(self):
        self.assertAlmostEqual(prices.fit_elasticity([(100, 8.0), (200, 2.0)]), -2.0)
        self.assertEqual(prices.fit_elasticity([(100, 1.0), (200, 9.0)]), -0.5)
        self.assertEqual(prices.fit_elasticity([(100, 5.0)]), -1.75)

    def test_what_sells_better_than_its_category_becomes_dearer(self):
        products = [prices.Product(1, "tea", 1000), prices.Product(2, "tea", 1000), prices.Product(3, "tea", 777)]
        suggested = prices.suggest_prices(products, {1: 30.0, 2: 10.0})
        self.assertGreater(suggested[1], 1000)
        self.assertLess(suggested[2], 1000)
        self.assertEqual(suggested[3], 777)
        self.assertTrue(all(abs(cents - 1000) <= 100 for product, cents in suggested.items() if product != 3))


if __name__ == "__main__":
    unittest.main(verbosity=2)
