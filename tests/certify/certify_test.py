"""From a plan to a decision: each way a certification can end, with its exit code."""
import os
import signal
import time
import unittest

from service import Service
from workspace import PLAN, SCRIPT, WorkspaceCase


class Certify(WorkspaceCase):
    def test_a_healthy_service_with_its_signature_is_ready(self):
        self.approve()
        output = self.certify(expected=0)
        self.assertIn("SLOs: MET", output)
        self.assertIn("Readiness: READY", output)
        self.assertEqual(self.result()["verdict"]["readiness"], "READY")

    def test_a_single_profile_is_no_certification_and_ends_by_its_slos(self):
        output = self.certify("--only", "steady", expected=0)
        self.assertIn("SLOs: MET", output)
        self.assertIn("not a certification", output)

    def test_without_a_signature_it_is_inconclusive_and_says_whose_is_missing(self):
        output = self.certify(expected=121)
        self.assertIn("Readiness: INCONCLUSIVE (outstanding: backend)", output)

    def test_broken_and_unsigned_is_not_ready_and_the_full_pool_is_named(self):
        self.service.delay = 0.4
        output = self.certify(expected=99)
        self.assertIn("SLOs: BROKEN", output)
        self.assertIn("Readiness: NOT READY", output)
        self.assertIn("connection pool shop_rw of db exhausted (20 of 20 busy, 155 waiting)", output)

    def test_a_change_after_the_signature_is_noticed(self):
        self.approve()
        self.write_plan(PLAN.replace("p95: 300ms", "p95: 900ms"))
        output = self.certify(expected=121)
        self.assertIn("backend (signed before a change)", output)

    def test_a_change_of_the_script_after_the_signature_is_noticed(self):
        self.approve()
        (self.folder / "script.js").write_text(SCRIPT + "// and more\n")
        self.assertIn("backend (signed before a change)", self.certify(expected=121))

    def test_a_burst_of_errors_is_halted_within_two_seconds_of_the_rule(self):
        self.write_plan(PLAN.replace("hold: 6s", "hold: 60s"))
        broken = []

        def break_it():
            self.service.error_every = 1
            broken.append(time.monotonic())
        self.later(4, break_it)
        output = self.certify(expected=123)
        took = time.monotonic() - broken[0]
        self.assertIn("halted in steady: error_rate > 50% for 2s", output)
        # The rule's two seconds, one that had begun, two to stop; five times those two at most.
        self.assertLess(took, 2 + 1 + 10, output)
        requests = self.service.requests
        time.sleep(0.5)
        self.assertEqual(self.service.requests, requests)

    def test_a_service_that_eats_all_vus_is_not_ready_rather_than_invalid(self):
        self.write_plan(PLAN.replace("warm_up: 1s}", "warm_up: 1s, max_vus: 20}"))
        self.later(3, lambda: setattr(self.service, "delay", 5))
        output = self.certify(expected=99)
        self.assertIn("found no free VU", output)

    def test_a_deployment_in_mid_run_makes_it_invalid(self):
        self.approve()
        self.later(4, lambda: setattr(self.service, "version", "1.1"))
        output = self.certify(expected=120)
        self.assertIn("deployed mid-run: versions 1.0, 1.1 answered", output)

    def test_a_halt_from_elsewhere_stops_it_and_decides_nothing(self):
        self.write_plan(PLAN.replace("hold: 6s", "hold: 60s"))
        process = self.start("certify", "plan.yaml")
        runs = self.folder / ".proofload" / "runs"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (runs.is_dir() and any(runs.iterdir())):
            time.sleep(0.1)
        time.sleep(3)
        (run,) = runs.iterdir()
        self.proofload("halt", str(run), "--by", "grace", "--reason", "a sale has begun")
        output, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 121, output)
        self.assertIn("grace: a sale has begun", output)

    def test_ctrl_c_stops_it_and_still_writes_the_result(self):
        self.write_plan(PLAN.replace("hold: 6s", "hold: 60s"))
        process = self.start("certify", "plan.yaml")
        self.later(6, lambda: process.send_signal(signal.SIGINT))
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 121, output)
        self.assertEqual(self.result()["profiles"][0]["state"], "aborted")

    def test_two_at_once_are_refused(self):
        first = self.start("certify", "plan.yaml")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (self.folder / ".proofload" / "lock").exists():
            time.sleep(0.1)
        time.sleep(0.2)
        output = self.certify(expected=255)
        self.assertIn("another certification is under way", output)
        first.communicate(timeout=60)

    def test_a_check_that_fails_sends_no_load(self):
        self.write_plan(PLAN.replace("waivers: {generator-host: {by: the tests, why: one machine}}\n", ""))
        output = self.certify(expected=122)
        self.assertIn("on the generator's own machine", output)
        self.assertLess(self.service.requests, 60, "probes and dry iterations only")

    def test_a_cache_before_the_service_is_found(self):
        self.service.headers = {"X-Cache": "HIT"}
        self.assertIn("X-Cache: HIT", self.certify(expected=122))

    def test_a_target_outside_the_plan_gets_no_request(self):
        other = Service()
        self.addCleanup(other.stop)
        (self.folder / "script.js").write_text(SCRIPT.replace("${__ENV.BASE}/products", f"http://{other.address}/products"))
        self.certify("--only", "steady", expected=123)
        self.assertEqual(other.requests, 0)

    def test_a_rate_above_the_plans_maximum_is_halted(self):
        self.write_plan(PLAN.replace("allow_targets:", "max_requests: 60/s\n  allow_targets:"))
        (self.folder / "script.js").write_text(SCRIPT.replace("{ http.get", "{ for (let i = 0; i < 5; i++) http.get"))
        self.assertIn("max_requests allows 60/s", self.certify(expected=123))

    def test_the_data_are_put_back_between_profiles(self):
        self.write_plan(PLAN.replace("slos:", "  dataset: {snapshot: none, reset: echo again >> resets}\nslos:", 1)
                        .replace("  profiles:", "  profiles:\n    gate: {journeys: 40/s, hold: 4s}"))
        self.certify(expected=121)
        self.assertEqual((self.folder / "resets").read_text(), "again\n")

    def test_a_dry_run_sends_no_load(self):
        output = self.certify("--dry-run", expected=0)
        self.assertIn("no load was sent", output)
        self.assertLess(self.service.requests, 60)

    def test_production_has_to_be_allowed(self):
        self.write_plan(PLAN.replace("environment: local", "environment: production"))
        self.assertIn("--allow-production", self.certify(expected=255))
        self.assertEqual(self.service.requests, 0)

    def test_a_plan_that_cannot_decide_is_refused_before_any_load(self):
        self.write_plan(PLAN.replace("error_rate: {max: 5%}", "error_rate: {max: 0.1%}"))
        output = self.certify(expected=104)
        self.assertIn("`steady` cannot decide the SLO `errors`: 200 samples of 3,838", output)

    def test_every_mistake_of_a_plan_is_reported_at_once(self):
        self.write_plan(PLAN.replace("owner: catalog", "ownr: catalog").replace("hold: 6s", "hold: 6"))
        output = self.proofload("plan", "check", "plan.yaml", expected=104)
        self.assertIn("plan.yaml:10:65: error: an SLO has no key `ownr`", output)
        self.assertIn("`hold` has to be a duration", output)
        self.assertIn("2 errors in plan.yaml", output)

    def test_secrets_stay_out_of_everything_that_is_written(self):
        secret = "canary-7f3a"
        os.environ["WEBHOOK"] = f"http://{self.service.address}/{secret}"
        self.addCleanup(os.environ.pop, "WEBHOOK")
        self.write_plan(PLAN + 'notify: {slack: "${WEBHOOK}"}\n')
        output = self.certify("--only", "steady", expected=0)
        self.assertNotIn(secret, output)
        for path in (self.folder / ".proofload").rglob("*"):
            if path.is_file():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
