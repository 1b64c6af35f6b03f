"""What is watched while a certification's load goes on, and what people say to it."""
import contextlib
import http.client
import json
import os
import re
import threading
import time
import unittest

from prometheus import PROMETHEUS, Prometheus
from service import Service
from workspace import PLAN, SCRIPT, WorkspaceCase


class Respect(WorkspaceCase):
    """A service that asks for less gets less, and that is no pass."""

    def test_retry_after_starts_no_new_iterations_until_its_time_and_the_profile_decides_nothing(self):
        self.write_plan(PLAN.replace("allow_targets:", "respect: [Retry-After]\n  allow_targets:").replace("error_rate > 50% for 2s", "error_rate > 90% for 20s"))
        self.approve()
        process = self.start_load("steady:")
        time.sleep(2)
        self.service.refuse_until = time.monotonic() + 0.5
        output = self.finish(process, 121)
        self.assertIn("steady: product answered 429 with Retry-After: no new iterations of browse for 2 s", output)
        profile = self.result()["profiles"][0]
        self.assertEqual(profile["state"], "incomplete")
        self.assertGreater(profile["withheld_iterations"], 40, "two seconds at 40/s, less what was on its way")
        self.assertLess(profile["withheld_iterations"], 130)
        self.assertIn("iterations were withheld", " ".join(profile["reasons"]))
        self.assertIn("product answered 429", " ".join(event["text"] for event in self.result()["events"]))
        self.assertIn("Readiness: INCONCLUSIVE", output)

    def test_a_limit_that_the_plan_does_not_respect_is_only_a_failure(self):
        process = self.start_load("steady:")
        time.sleep(2)
        self.service.refuse_until = time.monotonic() + 0.1
        self.finish(process, 121)
        self.assertEqual(self.result()["profiles"][0]["withheld_iterations"], 0)

    def test_a_header_that_says_no_limit_is_refused_with_its_place(self):
        self.write_plan(PLAN.replace("allow_targets:", "respect: [Retry-Before]\n  allow_targets:"))
        output = self.proofload("plan", "check", "plan.yaml", expected=104)
        self.assertIn("`Retry-Before` says no limit that can be respected", output)


class Throttle(WorkspaceCase):
    """People lower, pause and resume the load of a run under way."""

    def throttled(self, *words, hold="12s"):
        self.write_plan(PLAN.replace("hold: 6s", f"hold: {hold}"))
        self.approve()
        process = self.start_load("steady:")
        time.sleep(2)
        output = self.proofload("throttle", "latest", *words, "--by", "grace", "--reason", "a sale has begun")
        self.assertIn("within two seconds", output)
        return process

    def test_a_lowered_rate_is_sent_and_the_profile_says_who_and_why(self):
        output = self.finish(self.throttled("--rate", "50%"), 121)
        self.assertIn("steady: grace set the load to 50 %: a sale has begun", output)
        result = self.result()
        profile = result["profiles"][0]
        self.assertIn("grace set the load to 50 %: a sale has begun", profile["reasons"][0])
        self.assertEqual((profile["state"], result["verdict"]["readiness"]), ("incomplete", "INCONCLUSIVE"))
        late = profile["seconds"]["requests"][5:11]
        for requests in late:
            self.assertAlmostEqual(requests, 20, delta=4, msg=profile["seconds"])
        for page in ("report.html", "report.md"):
            self.assertIn("a sale has begun", (self.workspace.runs()[0] / page).read_text(), page)

    def test_a_pause_sends_nothing_until_it_is_resumed_and_halts_nothing(self):
        process = self.throttled("--pause")
        time.sleep(3)
        before = self.service.requests
        time.sleep(1)
        self.assertEqual(self.service.requests, before)
        self.proofload("throttle", "latest", "--resume", "--by", "ada", "--reason", "it is over")
        output = self.finish(process, 121)
        self.assertIn("steady: grace paused the load: a sale has begun", output)
        self.assertIn("steady: ada resumed the whole load: it is over", output)
        self.assertGreater(self.service.requests, before + 40)

    def test_a_closed_loop_waits_too(self):
        self.write_plan(PLAN.replace("{journeys: 40/s, hold: 6s, warm_up: 1s}", "{vus: 4, hold: 10s}"))
        (self.folder / "script.js").write_text(SCRIPT.replace("export function", "import { sleep } from 'k6';\nexport function").replace("; }\n", "; sleep(0.05); }\n"))
        process = self.start_load("steady:")
        time.sleep(2)
        self.proofload("throttle", "latest", "--pause", "--by", "grace", "--reason", "a sale has begun")
        time.sleep(3)
        before = self.service.requests
        time.sleep(1)
        self.assertEqual(self.service.requests, before)
        self.finish(process, 121)
        self.assertEqual(self.result()["profiles"][0]["state"], "incomplete")

    def test_one_of_three_is_asked_for_of_a_run_that_is_under_way(self):
        self.certify("--only", "steady", expected=0)
        who = ("--by", "grace", "--reason", "a sale")
        self.assertIn("is not under way", self.proofload("throttle", "latest", "--pause", *who, expected=255))
        for words in ((), ("--rate", "150%"), ("--rate", "50"), ("--pause", "--resume")):
            self.proofload("throttle", "latest", *words, *who, expected=255)


class Mix(WorkspaceCase):
    def test_a_closed_loop_that_sends_another_mix_than_the_plan_is_no_pass(self):
        (self.folder / "script.js").write_text(
            "import http from 'k6/http';\nimport { sleep } from 'k6';\n"
            "export function browse() { http.get(`${__ENV.BASE}/products/1`); sleep(0.02); }\n"
            "export function dwell() { http.get(`${__ENV.BASE}/products/2`); sleep(0.2); }\n")
        self.write_plan(PLAN.replace("{browse: {weight: 1}}", "{browse: {weight: 1}, dwell: {weight: 1}}")
                        .replace("{journeys: 40/s, hold: 6s, warm_up: 1s}", "{vus: 4, hold: 6s}"))
        self.approve()
        output = self.certify(expected=121)
        self.assertIn("the mix was not the plan's: browse was 9", output)
        self.assertIn("% of the journeys, planned 50.0 %", output)


class Evidence(WorkspaceCase):
    """What is kept of what went wrong: failed requests, and profiles of the service."""

    def test_the_first_failed_requests_of_a_kind_are_kept_without_their_secrets(self):
        secret = "canary-7f3a99"
        os.environ["KEY"] = secret
        self.addCleanup(os.environ.pop, "KEY")
        self.write_plan(PLAN.replace('env: {BASE: "http://ADDRESS"}', 'env: {BASE: "http://ADDRESS", KEY: "${KEY}"}'))
        (self.folder / "script.js").write_text(SCRIPT.replace("{ timeout: '10s' }", "{ headers: { Authorization: 'Bearer own-token-1', 'X-Key': __ENV.KEY } }")
                                               .replace("/products/${__ITER}", "/products/${__ITER}?page=2"))
        self.service.error_every = 10
        self.service.failure_body = json.dumps({"why": "no stock", "token": "t0k3n-abc", "key": secret, "auth": "own-token-1"})
        self.certify("--only", "steady", expected=99)
        failures = self.result()["failures"]
        self.assertEqual(len(failures), 3)
        for failure in failures:
            self.assertEqual((failure["profile"], failure["endpoint"], failure["method"], failure["status"]), ("steady", "product", "GET", 503))
            self.assertRegex(failure["url"], r"/products/\d+$")
            self.assertIn("no stock", failure["body"])
            self.assertRegex(failure["trace_id"], r"^[0-9a-f]{32}$")
            self.assertGreater(failure["kind_count"], 15)
        (run,) = self.workspace.runs()
        self.assertIn("no stock", (run / "report.html").read_text())
        for path in run.rglob("*"):
            if path.is_file():
                for word in (secret, "t0k3n-abc", "own-token-1"):
                    if path.suffix != ".js":
                        self.assertNotIn(word.encode(), path.read_bytes(), path)

    def test_profiles_are_taken_when_an_slo_begins_to_break_and_are_linked_in_the_report(self):
        self.write_plan(PLAN.replace("observe: {}", 'observe: {profilers: [{service: catalog, pprof: "http://ADDRESS/debug/pprof"}]}'))
        process = self.start_load("steady:")
        time.sleep(2)
        probes = self.service.profiled
        self.service.delay = 0.4
        output = self.finish(process, 99)
        self.assertIn("steady: profiles are taken: product-p95 began to break", output)
        self.assertEqual(self.service.profiled, probes + 1)
        (artifact,) = self.result()["artifacts"]
        self.assertEqual((artifact["component"], artifact["file"]), ("catalog", "profiles/catalog-1.pb.gz"))
        (run,) = self.workspace.runs()
        self.assertEqual((run / artifact["file"]).read_bytes()[:2], b"\x1f\x8b")
        self.assertIn('<a href="profiles/catalog-1.pb.gz">', (run / "report.html").read_text())
        self.assertIn("(profiles/catalog-1.pb.gz)", (run / "report.md").read_text())

    def test_profiles_are_taken_when_a_person_asks(self):
        self.write_plan(PLAN.replace("observe: {}", 'observe: {profilers: [{service: catalog, pprof: "http://ADDRESS/debug/pprof"}]}'))
        process = self.start_load("steady:")
        time.sleep(1)
        self.proofload("profile", "latest", "--by", "grace", "--reason", "to see it at work")
        self.finish(process, 121)
        (artifact,) = self.result()["artifacts"]
        self.assertEqual(artifact["reason"], "grace: to see it at work")


@unittest.skipUnless(PROMETHEUS, "Prometheus is NOT INSTALLED: live signals are not tested")
class LiveSignals(WorkspaceCase):
    def prometheus_plan(self, plan):
        prometheus = Prometheus(self.service.address, "shop")
        self.addCleanup(prometheus.stop)
        self.write_plan(plan.replace("{scrape: \"http://ADDRESS/metrics\"}", "{match: 'job=\"shop\"'}")
                        .replace("observe: {}", f"observe: {{prometheus: {{url: \"http://{prometheus.address}\", max_scrape_interval: 3s}}}}"))
        return prometheus

    def test_prometheus_signals_are_shown_while_the_load_goes_on(self):
        self.prometheus_plan(PLAN)
        output = self.certify("--only", "steady", expected=0)
        self.assertRegex(output, r"cpu db [\d.e-]+ cores.* \| memory db 50 MB.* \| pool shop_rw 3/20 busy")

    def test_a_prometheus_that_goes_away_is_loud_and_the_age_of_its_data_is_shown(self):
        prometheus = self.prometheus_plan(PLAN.replace("hold: 6s", "hold: 20s"))
        process = self.start_load("5/20s")
        prometheus.stop()
        output = self.finish(process, 121)
        self.assertIn("NO DATA", output)

    def test_too_few_ready_replicas_halt_the_load(self):
        self.service.more_metrics = 'kube_deployment_status_replicas_available{deployment="shop"} 3\nkube_deployment_spec_replicas{deployment="shop"} 4\n'
        self.prometheus_plan(PLAN.replace("hold: 6s", "hold: 30s").replace("error_rate > 50% for 2s", "ready_replicas < 50% of desired for 1s"))
        process = self.start_load("5/30s")
        self.service.more_metrics = self.service.more_metrics.replace("} 3", "} 1")
        output = self.finish(process, 123)
        self.assertIn("1 of 4 replicas are ready, limit 2", output)


class Capacity(WorkspaceCase):
    def test_the_steps_and_the_curve_through_them_are_in_result_and_report(self):
        self.write_plan(PLAN.replace("steady: {journeys: 40/s, hold: 6s, warm_up: 1s}", "capacity: {from: 15/s, step: 15/s, unit: journeys, hold: 2s}")
                        .replace("product, latency: {p95: 300ms}", "product, latency: {p95: 150ms}"))
        slots = threading.Semaphore(2)  # 20 ms each: 100/s at most
        self.service.work = lambda: self.hold(slots, 0.02)
        output = self.certify("--only", "capacity", expected=0)
        profile = self.result()["profiles"][0]
        self.assertGreaterEqual(len(profile["levels"]), 6)
        self.assertIn("requests at once", profile["scaling"]["sentence"])
        self.assertIn(profile["scaling"]["sentence"], output)
        for page in ("report.html", "report.md"):
            self.assertIn("capacity, its steps", (self.workspace.runs()[0] / page).read_text(), page)

    @staticmethod
    def hold(slots, seconds):
        with slots:
            time.sleep(seconds)


class WithoutAPlan(WorkspaceCase):
    """`run --observe`: the service's signals beside a k6 script."""

    def setUp(self):
        super().setUp()
        (self.folder / "script.js").write_text(SCRIPT.replace("export function browse", "export default function")
                                               .replace("vus: 1000, thresholds: { http_req_duration: ['p(95)<1'] }",
                                                        "vus: 5, duration: '4s', thresholds: { http_req_duration: ['p(95)<200'] }"))

    def run_script(self, *words, expected):
        return self.proofload("run", "script.js", "-e", f"BASE=http://{self.service.address}", *words, expected=expected)

    def test_what_limited_it_follows_the_summary_and_a_report_is_kept(self):
        self.service.delay = 0.4
        output = self.run_script("--observe", f"scrape=http://{self.service.address}/metrics", expected=99)
        summary, _, found = output.partition("\nWhat limited it\n")
        self.assertIn("http_req_duration", summary)
        self.assertIn("exhausted (20 of 20 busy, 155 waiting)", found)
        result = self.result()
        self.assertEqual((result["plan"], result["is_partial"], result["stamps"]), ("script", True, ["NO PLAN"]))
        self.assertGreaterEqual(len(result["profiles"][0]["seconds"]["requests"]), 4)
        self.assertIn("exhausted", (self.workspace.runs()[0] / "report.html").read_text())

    def test_a_run_that_keeps_its_thresholds_says_so_and_exits_as_k6_does(self):
        output = self.run_script(f"--observe=scrape=http://{self.service.address}/metrics", "--store", "kept", expected=0)
        self.assertRegex(output, r"What limited it\n  No threshold was crossed; \d+ signals were watched.")
        self.assertEqual(len(list((self.folder / "kept" / "runs").iterdir())), 1)

    def test_a_source_that_is_none_is_refused_before_the_run(self):
        for words in (("--observe", "graphite=http://a"), ("--observe", "scrape"), ("--observe", "prometheus=http://a"), ("--match", "a=b")):
            self.assertIn("--observe", self.run_script(*words, expected=255))
        self.assertEqual(self.service.requests, 0)


class Conservation(WorkspaceCase):
    """What the service counts is held against what was sent."""

    def traffic_from_elsewhere(self, per_second):
        stopped = threading.Event()

        def send():
            with contextlib.closing(http.client.HTTPConnection(self.service.address)) as connection:
                while not stopped.wait(1 / per_second):
                    connection.request("GET", "/products/other")
                    connection.getresponse().read()
        sender = threading.Thread(target=send)
        sender.start()
        self.addCleanup(sender.join)
        self.addCleanup(stopped.set)

    def check(self):
        (check,) = [check for check in self.result()["checks"] if check["id"] == "conservation"]
        return check

    def test_what_was_sent_is_what_was_counted(self):
        (self.folder / "script.js").write_text(SCRIPT + "export function setup() { for (let i = 0; i < 50; i++) http.get(`${__ENV.BASE}/products/${i}`); }\n")
        self.certify("--only", "steady", expected=0)
        check = self.check()
        self.assertEqual(check["state"], "pass", check)
        sent, counted = map(int, re.fullmatch(r"steady: (\d+) sent, (\d+) counted", check["evidence"]).groups())
        self.assertEqual(sent, counted)
        self.assertGreater(sent, 6 * 40 + 50 - 5, "setup counts too")

    def test_traffic_from_elsewhere_is_said_and_makes_the_profile_invalid(self):
        self.approve()
        self.traffic_from_elsewhere(8)
        output = self.certify(expected=120)
        self.assertIn("traffic from elsewhere: the service counted", output)
        self.assertEqual(self.result()["profiles"][0]["state"], "invalid")
        self.assertEqual(self.check()["state"], "fail")
        self.assertIn("traffic from elsewhere", (self.workspace.runs()[0] / "report.md").read_text())

    def test_requests_that_never_come_to_the_service_make_it_inconclusive(self):
        self.service.counted = 0.5
        self.approve()
        output = self.certify(expected=121)
        self.assertIn("requests never came to the service", output)

    def test_who_waives_it_answers_for_it(self):
        self.write_plan(PLAN.replace("why: one machine}", "why: one machine}, conservation: {by: ada, why: others use it too}"))
        self.traffic_from_elsewhere(8)
        self.certify("--only", "steady", expected=0)
        self.assertEqual((self.check()["state"], self.check()["waiver"]), ("waived", "ada: others use it too"))

    def test_without_a_front_it_is_not_checked_and_says_so(self):
        other = Service()
        self.addCleanup(other.stop)
        self.write_plan(PLAN.replace("{db: {scrape: \"http://ADDRESS/metrics\"}}", f"{{db: {{scrape: \"http://{other.address}/metrics\"}}}}"))
        self.certify("--only", "steady", expected=0)
        self.assertEqual(self.check()["state"], "not run")
        self.assertIn("no component is marked `front`", self.check()["evidence"])

    @unittest.skipUnless(PROMETHEUS, "Prometheus is NOT INSTALLED: conservation by its samples is not tested")
    def test_prometheus_counts_for_a_service_that_is_not_scraped(self):
        prometheus = Prometheus(self.service.address, "shop")
        self.addCleanup(prometheus.stop)
        self.write_plan(PLAN.replace("{scrape: \"http://ADDRESS/metrics\"}", "{match: 'job=\"shop\"', front: true}")
                        .replace("observe: {}", f"observe: {{prometheus: {{url: \"http://{prometheus.address}\", max_scrape_interval: 2s}}}}"))
        self.certify("--only", "steady", expected=0)
        self.assertEqual(self.check()["state"], "pass", self.check())
        self.assertRegex(self.check()["evidence"], r"the whole run: \d+ sent, \d+ counted")
        self.traffic_from_elsewhere(8)
        output = self.certify("--only", "steady", expected=120)
        self.assertIn("traffic from elsewhere", output)


if __name__ == "__main__":
    unittest.main()
