"""Approving reviews of a pull request as signatures: by owners of the plan's file, for exactly what is there."""
import http.server
import json
import shutil
import subprocess
import threading
import unittest
import urllib.parse

from workspace import PLAN, SCRIPT, WorkspaceCase


def review(user, state, commit, at="2026-01-01T10:00:00Z"):
    """As GET /repos/{owner}/{repo}/pulls/{number}/reviews documents one."""
    return {"id": 80, "user": {"login": user, "type": "User"}, "body": "", "state": state, "commit_id": commit, "submitted_at": at}


class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        page = int(urllib.parse.parse_qs(url.query)["page"][0])
        if self.headers["Authorization"] != "Bearer gh_token":
            body, status = {"message": "Bad credentials"}, 401
        else:
            body, status = self.server.lists.get(url.path, [])[(page - 1) * 100:page * 100], 200
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


class Reviews(WorkspaceCase):
    def setUp(self):
        if shutil.which("git") is None:
            raise unittest.SkipTest("git is missing: reviews are NOT checked (apt install git)")
        super().setUp()
        (self.folder / ".github").mkdir()
        self.own("plan.yaml @ada @shop/backend")
        self.git("init", "-q")
        self.commit = self.commit_all()

    def git(self, *words):
        return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words], cwd=self.folder, check=True,
                              capture_output=True, text=True).stdout.strip()

    def commit_all(self):
        self.git("add", "plan.yaml", "script.js")
        self.git("commit", "-q", "-m", "plan")
        return self.git("rev-parse", "HEAD")

    def own(self, line):
        (self.folder / ".github" / "CODEOWNERS").write_text(f"* @nobody\n{line}\n")

    def signed(self, *reviews, more=()):
        (self.folder / "reviews.json").write_text(json.dumps(reviews))
        return self.proofload("plan", "show", "plan.yaml", "--reviews", "reviews.json", *more).partition("Signed off\n")[2].split()

    def test_an_owners_approval_of_this_commit_signs_for_the_role_of_that_name(self):
        self.own("plan.yaml @Backend")
        self.assertEqual(self.signed(review("backend", "APPROVED", self.commit)),
                         ["backend", "reviewed", "@backend", "2026-01-01T10:00:00Z"])

    def test_the_plan_may_say_who_signs_for_a_role(self):
        self.write_plan(PLAN.replace("{required: [backend]}", '{required: [backend], owners: {backend: "@ada"}}'))
        self.commit = self.commit_all()
        self.assertEqual(self.signed(review("ada", "APPROVED", self.commit))[1], "reviewed")
        self.assertEqual(self.signed(review("bob", "APPROVED", self.commit)), ["backend", "missing"])

    def test_who_does_not_own_the_plan_signs_for_nothing(self):
        self.own("other.yaml @backend")
        self.assertEqual(self.signed(review("backend", "APPROVED", self.commit)), ["backend", "missing"])

    def test_the_last_review_that_decides_counts(self):
        self.own("plan.yaml @backend")
        approved = review("backend", "APPROVED", self.commit)
        later = "2026-01-02T10:00:00Z"
        self.assertEqual(self.signed(approved, review("backend", "CHANGES_REQUESTED", self.commit, later))[1], "missing")
        self.assertEqual(self.signed(approved, review("backend", "DISMISSED", self.commit, later))[1], "missing")
        self.assertEqual(self.signed(approved, review("backend", "COMMENTED", self.commit, later))[1], "reviewed")

    def test_a_change_after_the_review_makes_it_outdated(self):
        self.own("plan.yaml @backend")
        approved = review("backend", "APPROVED", self.commit)
        (self.folder / "script.js").write_text(SCRIPT + "// more\n")
        self.assertEqual(self.signed(approved)[1], "outdated")
        (self.folder / "script.js").write_text(SCRIPT)
        self.assertEqual(self.signed(approved)[1], "reviewed")
        self.assertEqual(self.signed(review("backend", "APPROVED", "0" * 40))[1], "outdated")
        self.assertEqual(self.signed(review("backend", "APPROVED", "--help"))[1], "outdated")

    def test_the_certification_counts_it(self):
        self.own("plan.yaml @backend")
        (self.folder / "reviews.json").write_text(json.dumps([review("backend", "APPROVED", self.commit)]))
        self.certify("--reviews", "reviews.json", expected=0)
        self.assertEqual(self.result()["signatures"][0]["state"], "reviewed")

    def test_what_is_no_list_of_reviews_is_refused(self):
        (self.folder / "reviews.json").write_text('{"message": "Not Found"}')
        output = self.proofload("plan", "show", "plan.yaml", "--reviews", "reviews.json", expected=104)
        self.assertIn("is no list of reviews", output)

    def test_the_forge_tells_reviews_and_who_is_in_a_team(self):
        api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
        others = [review(f"user{i}", "APPROVED", self.commit) for i in range(100)]
        api.lists = {"/repos/shop/perf/pulls/7/reviews": [*others, review("Grace", "APPROVED", self.commit)],
                     "/orgs/shop/teams/backend/members": [{"login": "grace"}]}
        threading.Thread(target=api.serve_forever, daemon=True).start()
        self.addCleanup(api.server_close)
        self.addCleanup(api.shutdown)
        url = "http://127.0.0.1:%d/repos/shop/perf/pulls/7/reviews" % api.server_address[1]
        (self.folder / "token").write_text("gh_token\n")
        ask = ("plan", "show", "plan.yaml", "--reviews", url)
        output = self.proofload(*ask, "--reviews-token", "@token")
        self.assertRegex(output, r"backend +reviewed @Grace")
        self.assertIn("give it a token", self.proofload(*ask, expected=104))


if __name__ == "__main__":
    unittest.main()
