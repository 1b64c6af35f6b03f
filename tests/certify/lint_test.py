"""The lint of a plan's script: shown by the check, looked at by the preflight, in the report's checklist."""
import unittest

from workspace import SCRIPT, WorkspaceCase

BAD = """import http from 'k6/http';
export function browse() {
  const rows = [];
  for (let i = 0; i < 50; i++) rows.push({ x: Math.random() });
  http.get(`${__ENV.BASE}/products/${rows.length}`);
}
"""


class Lint(WorkspaceCase):
    def test_the_check_shows_the_place_and_what_to_do_and_lets_it_pass(self):
        (self.folder / "script.js").write_text(BAD)
        output = self.proofload("plan", "check", "plan.yaml")
        self.assertIn("script.js:4:47: warning: data is built from random values in a loop", output)
        self.assertIn("[data-generation]", output)
        self.assertIn("make the data beforehand", output)

    def test_the_preflight_fails_the_check_but_does_not_require_it(self):
        (self.folder / "script.js").write_text(BAD)
        output = self.proofload("preflight", "plan.yaml")
        self.assertRegex(output, r"fail +script-lint +script.js:4:47 data is built")

    def test_a_fixed_url_is_only_a_warning(self):
        (self.folder / "script.js").write_text(SCRIPT.replace("/products/${__ITER}", "/products"))
        self.assertRegex(self.proofload("preflight", "plan.yaml"), r"warn +script-lint +.*every request of every journey is for")

    def test_the_checklist_says_what_was_found(self):
        self.certify("--only", "steady", expected=0)
        item = next(item for item in self.result()["checklist"] if item["text"].startswith("Data populated"))
        self.assertIn("script-lint: script.js: no data is made", item["evidence"])


if __name__ == "__main__":
    unittest.main()
