#!/usr/bin/env python3
"""The shop certified by the demo's plan: on PostgreSQL and pgbouncer, healthy and with faults; and on SQLite, with nothing else.

`python3 tests/run_unittests.py shop certify_test`
"""
import contextlib
import http.server
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

from running_shop import ROOT, RunningShop, send
import databases
import watchers

sys.path.insert(0, str(ROOT / "examples"))
import demo

PROOFLOAD = Path(os.environ.get("PROOFLOAD_ENGINE", ROOT / "build" / "release" / "proofload"))
# Of a load that a busy machine carries too; the demo's own is twice that.
SHORTER = (("journeys: 50/s, ramp: 5s, hold: 40s, warm_up: 5s", "journeys: 35/s, ramp: 2s, hold: 12s, warm_up: 2s"),
           ("base: 20/s, peak: 60/s, unit: journeys, rise: 5s, hold: 10s, error_rate_max: 5%, recover_within: 10s",
            "base: 10/s, peak: 40/s, unit: journeys, rise: 2s, hold: 4s, error_rate_max: 5%, recover_within: 5s"))


class CertifiedShop(RunningShop):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = demo.plan_for(cls.folder / "plan", cls.config["services"])
        text = cls.plan.read_text()
        for old, new in SHORTER:
            assert old in text, old
            text = text.replace(old, new)
        cls.plan.write_text(text)

    def start(self, *words, plan=None):
        return subprocess.Popen([PROOFLOAD, "certify", plan or self.plan, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def certify(self, *words, expected, plan=None):
        process = self.start(*words, plan=plan)
        output, _ = process.communicate(timeout=180)
        self.assertEqual(process.returncode, expected, output)
        return output

    def fault(self, *words):
        done = self.rig("fault", *words)
        if done.returncode != 0:
            self.skipTest(done.stdout + done.stderr)
        self.addCleanup(self.rig, "fault", "off", words[1])


@unittest.skipUnless(databases.is_installed(), "PostgreSQL 15 or pgbouncer is NOT INSTALLED: no certification of the whole shop")
class WholeShop(CertifiedShop):
    def test_healthy_it_meets_every_slo_and_signed_it_is_ready(self):
        for role in ("backend", "dba", "sre"):
            approved = subprocess.run([PROOFLOAD, "plan", "approve", self.plan, "--role", role, "--name", "ada"], capture_output=True,
                                      text=True, check=False)
            self.assertEqual(approved.returncode, 0, approved.stderr)
        output = self.certify(expected=0)
        self.assertIn("SLOs: MET", output)
        self.assertIn("Readiness: READY", output)

    def test_a_pool_that_is_too_small_is_named_with_its_wait(self):
        self.fault("on", "pgbouncer-pool", "--dose", "3")
        plan = self.plan.with_name("more.yaml")
        plan.write_text(self.plan.read_text().replace("journeys: 35/s", "journeys: 60/s"))
        output = self.certify(expected=99, plan=plan)
        self.assertIn("Readiness: NOT READY", output)
        self.assertRegex(output, r"connection pool shop_rw of pgbouncer exhausted \(1 of 1 busy, \d+ waiting\).*waited for \d+ ms")
        run = sorted((self.plan.parent / ".proofload" / "runs").iterdir())[-1]
        result = json.loads((run / "result.json").read_text())
        known = {signal["id"] for signal in result["signals"]}
        for finding in result["findings"]:
            self.assertLessEqual(set(finding["evidence"]), known)

    def test_a_starved_generator_makes_it_invalid_and_breaks_nothing(self):
        process = self.start("--only", "steady")
        self.addCleanup(process.stdout.close)
        time.sleep(6)
        self.fault("on", "generator-starved", "--dose", "3", "--pid", str(process.pid))
        output, _ = process.communicate(timeout=180)
        self.assertEqual(process.returncode, 120, output)
        self.assertIn("the load generator itself was late", output)


class TracedShop(CertifiedShop):
    """Plans that look for traces."""

    def traced(self, how):
        plan = self.plan.with_name("traced.yaml")
        plan.write_text(self.plan.read_text().replace("observe: {}", f"observe: {{traces: {{{how}}}}}").replace("journeys: 35/s", "journeys: 15/s"))
        process = self.start("--only", "steady", plan=plan)
        output, _ = process.communicate(timeout=180)
        self.assertIn(process.returncode, (0, 120), output)   # a busy machine makes it invalid, and its traces are found all the same
        run = sorted((self.plan.parent / ".proofload" / "runs").iterdir())[-1]
        (traces,) = json.loads((run / "result.json").read_text())["traces"]
        with contextlib.closing(sqlite3.connect(run / "run.sqlite")) as database:
            services = {service for service, in database.execute("SELECT DISTINCT service FROM spans")}
        self.assertIn("the service obeys the flag, so the load carries it", output)
        self.assertTrue(traces["is_observed"], output)
        self.assertGreater(traces["asked"], 20)
        self.assertGreaterEqual(traces["found"], traces["asked"] * 0.95)
        self.assertLessEqual({"gateway", "catalog"}, services)
        return output


@unittest.skipUnless(watchers.jaeger_program(), "Jaeger is NOT BUILT: no certification with its traces (tools/build_jaeger.sh)")
class ShopWithJaeger(TracedShop):
    @classmethod
    def up_words(cls):
        return ["--database", "sqlite", "--with", "jaeger"]

    def jaeger(self):
        return json.loads((self.data / "rig.json").read_text())["ports"]["jaeger"]

    def test_its_traces_are_found_by_the_newer_api(self):
        self.assertIn("Jaeger (API v3)", self.traced(f'jaeger: "http://127.0.0.1:{self.jaeger()}"'))

    def test_its_traces_are_found_by_the_older_api(self):
        with OlderJaeger(self.jaeger()) as older:
            self.assertIn("Jaeger (older API)", self.traced(f'jaeger: "http://127.0.0.1:{older.server_port}"'))


class OlderJaeger(http.server.ThreadingHTTPServer):
    """Stands before a Jaeger and knows nothing of its newer API."""
    request_queue_size = 64

    def __init__(self, port):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = 404, b"404 page not found"
                if not self.path.startswith("/api/v3"):
                    answer = send("GET", f"http://127.0.0.1:{port}{self.path}")
                    status, body = answer.status, answer.body
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class ShopWithOurReceiver(TracedShop):
    @classmethod
    def up_words(cls):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            cls.receiver = f"127.0.0.1:{probe.getsockname()[1]}"
        return ["--database", "sqlite", "--otlp", f"http://{cls.receiver}"]

    def test_its_traces_are_taken_with_no_other_server(self):
        output = self.traced(f'otlp_receiver: "{self.receiver}"')
        self.assertIn(f"our own OTLP receiver at http://{self.receiver}", output)


class ShopOnSqlite(CertifiedShop):
    @classmethod
    def up_words(cls):
        return ["--database", "sqlite"]

    def test_it_is_certified_with_no_other_server(self):
        text = self.plan.read_text()
        self.plan.write_text(text.replace("journeys: 35/s", "journeys: 15/s"))
        self.assertIn("SLOs: MET", self.certify("--only", "steady", expected=0))


if __name__ == "__main__":
    unittest.main()
