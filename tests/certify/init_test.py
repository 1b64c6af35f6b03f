"""A first plan, from flags and from a script: what is written passes `plan check`."""
import shutil
import unittest

from workspace import SCRIPT, WorkspaceCase

FROM = """
import http from 'k6/http';
export const options = {
  scenarios: {
    steady: { executor: 'constant-arrival-rate', rate: 20, duration: '30s', preAllocatedVUs: 5, exec: 'browse' },
    ramp: { executor: 'ramping-vus', stages: [{ duration: '5s', target: 3 }], exec: 'fill' },
  },
  thresholds: {
    http_req_duration: ['p(95)<400', 'avg<200'],
    'http_req_duration{scenario:steady}': ['p(99)<900'],
    'http_req_duration{name:home}': ['p(95)<100'],
    http_req_failed: ['rate<0.01'],
  },
};
export function browse() { http.get(`${__ENV.BASE}/products`); http.get(`${__ENV.BASE}/products/${17 + __ITER}`); }
export function fill() { http.get(`${__ENV.BASE}/cart?x=1`); }
"""


class Init(WorkspaceCase):
    def setUp(self):
        super().setUp()
        self.url = f"http://{self.service.address}"

    def init(self, *words, expected=0):
        return self.proofload("init", "--output", "new", "--scrape", self.url + "/metrics", *words, expected=expected)

    def plan(self):
        return (self.folder / "new" / "plan.yaml").read_text()

    def test_a_plan_from_flags_passes_the_check(self):
        self.init("--name", "shop", "--base-url", self.url, "--endpoint", "GET /products", "--endpoint", "GET /products/{id}",
                  "--rate", "5")
        output = self.proofload("plan", "check", "new/plan.yaml")
        self.assertIn("no mistakes", output)
        self.assertNotIn("warning", output)
        self.assertTrue((self.folder / "new" / "journeys.js").exists())
        self.assertIn("soak", self.plan())

    def test_a_service_that_is_down_is_no_hindrance(self):
        self.init("--base-url", "http://127.0.0.1:1", "--endpoint", "POST /cart")
        self.assertIn("no mistakes", self.proofload("plan", "check", "new/plan.yaml"))

    def test_a_script_gives_slos_profiles_journeys_and_endpoints(self):
        (self.folder / "load.js").write_text(FROM)
        self.init("--from", "load.js", "--env", f"BASE={self.url}")
        plan = self.plan()
        self.assertIn(f'base_url: "{self.url}"', plan)
        self.assertIn('get_products_id: "GET /products/{id}"', plan)
        self.assertIn('get_cart: "GET /cart"', plan)
        self.assertIn("{id: latency-p95, latency: {p95: 400ms}}", plan)
        self.assertIn("{id: latency-p99-steady, latency: {p99: 900ms}, profiles: [steady]}", plan)
        self.assertIn("{id: errors, error_rate: {max: 1%}}", plan)
        self.assertIn("steady: {journeys: 20/s, hold: 30s}", plan)
        self.assertIn("ramp: {scenario: ramp}", plan)
        self.assertIn("browse: {exec: browse, weight: 20}", plan)
        self.assertIn("# Not taken, since no SLO of a plan says it: http_req_duration: avg<200", plan)
        self.assertIn("# Not taken, since no SLO of a plan says it: http_req_duration{name:home}", plan)
        self.assertIn('script: "../load.js"', plan)
        self.assertFalse((self.folder / "new" / "journeys.js").exists())
        self.assertIn("no mistakes", self.proofload("plan", "check", "new/plan.yaml"))

    def test_a_script_without_an_error_rate_gets_one_and_holds_that_decide(self):
        (self.folder / "load.js").write_text(SCRIPT)
        self.init("--from", "load.js", "--env", f"BASE={self.url}", expected=255)   # it has no default function
        (self.folder / "load.js").write_text(FROM.replace("http_req_failed: ['rate<0.01'],", "").replace("rate: 20", "rate: 2"))
        self.init("--from", "load.js", "--env", f"BASE={self.url}")
        self.assertIn("# The script has no threshold of http_req_failed", self.plan())
        self.assertRegex(self.plan(), r"# steady is held for \S+, not 30s")
        self.assertIn("no mistakes", self.proofload("plan", "check", "new/plan.yaml"))

    def test_what_is_there_is_not_written_over(self):
        self.init("--base-url", self.url)
        self.assertIn("is there already", self.init("--base-url", self.url, expected=255))
        self.init("--base-url", self.url, "--force")

    def test_what_is_missing_is_named(self):
        self.assertIn("--base-url URL", self.init(expected=255))
        self.assertIn("no method and path", self.init("--base-url", self.url, "--endpoint", "/products", expected=255))
        shutil.rmtree(self.folder / "new", ignore_errors=True)
        self.assertIn("metrics are", self.proofload("init", "--base-url", self.url, expected=255))


if __name__ == "__main__":
    unittest.main()
