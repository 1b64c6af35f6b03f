#!/usr/bin/env python3
"""Each fault of the shop moves what its customers see, and heals when it is switched off: real load on real services.

One dose of each; with PROOFLOAD_SLOW=1 (`./dev test --slow`) all doses and the latent ones. Every measurement is printed as a row:
fault, dose, what customers saw before, during and after. A window is compared with the one before it, on the same machine.
`python3 tests/shop/faults_test.py [Faults.test_row_lock]`
"""
import json
import os
import re
import shutil
import signal
import subprocess
import time
import unittest
import urllib.request
from pathlib import Path

from running_shop import BINARY, ROOT, RunningShop
import databases
import faults
import kernel

ENGINE = Path(os.environ.get("PROOFLOAD_ENGINE", ROOT / "build" / "release" / "proofload"))
IS_SLOW = os.environ.get("PROOFLOAD_SLOW") == "1"
RATE, LOW_RATE, HIGH_RATE = 40, 5, 110   # journeys a second
BUYERS = 0.4
ORDERS = 300_000   # at least, for a scan of them
SECONDS = 6 if IS_SLOW else 3
SETTLE_SECONDS = 1
# Dose: how many times the good window's p95, how much more than its share of errors or missing orders.
FACTORS = {1: 1.15, 2: 1.4, 3: 2.0, "latent": 1.4}
SHARES = {1: 0.005, 2: 0.02, 3: 0.05}
HEALED = 1.6
# What takes time to grow, by dose: seconds under load before the window.
GROWTH = {"connection-leak": {1: 14, 2: 6, 3: 2}, "memory-leak": {1: 6, 2: 6, 3: 4}, "table-bloat": {1: 8, 2: 6, 3: 4},
          "queue-backlog": {1: 12, 2: 8, 3: 3, "latent": 5}, "out-of-memory": {1: 6, 2: 2, 3: 0}}
REFUSALS = ("needs root", "NOT INSTALLED", "no disk of its own")


class Window:
    """What customers saw for some seconds."""

    def __init__(self, summary):
        metrics = summary["metrics"]
        self.p95 = {journey: metrics[f"journey_duration{{journey:{journey}}}"]["p(95)"] for journey in ("browse", "checkout")}
        self.p95["any"] = self.p95["browse"]
        self.errors = metrics["http_req_failed"]["value"]
        self.stale = metrics.get("orders_missing_from_history", {}).get("value", 0)

    def seen(self, moves):
        return getattr(self, moves) if moves in ("errors", "stale") else self.p95[moves]


def is_moved(fault, dose, good, bad):
    if fault.moves in ("errors", "stale") and bad.seen(fault.moves) >= good.seen(fault.moves) + SHARES[dose]:
        return True
    # Who is answered with an error does not wait for the slow part, and the other way round.
    seen = "checkout" if fault.moves == "errors" else fault.moves
    return fault.moves != "stale" and (bad.seen(seen) >= FACTORS[dose] * good.seen(seen) or bad.errors >= good.errors + 0.2)


def is_healed(fault, good, healed):
    is_free = healed.errors <= good.errors + 0.005 and healed.stale <= good.stale + 0.05
    return is_free and (fault.moves in ("errors", "stale") or healed.seen(fault.moves) <= HEALED * good.seen(fault.moves) + 3)


@unittest.skipUnless(databases.is_installed(), "PostgreSQL 15 or pgbouncer is NOT INSTALLED: no fault was tried")
class FaultyShop(RunningShop):
    @classmethod
    def read_config(cls):
        super().read_config()
        cls.groups, cls.link = kernel.Groups(cls.data), kernel.Link(cls.data)

    def sql(self, where, text):
        run = subprocess.run(["psql", "-X", "-q", "-A", "-t", self.config["database"][where], "-c", text], capture_output=True, text=True,
                             check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.strip()

    def switch_on(self, name, *how):
        done = self.rig("fault", "on", name, *how)
        if any(reason in done.stderr for reason in REFUSALS):
            self.skipTest(f"{name} was NOT TRIED: {done.stderr.strip()}")
        self.assertEqual(done.returncode, 0, done.stderr)

    def switch_off(self, *names):
        done = self.rig("fault", "off", *names)
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_nothing_left(self):
        """Of any fault."""
        self.assertNotIn("ON ", self.rig("fault", "list").stdout)
        self.assertEqual(self.sql("superuser", "SELECT count(*) FROM pg_indexes WHERE indexname = 'orders_user_created'"), "1")
        self.assertEqual(self.sql("superuser", "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation IN "
                                  "('orders'::regclass, 'products'::regclass)"), "0")
        self.assertEqual(self.sql("superuser_replica", "SELECT count(*) FROM pg_settings WHERE sourcefile LIKE '%auto.conf' AND "
                                  "name IN ('recovery_min_apply_delay', 'max_standby_streaming_delay')"), "0")
        pools = [line.split("|") for line in self.sql("pgbouncer_console", "SHOW DATABASES").splitlines()]
        self.assertEqual({row[0]: row[5] for row in pools if row[0].startswith("shop_")}, {"shop_rw": "20", "shop_ro": "20"})
        self.assertFalse(shutil.which("tc") and self.link.is_narrow(), "loopback is still shaped")
        for controller, name in (("blkio", "postgres-primary"), ("cpu", "generator")):
            self.assertFalse(list((kernel.CGROUPS / controller).rglob(self.groups.folder(controller, name).name)), f"a group of {name} is left")
        for service in ("catalog-1", "cart"):
            folder = self.groups.folder("cpu", service)
            if folder.exists():
                self.assertEqual(int((folder / "cpu.cfs_quota_us").read_text()), kernel.CPU_PERIOD_US * os.cpu_count())
        kept = self.data / "knobs.json"
        self.assertFalse(kept.exists() and any(json.loads(kept.read_text()).values()), "knobs are kept")


class Faults(FaultyShop):
    known = {}   # load: the last healthy window under it

    def grow_orders(self):
        """To a table that takes a while to read, as that of the full data set does."""
        if int(self.sql("superuser", "SELECT count(*) FROM orders")) < ORDERS:
            self.sql("superuser", "INSERT INTO orders (user_id, status, total_cents, created_at) SELECT 1000 + i % 1000, 'shipped', 100, "
                     f"now() - interval '1 year' FROM generate_series(1, {ORDERS}) i")
            self.sql("superuser", "VACUUM ANALYZE orders")

    def start_load(self, rate, seconds):
        summary = self.folder / "summary.json"
        summary.unlink(missing_ok=True)
        return summary, subprocess.Popen(
            [ENGINE, "run", "--quiet", "--no-color", "--summary-export", summary, ROOT / "examples" / "shop" / "journeys.js",
             *sum((["-e", f"{name}={value}"] for name, value in {"SHOP": self.urls["gateway"], "PROFILE": "constant",
                                                                 "RATE": rate, "BUYERS": BUYERS, "FOR": f"{seconds}s"}.items()), [])],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def end_load(self, load):
        summary, process = load
        said = process.communicate()[0]
        self.assertTrue(summary.exists(), said)
        return Window(json.loads(summary.read_text()))

    def window(self, rate=RATE, seconds=SECONDS):
        return self.end_load(self.start_load(rate, seconds))

    def healthy(self, rate=RATE):
        if rate not in self.known:
            self.window(rate, 2)   # connections, caches
            self.known[rate] = self.window(rate)
        return self.known[rate]

    def bad_window(self, name, how, rate=RATE):
        if name == "generator-starved":   # whose victim is there only now
            load = self.start_load(rate, SECONDS)
            time.sleep(0.5)
            self.switch_on(name, *how)
            return self.end_load(load)
        self.switch_on(name, *how)
        if grow := GROWTH.get(name, {}).get(int(how[-1]) if how[-1].isdigit() else "latent", 0):
            self.window(rate, grow)
        return self.window(rate)

    def try_dose(self, fault, dose):
        good = self.healthy()
        self.known.clear()
        bad = self.bad_window(fault.name, ("--dose", str(dose)))
        self.switch_off(fault.name)
        self.assert_nothing_left()
        time.sleep(SETTLE_SECONDS)
        healed = self.window()
        if is_healed(fault, good, healed):
            self.known[RATE] = healed
        row = [f"{window.seen(fault.moves):.1%}" if fault.moves in ("errors", "stale") else f"{window.seen(fault.moves):.0f} ms"
               for window in (good, bad, healed)]
        print(f"\n| {fault.name} | {dose} | {faults.MOVES[fault.moves]} | {' | '.join(row)} | "
              f"x{bad.seen(fault.moves) / max(good.seen(fault.moves), 0.001):.1f} | {bad.errors:.1%} |", flush=True)
        return is_moved(fault, dose, good, bad), is_healed(fault, good, healed)

    def check(self, fault, dose):
        with self.subTest(dose=dose):
            moved, healed = self.try_dose(fault, dose)
            if not (moved and healed):   # two busy cores: once more
                moved, healed = self.try_dose(fault, dose)
            self.assertTrue(moved, f"{fault.name} at dose {dose} moved nothing")
            self.assertTrue(healed, f"{fault.name} at dose {dose} did not heal")

    def try_latent(self, fault):
        good = {rate: self.healthy(rate) for rate in (LOW_RATE, HIGH_RATE)}
        low, high = (self.bad_window(fault.name, ("--latent",), rate) for rate in (LOW_RATE, HIGH_RATE))
        self.switch_off(fault.name)
        self.assert_nothing_left()
        time.sleep(SETTLE_SECONDS)
        self.known.clear()
        print(f"\n| {fault.name} | latent | {faults.MOVES[fault.moves]} | {good[LOW_RATE].seen(fault.moves):.0f} -> {low.seen(fault.moves):.0f} ms at "
              f"{LOW_RATE}/s | {good[HIGH_RATE].seen(fault.moves):.0f} -> {high.seen(fault.moves):.0f} ms at {HIGH_RATE}/s | {high.errors:.1%} |", flush=True)
        is_quiet = low.seen(fault.moves) <= HEALED * good[LOW_RATE].seen(fault.moves) + 5 and low.errors <= 0.005
        return is_quiet, is_moved(fault, "latent", good[HIGH_RATE], high)

    def check_latent(self, fault):
        quiet, moved = self.try_latent(fault)
        if not (quiet and moved):
            quiet, moved = self.try_latent(fault)
        self.assertTrue(quiet, f"{fault.name} hurts at a low load")
        self.assertTrue(moved, f"{fault.name} does not hurt at a high load")


def add_tests():
    for fault in faults.FAULTS:
        if fault.needs == faults.JVM:
            continue   # runtimes_test.py has that shop

        def test(self, fault=fault):
            if fault.name == "missing-index":
                self.grow_orders()
            different = {str(value): dose for dose, value in fault.doses.items()}
            for dose in different.values() if IS_SLOW else (3,):
                self.check(fault, dose)

        def test_latent(self, fault=fault):
            if fault.name == "missing-index":
                self.grow_orders()
            self.check_latent(fault)
        name = f"test_{fault.name.replace('-', '_')}"
        setattr(Faults, name, test)
        if fault.latent is not None and IS_SLOW:
            setattr(Faults, f"{name}_latent", test_latent)


class Undoing(FaultyShop):
    NAMES = ("missing-index", "slow-provider", "replica-pool", "cpu-quota")

    def test_a_killed_service_comes_back_with_its_knobs(self):
        self.switch_on("slow-provider", "--dose", "3")
        wanted = self.knobs("payment")
        status = self.rig("status").stdout
        os.kill(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("payment ")), signal.SIGKILL)
        deadline = time.monotonic() + 15
        kept = None
        while kept is None and time.monotonic() < deadline:
            try:
                kept = self.knobs("payment")
            except OSError:
                time.sleep(0.1)
        self.assertEqual((kept, wanted["slow_ms"]), (wanted, faults.find("slow-provider").doses[3][0]))
        self.switch_off()
        self.assertEqual(self.knobs("payment")["slow_ms"], 0)
        self.assert_nothing_left()

    def test_what_is_on_at_a_crash_or_at_the_end_is_undone(self):
        for end in ("crash", "down"):
            for name in self.NAMES:
                if os.geteuid() == 0 or name != "cpu-quota":
                    self.switch_on(name, "--dose", "3")
            if shutil.which("tc") and os.geteuid() == 0:
                self.switch_on("bandwidth-cap")
            if end == "crash":
                os.kill(json.loads((self.data / "rig.json").read_text())["supervisor"]["pid"], signal.SIGKILL)
            else:
                self.assertEqual(self.rig("down").returncode, 0)
                self.assertFalse(shutil.which("tc") and self.link.is_narrow())
                self.assertFalse(list(kernel.CGROUPS.glob(f"*/proofload-{self.groups.mark}-*")))
            again = self.rig("up", "--small")
            self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
            self.read_config()
            self.assert_nothing_left()
            self.assertEqual(self.knobs("payment")["slow_ms"], 0)

    def test_latent_from_the_start_and_said_nowhere(self):
        self.rig("down")
        up = self.rig("up", "--small", "--fault", "worker-starvation", "--fault", "queue-backlog")
        self.assertEqual(up.returncode, 0, up.stdout + up.stderr)
        self.read_config()
        self.assertEqual(self.knobs("cart")["workers"], 1)
        self.assertIn("ON latent worker-starvation", self.rig("fault", "list").stdout)
        # Spans come out of the program, so a name that is not in it is in no span.
        said = {"program": BINARY.read_bytes().decode(errors="replace")}
        said |= {log.name: log.read_text(errors="replace") for log in (self.data / "logs").glob("*.log")}
        for name, url in self.urls.items():
            with urllib.request.urlopen(url + "/metrics", timeout=5) as page:
                said[f"metrics of {name}"] = page.read().decode()
        for fault in faults.FAULTS:
            pattern = re.compile(rf"\b{fault.name.replace('-', '[-_]')}\b")
            self.assertEqual([where for where, text in said.items() if pattern.search(text)], [], fault.name)
        self.assertEqual(self.rig("fault", "on", "slow-provider", "--latent").returncode, 1)
        self.switch_off()
        self.assert_nothing_left()


add_tests()
if __name__ == "__main__":
    unittest.main(verbosity=2)
