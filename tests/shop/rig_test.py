#!/usr/bin/env python3
"""The rig of the shop (shop/rig/): real PostgreSQL and pgbouncer, started, killed and stopped; a stand-in for the
services, so that nothing needs to be built. `python3 tests/shop/rig_test.py`
"""
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RIG = ROOT / "shop" / "rig"
sys.path.insert(0, str(RIG))
import databases  # noqa: E402
import process  # noqa: E402
import watchers  # noqa: E402
from state import State  # noqa: E402

PORTS = 24   # more than a rig has
STAND_IN = """#!/usr/bin/env python3
import http.server, json, sys, threading
if sys.argv[1] == "seed":
    print("seeded")
    sys.exit(0)
for service in json.load(open(sys.argv[3]))["services"]:
    class Ready(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
        def log_message(self, *_): pass
    server = http.server.HTTPServer(("127.0.0.1", service["port"]), Ready)
    threading.Thread(target=server.serve_forever).start()
"""


def free_base():
    while True:
        base = random.randrange(20_000, 31_000)
        if all(process.is_port_free(base + offset) for offset in range(PORTS)):
            return base


def processes_of(folder):
    """Command lines of what runs with a file of `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command and int(entry.name) != os.getpid():
            found.append(command.replace("\0", " "))
    return found


class RigCase(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="proofload_rig_"))
        self.folder.chmod(0o755)   # PostgreSQL's own account has to get through
        self.data = self.folder / "shop"
        self.binary = self.folder / "stand-in"
        self.binary.write_text(STAND_IN)
        self.binary.chmod(0o755)
        self.base = free_base()

    def tearDown(self):
        self.rig("down")
        left = processes_of(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.assertEqual(left, [])

    def command(self, verb, *more):
        return [sys.executable, str(RIG / "shop.py"), verb, "--data", str(self.data), "--binary", str(self.binary), *more]

    def rig(self, verb, *more):
        done = subprocess.run(self.command(verb, *more), text=True, capture_output=True, check=False, timeout=120)
        done.text = done.stdout + done.stderr
        return done

    def up(self, *more):
        done = self.rig("up", "--small", "--base-port", str(self.base), *more)
        self.assertEqual(done.returncode, 0, done.text)
        return done

    def facts(self):
        return json.loads((self.data / "rig.json").read_text())

    def config(self):
        return json.loads((self.data / "shop.json").read_text())

    def wait_for(self, what, condition, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"not within {seconds} s: {what}")
            time.sleep(0.05)


@unittest.skipUnless(databases.is_installed(), "PostgreSQL 15 or pgbouncer is NOT INSTALLED: the rig was not tried on it")
class PostgresRig(RigCase):
    def sql(self, url, text):
        done = subprocess.run([databases.PROGRAMS / "psql", "-X", "-A", "-t", "-q", url], input=text, text=True,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_serves_both_nodes_and_keeps_data_over_down_and_up(self):
        self.up()
        urls = self.config()["database"]
        self.assertEqual(self.sql(urls["rw"], "SELECT pg_is_in_recovery()"), "f")
        self.assertEqual(self.sql(urls["ro"], "SELECT pg_is_in_recovery()"), "t")
        self.assertIn("shop_rw", self.sql(urls["pgbouncer_console"], "SHOW POOLS"))
        self.assertEqual(self.sql(urls["superuser"], "SELECT count(*) FROM pg_stat_statements WHERE query ~* 'password'"), "0")
        self.sql(urls["rw"], "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
        # A folder with secrets shows none of them to others.
        for name in ("rig.json", "shop.json", "postgres/pgpass", "postgres/pgbouncer/userlist.txt"):
            self.assertEqual((self.data / name).stat().st_mode & 0o777, 0o600, name)

        refused = self.rig("up", "--small")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("is already up", refused.text)
        self.assertEqual(self.rig("status").returncode, 0)

        down = self.rig("down")
        stopped = [line.split()[1] for line in down.stdout.splitlines() if "stopped in" in line]
        self.assertEqual(stopped[0], "shop")
        self.assertEqual(stopped[-3:], ["pgbouncer", "postgres-replica", "postgres-primary"])
        self.assertEqual(processes_of(self.folder), [])
        self.assertEqual(self.rig("status").returncode, 3)

        again = self.rig("up", "--small")   # the ports of the last time
        self.assertEqual(again.returncode, 0, again.text)
        self.assertEqual(self.config()["database"], urls)
        self.assertNotIn("seed", again.stdout)
        self.wait_for("the row on the replica", lambda: self.sql(urls["ro"], "SELECT id FROM kept") == "7")

    def test_a_killed_supervisor_leaves_no_process_and_the_next_up_recovers(self):
        self.up()
        os.kill(self.facts()["supervisor"]["pid"], signal.SIGKILL)
        self.wait_for("every process gone", lambda: processes_of(self.folder) == [])
        self.assertEqual(self.rig("status").returncode, 3)
        again = self.up()
        self.assertIn("was killed without stopping its processes", again.stdout)
        self.assertNotIn("seed", again.stdout)

    def test_starts_again_what_ended_by_itself(self):
        self.up()
        before = next(one["pid"] for one in self.facts()["processes"] if one["name"] == "pgbouncer")
        os.kill(before, signal.SIGKILL)

        def is_replaced():
            pids = [one["pid"] for one in self.facts()["processes"] if one["name"] == "pgbouncer"]
            return pids not in ([], [before])

        self.wait_for("another pgbouncer", is_replaced)
        self.wait_for("it answers", lambda: process.answers_tcp(self.facts()["ports"]["pgbouncer"]))
        self.assertIn("pgbouncer ended by itself (-9)", self.rig("logs", "supervisor").stdout)

    def test_a_killed_starter_takes_the_half_started_shop_with_it(self):
        starter = subprocess.Popen(self.command("up", "--small", "--base-port", str(self.base)), stdout=subprocess.DEVNULL)
        self.wait_for("a first server", lambda: (self.data / "rig.json").exists() and self.facts()["processes"])
        starter.kill()
        starter.wait()
        self.wait_for("every process gone", lambda: processes_of(self.folder) == [])
        self.up()   # what was half made is made anew

    @unittest.skipUnless(watchers.PROMETHEUS.exists() and watchers.POSTGRES_EXPORTER.exists(), "Prometheus is NOT INSTALLED")
    def test_prometheus_scrapes_services_and_both_nodes(self):
        self.up("--with", "prometheus")
        url = f"http://127.0.0.1:{self.facts()['ports']['prometheus']}/api/v1/query?query="

        def series(query):
            with urllib.request.urlopen(url + query, timeout=5) as reply:
                return [one["metric"] for one in json.load(reply)["data"]["result"]]

        self.wait_for("every target was scraped", lambda: len(series("up==1")) == 12)
        self.assertEqual({one.get("service") for one in series("up{instance=~'catalog.*'}")}, {"catalog"})
        self.assertEqual({(one["role"], one["instance"]) for one in series("pg_replication_lag_seconds")},
                         {("primary", "postgres-primary"), ("replica", "postgres-replica")})

    @unittest.skipUnless(os.geteuid() == 0, "only root has another account run PostgreSQL")
    def test_says_that_the_account_of_postgres_cannot_reach_the_folder(self):
        self.folder.chmod(0o700)
        done = self.rig("up", "--small", "--base-port", str(self.base))
        self.assertEqual(done.returncode, 1)
        self.assertIn("give --data a folder outside of private ones", done.text)


class SqliteRig(RigCase):
    def up(self, *more):
        return super().up("--database", "sqlite", *more)

    def test_starts_the_services_on_a_file(self):
        done = self.up()
        config = self.config()
        self.assertEqual(config["database"]["kind"], "sqlite")
        self.assertEqual(config["database"]["rw"], f"sqlite:{self.data}/shop.db")
        self.assertEqual([service["name"] for service in config["services"]],
                         ["gateway", "catalog-1", "catalog-2", "cart", "orders-1", "orders-2", "payment",
                          "recommendations", "worker"])
        self.assertEqual(config["services"][0]["port"], self.base)
        self.assertEqual(config["otlp"], "")
        self.assertIn(f"http://127.0.0.1:{self.base}", done.stdout)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.base}/ready", timeout=5) as reply:
            self.assertEqual(reply.status, 200)

    @unittest.skipUnless(watchers.jaeger_program(), "Jaeger is NOT BUILT: tools/build_jaeger.sh")
    def test_jaeger_keeps_the_spans_it_is_sent(self):
        self.up("--with", "jaeger")
        now = time.time_ns()
        span = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "GET /tea", "kind": 2,
                "startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 1_000_000)}
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "teahouse"}}]}
        body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]}
        request = urllib.request.Request(self.config()["otlp"] + "/v1/traces", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as reply:
            self.assertEqual(reply.status, 200)
        port = self.facts()["ports"]["jaeger"]

        def operations():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/traces?service=teahouse", timeout=5) as found:
                return [one["operationName"] for trace in json.load(found)["data"] for one in trace["spans"]]

        self.wait_for("the span can be found", lambda: operations() == ["GET /tea"])

    def test_names_the_busy_port(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", self.base))
            other.listen()
            done = self.rig("up", "--small", "--database", "sqlite", "--base-port", str(self.base))
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"port {self.base} (for gateway) is busy", done.text)

    def test_shows_the_end_of_the_log_of_what_did_not_start(self):
        self.binary.write_text("#!/bin/sh\n[ $1 = seed ] && exit 0\necho 'no more tea'; exit 9\n")
        done = self.rig("up", "--small", "--database", "sqlite", "--base-port", str(self.base))
        self.assertEqual(done.returncode, 1)
        self.assertIn("shop ended at once (9)", done.text)
        self.assertIn("no more tea", done.text)

    def test_refuses_a_folder_that_is_something_else(self):
        self.data.mkdir()
        (self.data / "thesis.txt").write_text("mine")
        done = self.rig("up", "--small", "--database", "sqlite")
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds something else than a shop", done.text)
        self.rig("down", "--purge")
        self.assertTrue((self.data / "thesis.txt").exists())

    def test_purge_removes_the_folder(self):
        self.up()
        self.assertEqual(self.rig("down", "--purge").returncode, 0)
        self.assertFalse(self.data.exists())

    def test_foreground_ends_everything_when_interrupted(self):
        shop = subprocess.Popen(self.command("up", "--small", "--database", "sqlite", "--base-port", str(self.base),
                                             "--foreground"), stdout=subprocess.DEVNULL)
        self.wait_for("ready", lambda: (self.data / "rig.json").exists() and self.facts()["phase"] == "ready")
        shop.send_signal(signal.SIGINT)
        self.assertEqual(shop.wait(20), 0)
        self.assertEqual(processes_of(self.folder), [])


class Ports(unittest.TestCase):
    def test_are_kept_unless_another_took_them(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = other.getsockname()[1]
            kept = free_base()
            state = State(folder)
            state.facts["ports"] = {"gateway": taken, "cart": kept}
            said = []
            ports = state.choose_ports(["gateway", "cart"], None, said.append)
            self.assertEqual(ports["cart"], kept)
            self.assertNotEqual(ports["gateway"], taken)
            self.assertEqual(said, [f"port {taken} of gateway is taken by now: {ports['gateway']} instead"])


class Processes(unittest.TestCase):
    def test_are_told_apart_by_their_start_when_a_pid_is_used_again(self):
        me = {"pid": os.getpid(), "started": process.start_time(os.getpid())}
        self.assertTrue(process.is_alive(me))
        self.assertFalse(process.is_alive({**me, "started": me["started"] - 1}))


if __name__ == "__main__":
    unittest.main(verbosity=2)
