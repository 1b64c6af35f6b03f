"""What is done with a certification once it has ended: report, runs, decide."""
import contextlib
import hashlib
import io
import json
import re
import shutil
import sqlite3
import tarfile
import tempfile
import time
import unittest
from pathlib import Path
from xml.etree import ElementTree

from workspace import PLAN, SCRIPT, Workspace, WorkspaceCase

RISK = ("--accept-risk", "slow for one sale", "--expires", "2199-12-31")
GRACE = ("--role", "sre", "--by", "grace@example.com")


class KeptRuns(unittest.TestCase):
    """Two runs, made once: one that was READY, then one that broke. Each test has a copy of them."""

    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace()
        cls.addClassCleanup(cls.workspace.close)
        cls.workspace.approve()
        for delay, expected in ((0.0, 0), (0.4, 99)):
            cls.workspace.service.delay = delay
            code, output = cls.workspace.run("certify", "plan.yaml")
            assert code == expected, output
        cls.ready, cls.broken = (run.name for run in cls.workspace.runs())

    def setUp(self):
        self.store = Path(tempfile.mkdtemp(prefix="proofload-runs-")) / "store"
        self.addCleanup(shutil.rmtree, self.store.parent)
        shutil.copytree(self.workspace.folder / ".proofload", self.store)
        (self.store / "samples.js").write_text(SCRIPT.replace("export function browse", "export default function").replace("vus: 1000, ", ""))

    def proofload(self, *words, expected=0):
        code, output = self.workspace.run(*words, "--store", str(self.store))
        self.assertEqual(code, expected, output)
        return output

    def decide(self, run, *words, expected=0):
        return self.proofload("decide", run, *words, *GRACE, expected=expected)

    def file(self, run, name):
        return self.store / "runs" / run / name

    def change_result(self, run):
        path = self.file(run, "result.json")
        path.write_text(path.read_text().replace("NOT READY", "READY"))

    def test_the_list_has_a_line_for_each_run_the_newest_last(self):
        first, second = self.proofload("runs", "list").splitlines()
        self.assertRegex(first, rf"^{self.ready} +READY +trial +\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC +0:\d\d$")
        self.assertRegex(second, rf"^{self.broken} +NOT READY +trial ")

    def test_a_store_without_runs_lists_none(self):
        code, output = self.workspace.run("runs", "list", "--store", str(self.store / "nowhere"))
        self.assertEqual((code, output), (0, ""))

    def test_a_run_without_a_result_is_listed_as_unfinished_and_shown_as_such(self):
        self.file(self.ready, "result.json").unlink()
        self.assertRegex(self.proofload("runs", "list").splitlines()[0], rf"^{self.ready} +unfinished +trial +\d{{4}}-")
        output = self.proofload("runs", "show", self.ready)
        self.assertIn("unfinished", output)
        self.assertIn("steady: 6 s are kept", output)
        output = self.proofload("report", self.ready, "--format", "md", expected=255)
        self.assertIn("result.json: there is none", output)

    def test_a_damaged_result_is_listed_and_its_error_names_the_file(self):
        self.file(self.ready, "result.json").write_text("{")
        self.assertIn("damaged", self.proofload("runs", "list").splitlines()[0])
        self.assertIn(f"{self.ready}/result.json: not a JSON object", self.proofload("runs", "show", self.ready, expected=255))

    def test_show_has_verdict_slos_and_findings(self):
        output = self.proofload("runs", "show", self.broken)
        self.assertIn("SLOs: BROKEN\nReadiness: NOT READY", output)
        self.assertIn("product p95 <= 300ms", output)
        self.assertIn("connection pool shop_rw of db exhausted", output)

    def test_a_run_is_named_by_id_by_folder_or_as_the_latest(self):
        for name in (self.broken, str(self.store / "runs" / self.broken), "latest"):
            self.assertIn(f"Run {self.broken}\n", self.proofload("runs", "show", name))
        self.assertIn("there is no run `broken`", self.proofload("runs", "show", "broken", expected=255))

    def test_rm_removes_whole_ids_only_and_all_of_them_or_none(self):
        for wrong in ("latest", self.ready[:-1], "..", f"../runs/{self.ready}"):
            self.assertIn("nothing was removed", self.proofload("runs", "rm", self.broken, wrong, expected=255))
        self.assertEqual(len(self.proofload("runs", "list").splitlines()), 2)
        self.proofload("runs", "rm", self.ready)
        self.assertEqual([run.name for run in (self.store / "runs").iterdir()], [self.broken])

    def test_html_and_markdown_are_what_the_run_wrote_itself(self):
        for form, name in (("html", "report.html"), ("md", "report.md"), ("junit", "junit.xml"), ("json", "result.json")):
            self.assertEqual(self.proofload("report", self.broken, "--format", form), self.file(self.broken, name).read_text(), form)

    def test_markdown_in_a_file_has_its_figures_beside_it(self):
        folder = self.store / "elsewhere"
        folder.mkdir()
        self.assertEqual(self.proofload("report", self.broken, "--format", "md", "--output", str(folder / "report.md")), "")
        figures = list(folder.glob("*.svg"))
        self.assertTrue(figures)
        for figure in figures:
            self.assertIn(f"({figure.name})", (folder / "report.md").read_text())
        output = self.proofload("report", self.broken, "--format", "md", "--output", str(folder / "no" / "report.md"), expected=255)
        self.assertIn("--output", output)

    def test_junit_and_slack_can_be_parsed(self):
        suites = ElementTree.fromstring(self.proofload("report", self.broken, "--format", "junit"))
        self.assertTrue(suites.findall(".//failure"))
        self.assertIn("NOT READY", json.dumps(json.loads(self.proofload("report", self.broken, "--format", "slack"))))

    def test_an_unknown_format_is_refused(self):
        self.assertIn("--format", self.proofload("report", self.broken, "--format", "odt", expected=255))

    def test_a_decision_is_bound_to_the_result_which_stays_as_it_is(self):
        before = self.file(self.ready, "result.json").read_bytes()
        self.decide(self.ready, "--go")
        self.assertEqual(self.file(self.ready, "result.json").read_bytes(), before)
        (decision,) = json.loads(self.file(self.ready, "decisions.json").read_text())
        self.assertEqual(decision["result_hash"], hashlib.sha256(before).hexdigest())
        self.assertEqual((decision["decision"], decision["role"], decision["name"]), ("go", "sre", "grace@example.com"))

    def test_every_report_shows_the_decision(self):
        self.decide(self.broken, "--go-with-conditions", *RISK)
        for form in ("html", "md", "json", "junit", "slack"):
            self.assertIn("grace", self.proofload("report", self.broken, "--format", form), form)
        for output in (self.proofload("runs", "show", self.broken), self.proofload("report", self.broken, "--format", "html")):
            self.assertIn("Decision: go-with-conditions by grace@example.com (sre)", output)
            self.assertIn("slow for one sale", output)
            self.assertNotIn("OUTDATED", output)

    def test_a_result_that_was_changed_after_the_decision_is_noticed(self):
        self.decide(self.broken, "--no-go")
        self.change_result(self.broken)
        for output in (self.proofload("runs", "show", self.broken), self.proofload("report", self.broken, "--format", "html"),
                       self.proofload("report", self.broken, "--format", "slack")):
            self.assertIn("OUTDATED: result.json has changed since", output)

    def test_go_against_the_verdict_takes_a_named_risk_with_an_end(self):
        for go in ("--go", "--go-with-conditions"):
            self.assertIn("needs --accept-risk and --expires", self.decide(self.broken, go, expected=255))
        self.assertIn("belong together", self.decide(self.broken, "--go", *RISK[:2], expected=255))
        for no_day in ("2199-02-30", "9999-12-31", "soon", ""):
            self.assertIn("--expires", self.decide(self.broken, "--go", *RISK[:3], no_day, expected=255))
        self.assertIn("2001-01-01 is over", self.decide(self.broken, "--go", *RISK[:3], "2001-01-01", expected=255))
        self.assertFalse(self.file(self.broken, "decisions.json").exists())
        self.decide(self.broken, "--go", *RISK)

    def test_an_accepted_risk_that_has_expired_is_stamped_so(self):
        self.decide(self.broken, "--go", *RISK)
        path = self.file(self.broken, "decisions.json")
        path.write_text(path.read_text().replace("2199-12-31", "2001-01-01"))
        self.assertIn("EXPIRED: the risk was accepted until 2001-01-01", self.proofload("runs", "show", self.broken))

    def test_a_later_decision_takes_no_earlier_one_away(self):
        self.decide(self.broken, "--no-go")
        self.decide(self.broken, "--go", *RISK)
        decisions = [one["decision"] for one in json.loads(self.file(self.broken, "decisions.json").read_text())]
        self.assertEqual(decisions, ["no-go", "go"])

    def test_exactly_one_decision_is_taken_by_somebody(self):
        self.decide(self.ready, expected=255)
        self.decide(self.ready, "--go", "--no-go", expected=255)
        self.assertIn("--by", self.proofload("decide", self.ready, "--go", "--role", "sre", "--by", "", expected=255))

    def test_damaged_decisions_are_an_error_and_are_not_written_over(self):
        path = self.file(self.ready, "decisions.json")
        path.write_text("[{}]")
        self.assertIn("decisions.json is no list of decisions", self.decide(self.ready, "--go", expected=255))
        self.assertEqual(path.read_text(), "[{}]")

    def test_an_exported_run_is_imported_elsewhere_as_it_was(self):
        archive = self.store / "run.tar.gz"
        self.proofload("runs", "export", self.broken, "--output", str(archive))
        with tarfile.open(archive) as tar:
            self.assertIn(f"{self.broken}/result.json", tar.getnames())
        output = self.proofload("runs", "import", str(archive), expected=255)
        self.assertIn(f"there is a run {self.broken} already", output)
        before = self.file(self.broken, "result.json").read_bytes()
        self.proofload("runs", "rm", self.broken)
        self.proofload("runs", "import", str(archive))
        self.assertEqual(self.file(self.broken, "result.json").read_bytes(), before)
        self.assertIn("SLOs: BROKEN", self.proofload("runs", "show", self.broken))

    def test_an_archive_that_would_write_elsewhere_is_refused(self):
        for name in ("../escaped", "/tmp/escaped", "run/../../escaped", "alone"):
            archive = self.store / "bad.tar.gz"
            with tarfile.open(archive, "w:gz") as tar:
                entry = tarfile.TarInfo(name)
                entry.size = 1
                tar.addfile(entry, io.BytesIO(b"x"))
            self.assertIn("is no file of a run", self.proofload("runs", "import", str(archive), expected=255))
        self.assertEqual(list(self.store.parent.rglob("escaped")), [])

    def test_raw_samples_become_a_run_that_can_be_reported_and_passes_nothing(self):
        for form in ("json", "csv"):
            samples = self.store / f"samples.{form}"
            code, output = self.workspace.run("run", "--quiet", "--no-thresholds", "--out", f"{form}={samples}", "-e", f"BASE=http://{self.workspace.service.address}",
                                              "--vus", "1", "--iterations", "20", str(self.store / "samples.js"))
            self.assertEqual(code, 0, output)
            run = self.proofload("runs", "import", str(samples), "--name", f"from-{form}").split()[0]
            result = json.loads(self.proofload("report", run, "--format", "json"))
            self.assertEqual(sum(result["profiles"][0]["seconds"]["requests"]), 20)
            self.assertEqual(result["verdict"]["readiness"], "INCONCLUSIVE")
            self.assertIn("imported", self.proofload("report", run, "--format", "html"))
        (self.store / "other.txt").write_text("hello\n")
        self.assertIn("no samples of k6", self.proofload("runs", "import", str(self.store / "other.txt"), expected=255))

    def test_a_trend_shows_each_slo_over_the_runs_of_a_plan(self):
        output = self.proofload("runs", "trend")
        self.assertIn("trial: 2 runs", output)
        self.assertIn("product-p95 in steady (limit 300 ms)", output)
        self.assertIn("too few runs to compare", output)
        for i in range(3):
            copy = self.store / "runs" / f"20200101-00000{i}-trial"
            shutil.copytree(self.store / "runs" / self.ready, copy)
        output = self.proofload("runs", "trend", "trial")
        self.assertIn("trial: 5 runs", output)
        self.assertRegex(output, r"median of the earlier 4: .* ms, now \+\d+.* %, OUTSIDE the range")
        self.assertIn("there is no finished run of `other`", self.proofload("runs", "trend", "other", expected=255))


class KilledRun(WorkspaceCase):
    def test_a_run_that_was_killed_is_unfinished_and_shows_what_it_saw(self):
        self.write_plan(PLAN.replace("hold: 6s", "hold: 60s"))
        process = self.start("certify", "plan.yaml")
        self.addCleanup(process.stdout.close)
        try:
            for line in process.stdout:
                if "steady" in line and "5/60s" in line:
                    break
            else:
                self.fail("no load was seen")
            (run,) = self.workspace.runs()
            self.assertIn("under way", self.proofload("runs", "list"))
            self.assertIn("under way", self.proofload("runs", "show", run.name))
            self.assertIn("is under way", self.proofload("runs", "rm", run.name, expected=255))
            time.sleep(1)
        finally:
            process.kill()
            process.wait(timeout=30)
        self.assertRegex(self.proofload("runs", "list"), rf"^{run.name} +unfinished")
        output = self.proofload("runs", "show", "latest")
        self.assertIn("unfinished: it was killed or crashed", output)
        self.assertIn("steady: load begins", output)
        seconds, requests = map(int, re.search(r"steady: (\d+) s are kept, with (\d+) requests", output).groups())
        self.assertGreaterEqual(seconds, 5, output)
        self.assertGreater(requests, 5 * 40 * 0.8, output)
        with contextlib.closing(sqlite3.connect(run / "run.sqlite")) as store:
            ((kept,),) = store.execute("SELECT sum(requests) FROM endpoint_seconds WHERE endpoint = 'product'")
        self.assertEqual(kept, requests)
        self.proofload("runs", "rm", run.name)
        self.assertEqual(self.workspace.runs(), [])


if __name__ == "__main__":
    unittest.main()
