#!/usr/bin/env python3
"""Starts the shop on what is installed, puts the gate profile on it, shows both sides live, says in one line what was seen.

Usage: demo.py BUILD-DIR [ENGINE]. The shop's data stay in BUILD-DIR/demo-shop (as root, whose
databases run as another user, in /var/lib/proofload/demo-shop), so that a second demo starts at once.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
RIG = HERE.parent / "shop" / "rig" / "shop.py"
PLATEAU, RATE = "20s", "30"
EVERY_SECONDS = 5


class Scrape:
    """The counters of one /metrics page; {} while nobody answers."""

    def __init__(self, url):
        self.at = time.monotonic()
        self.series = []
        try:
            with urllib.request.urlopen(url + "/metrics", timeout=2) as page:
                for line in page.read().decode().splitlines():
                    found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
                    if found:
                        self.series.append((found[1], dict(re.findall(r'(\w+)="([^"]*)"', found[2] or "")), float(found[3])))
        except OSError:
            pass

    def total(self, name, **labels):
        return sum(value for series, own, value in self.series if series == name and all(own.get(k) == v for k, v in labels.items()))

    def buckets(self, name):
        bounds = {own["le"] for series, own, _ in self.series if series == name + "_bucket"}
        return {float(bound): self.total(name + "_bucket", le=bound) for bound in bounds}


def quantile_ms(before, after, q):
    """Of the histogram's growth, by straight lines between its bounds as Prometheus does; None without requests."""
    name = "http_server_request_duration_seconds"
    old, new = before.buckets(name), after.buckets(name)
    growth = sorted((bound, new[bound] - old.get(bound, 0)) for bound in new)
    if not growth or growth[-1][1] <= 0:
        return None
    rank, below, seen = q * growth[-1][1], 0.0, 0.0
    for bound, count in growth:
        if count >= rank and bound != float("inf"):
            return 1000 * (below + (bound - below) * (rank - seen) / max(count - seen, 1e-9))
        below, seen = (bound, count) if bound != float("inf") else (below, seen)
    return 1000 * below


class Watch(threading.Thread):
    """A line each few seconds: what the services say of themselves while the load runs."""

    def __init__(self, services):
        super().__init__(daemon=True)
        self.urls = {one["name"]: f"http://127.0.0.1:{one['port']}" for one in services}
        self.ended = threading.Event()
        self.began = time.monotonic()

    def scrape(self):
        return {name: Scrape(url) for name, url in self.urls.items()}

    def run(self):
        before = self.scrape()
        while not self.ended.wait(EVERY_SECONDS):
            after = self.scrape()
            print(self.line(before, after), flush=True)
            before = after

    def line(self, before, after):
        seconds = after["gateway"].at - before["gateway"].at
        parts = []
        for name in ("gateway", "catalog-1", "orders-1"):
            count = "http_server_request_duration_seconds_count"
            rate = (after[name].total(count) - before[name].total(count)) / seconds
            p95 = quantile_ms(before[name], after[name], 0.95)
            parts.append(f"{name} {rate:.0f}/s" + (f" p95 {p95:.0f} ms" if p95 is not None else ""))
        cpu = sum(after[name].total("process_cpu_seconds_total") - before[name].total("process_cpu_seconds_total") for name in after)
        parts.append(f"{cpu / seconds:.2f} cores")
        if "pgbouncer-exporter" in after:
            parts.append(f"pool queue {after['pgbouncer-exporter'].total('pgbouncer_pools_client_waiting_connections'):.0f}")
        return f"{time.monotonic() - self.began:4.0f} s  " + " | ".join(parts)


def explain(summary, exit_code):
    metrics = summary["metrics"]
    requests, checks, duration = metrics["http_reqs"], metrics["checks"], metrics["http_req_duration"]
    orders = metrics.get("orders_placed", {}).get("count", 0)
    verdict = "every threshold held" if exit_code == 0 else "a threshold was crossed" if exit_code == 99 else "the run did not end well"
    return (f"What you saw: customers sent {requests['count']} requests ({requests['rate']:.0f}/s) to a shop of ten processes on this machine and placed "
            f"{orders:.0f} orders; 95 % were answered within {duration['p(95)']:.1f} ms, {checks['passes']} checks passed and {checks['fails']} failed, "
            f"and {verdict} (exit code {exit_code}).")


def main():
    build = Path(sys.argv[1]).resolve()
    engine = sys.argv[2] if len(sys.argv) > 2 else str(build / "proofload")
    data = Path("/var/lib/proofload/demo-shop") if os.geteuid() == 0 else build / "demo-shop"
    data.parent.mkdir(parents=True, exist_ok=True)
    rig = [sys.executable, str(RIG)]
    at = ["--data", str(data), "--binary", str(build / "proofload-shop")]
    try:
        if subprocess.run([*rig, "up", *at, "--small"]).returncode != 0:
            return 1
        services = json.loads((data / "shop.json").read_text())["services"]
        print(f"\n{RATE} journeys a second for {PLATEAU}; what the services say of themselves:", flush=True)
        watch = Watch(services)
        watch.start()
        with tempfile.TemporaryDirectory(prefix="proofload-demo-") as folder:
            summary = Path(folder) / "summary.json"
            environment = {**os.environ, "SHOP": watch.urls["gateway"], "RATE": RATE, "FOR": PLATEAU}
            exit_code = subprocess.run([engine, "run", "--quiet", "--summary-export", summary, str(HERE / "shop" / "journeys.js")], env=environment).returncode
            watch.ended.set()
            if summary.exists():
                print(explain(json.loads(summary.read_text()), exit_code), flush=True)
    finally:
        subprocess.run([*rig, "down", *at])
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
