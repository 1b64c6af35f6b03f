"""Rates and mix of production: from an access log, a real Prometheus, and servers that answer as Grafana and Datadog do."""
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

from database import free_port
from workspace import PLAN, WorkspaceCase


def combined(start, rates, paths):
    """A log of `rates[i]` requests in minute i, the paths in turn."""
    lines, number = [], 0
    for minute, rate in enumerate(rates):
        for i in range(rate):
            at = start + timedelta(minutes=minute, seconds=i * 60 // max(rate, 1))
            method, path = paths[number % len(paths)].split()
            lines.append(f'10.0.0.1 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "{method} {path.replace("ID", str(number))} HTTP/1.1" 200 17')
            number += 1
    return "\n".join(lines) + "\n"


START = datetime(2026, 1, 31, 23, 0, tzinfo=timezone.utc)


class AccessLog(WorkspaceCase):
    def write_log(self):
        rates = [60] + [120] * 10 + [240] * 10 + [60]   # the first and the last are left out
        (self.folder / "access.log").write_text("noise\n" + combined(START, rates, ["GET /products/ID", "GET /products/ID", "POST /cart"]))

    def test_the_rate_is_a_percentile_of_minutes_and_ids_are_one_endpoint(self):
        self.write_log()
        output = self.proofload("plan", "derive", "--access-log", "access.log", "--percentile", "50")
        self.assertIn("p50 of 20 intervals from 2026-01-31 23:01 to 2026-01-31 23:21 UTC", output)
        self.assertIn("value: 2, unit: requests/s", output)
        self.assertRegex(output, r'get_products_id: "GET /products/\{id\}" +# 66\.\d+ %')
        self.assertIn("1 of 3721 lines are no requests", output)
        self.assertIn("value: 4,", self.proofload("plan", "derive", "--access-log", "access.log"))

    def test_the_mix_gives_the_journeys_weights(self):
        self.write_log()
        script = ("import http from 'k6/http';\nconst b = __ENV.BASE;\n"
                  "export function browse() { http.get(b + '/products/1'); http.get(b + '/products/2'); }\n"
                  "export function fill() { http.get(b + '/products/1'); http.get(b + '/cart'); }\n")
        (self.folder / "script.js").write_text(script)
        log = combined(START, [110] * 6, ["GET /products/ID"] * 21 + ["GET /cart"])
        (self.folder / "access.log").write_text(log)
        self.write_plan(PLAN.replace('{product: "GET /products/{id}"}', '{product: "GET /products/{id}", cart: GET /cart}')
                        .replace("{browse: {weight: 1}}", "{browse: {weight: 1}, fill: {weight: 1}}"))
        output = self.proofload("plan", "derive", "plan.yaml", "--access-log", "access.log")
        self.assertIn("browse: {exec: browse, weight: 10}", output)
        self.assertIn("fill: {exec: fill, weight: 1}", output)

    def test_what_is_written_into_the_plan_is_all_that_changes(self):
        self.write_log()
        before = (self.folder / "plan.yaml").read_text()
        self.proofload("plan", "derive", "plan.yaml", "--access-log", "access.log", "--write")
        after = (self.folder / "plan.yaml").read_text()
        added = [line for line in after.splitlines() if line not in before.splitlines()]
        self.assertEqual(len(added), 1)
        self.assertRegex(added[0], r'^  grounded_in: \{access_log: "access.log", percentile: 95, over: 20m, value: 4, '
                                   r"unit: requests/s, date: \d{4}-\d\d-\d\d\}$")
        self.assertEqual(after.replace(added[0] + "\n", ""), before)
        self.assertIn("grounded in", self.proofload("plan", "show", "plan.yaml"))
        # The plan names its source now.
        self.proofload("plan", "derive", "plan.yaml", "--write")
        self.assertEqual((self.folder / "plan.yaml").read_text(), after)

    def test_a_plan_whose_load_is_written_in_another_way_is_left_alone(self):
        self.write_log()
        text = PLAN.replace("load:\n", "load:\n  grounded_in:\n    over: 1d\n")
        self.write_plan(text)
        before = (self.folder / "plan.yaml").read_text()
        output = self.proofload("plan", "derive", "plan.yaml", "--access-log", "access.log", "--write", expected=255)
        self.assertIn("put this into `load` yourself", output)
        self.assertEqual((self.folder / "plan.yaml").read_text(), before)

    def test_without_a_source_it_says_which_there_are(self):
        self.assertIn("--access-log FILE", self.proofload("plan", "derive", expected=255))


def openmetrics(now, seconds):
    """Two counters that grew by 30 and by 10 a second, sampled each 15 s, until now."""
    lines = ["# TYPE http_requests counter"]
    for labels, rate in (('method="GET",route="/products/{id}"', 30), ('method="POST",route="/cart"', 10)):
        lines += [f"http_requests_total{{{labels}}} {rate * at} {now - seconds + at}" for at in range(0, seconds, 15)]
    return "\n".join([*lines, "# EOF", ""])


class RealPrometheus(WorkspaceCase):
    """A Prometheus that starts with two hours of history."""

    def setUp(self):
        program, promtool = shutil.which("prometheus"), shutil.which("promtool")
        if program is None or promtool is None:
            raise unittest.SkipTest("Prometheus is missing: `plan derive` is NOT checked against a real one (apt install prometheus)")
        super().setUp()
        data = Path(tempfile.mkdtemp(prefix="proofload-prometheus-"))
        self.addCleanup(shutil.rmtree, data)
        (data / "history.txt").write_text(openmetrics(int(time.time()), 7200))
        subprocess.run([promtool, "tsdb", "create-blocks-from", "openmetrics", data / "history.txt", data / "tsdb"],
                       check=True, stdout=subprocess.DEVNULL)
        (data / "prometheus.yml").write_text("global: {scrape_interval: 15s}\n")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        process = subprocess.Popen([program, f"--config.file={data}/prometheus.yml", f"--storage.tsdb.path={data}/tsdb",
                                    f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not self.is_ready():
            time.sleep(0.2)

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=2):
                return True
        except OSError:
            return False

    def test_gives_the_rate_and_the_mix(self):
        output = self.proofload("plan", "derive", "--prometheus", self.url, "--over", "1h",
                                "--query", "sum by (method, route) (rate(http_requests_total[5m]))")
        self.assertIn("value: 40, unit: requests/s", output)
        self.assertRegex(output, r'get_products_id: "GET /products/\{id\}" +# 75\.00 %')

    def test_that_knows_no_such_series_is_told(self):
        output = self.proofload("plan", "derive", "--prometheus", self.url, "--query", "no_such_series", expected=255)
        self.assertIn("the query gives no value", output)
        output = self.proofload("plan", "derive", "--prometheus", self.url, "--query", "sum(", expected=255)
        self.assertIn("refuses (bad_data)", output)


class Api(http.server.BaseHTTPRequestHandler):
    """Answers as Prometheus, Grafana and Datadog document it; refuses as Prometheus does more than 11,000 points."""

    def reply(self, body, status=200, kind="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.forms.append(form)
        if not self.server.is_open and self.headers["Authorization"] != "Bearer t0ken":
            return self.reply({"message": "Unauthorized"}, 401)
        start, end, step = (float(form[name][0]) for name in ("start", "end", "step"))
        if (end - start) / step + 1 > 11000:
            return self.reply({"status": "error", "errorType": "bad_data", "error": "exceeded maximum resolution of 11,000 points"}, 400)
        values, at = [], start
        while at <= end:
            values.append([at, "NaN" if at % 120 else "+Inf" if at % 240 else "50"])
            at += step
        self.reply({"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}})

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        if path == "/api/dashboards/uid/abc":
            target = {"refId": "A", "expr": "sum(rate(http_requests_total[$__rate_interval]))"}
            return self.reply({"dashboard": {"panels": [{"id": 4, "title": "Rate", "datasource": {"uid": "prom"}, "targets": [target]}]}})
        if path == "/api/v1/query":
            return self.reply({"status": "ok", "series": [{"metric": "hits", "scope": "*", "pointlist": [[1e12, 10], [1e12 + 6e4, None], [1e12 + 12e4, 30]]}]})
        self.reply(b"<html>log in</html>", kind="text/html")

    def log_message(self, *arguments):
        pass


class Apis(WorkspaceCase):
    def setUp(self):
        super().setUp()
        self.api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
        self.api.forms, self.api.is_open = [], True
        threading.Thread(target=self.api.serve_forever, daemon=True).start()
        self.addCleanup(self.api.server_close)
        self.addCleanup(self.api.shutdown)
        self.url = "http://127.0.0.1:%d" % self.api.server_address[1]

    def test_two_weeks_by_the_minute_are_asked_in_pieces_and_nan_and_infinity_left_out(self):
        output = self.proofload("plan", "derive", "--prometheus", self.url, "--query", "x", "--over", "14d")
        self.assertIn("value: 50, unit: requests/s", output)
        self.assertGreater(len(self.api.forms), 1)

    def test_a_panel_of_grafana_is_asked_through_its_proxy_with_the_token(self):
        self.api.is_open = False
        panel = f"{self.url}/d/abc/shop?viewPanel=4&from=now-6h&to=now"
        os.environ["PROOFLOAD_TEST_TOKEN"] = "t0ken"
        self.addCleanup(os.environ.pop, "PROOFLOAD_TEST_TOKEN")
        output = self.proofload("plan", "derive", "--grafana", panel, "--token", "${PROOFLOAD_TEST_TOKEN}")
        self.assertIn('query: "sum(rate(http_requests_total[5m]))", percentile: 95, over: 6h, value: 50', output)
        self.assertNotIn("t0ken", output)
        output = self.proofload("plan", "derive", "--grafana", panel, expected=255)
        self.assertIn("give it a token", output)

    def test_datadog_is_asked_with_keys_of_the_environment(self):
        ask = ("plan", "derive", "--datadog", self.url, "--query", "sum:hits{*}.as_rate()", "--percentile", "100")
        self.assertIn("DD_API_KEY", self.proofload(*ask, expected=255))
        for name in ("DD_API_KEY", "DD_APP_KEY"):
            os.environ[name] = "k"
            self.addCleanup(os.environ.pop, name)
        self.assertIn("value: 30, unit: requests/s", self.proofload(*ask))

    def test_a_login_page_is_no_api(self):
        output = self.proofload("plan", "derive", "--grafana", f"{self.url}/d/other?viewPanel=1", expected=255)
        self.assertIn("an HTML page where JSON was expected", output)

    def test_a_password_in_an_address_is_not_printed(self):
        address = self.url.replace("http://", "http://ada:hunter2@")
        output = self.proofload("plan", "derive", "--prometheus", address, "--query", "x")
        self.assertNotIn("hunter2", output)


if __name__ == "__main__":
    unittest.main()
