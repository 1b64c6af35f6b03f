"""A plan, its script and its service in a folder of their own: what the tests of `certify` work in."""
import json
import os
import shutil
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from service import Service

ROOT = Path(__file__).resolve().parents[2]
PROOFLOAD = ROOT / "build" / "release" / "proofload"

SCRIPT = """
import http from 'k6/http';
export const options = { vus: 1000, thresholds: { http_req_duration: ['p(95)<1'] } };
export function browse() { http.get(`${__ENV.BASE}/products/${__ITER}`, { timeout: '10s' }); }
"""

PLAN = """version: 1
name: trial
service:
  environment: local
  base_url: http://ADDRESS
  version_from: {header: X-Version}
  endpoints: {product: "GET /products/{id}"}
  components: {db: {scrape: "http://ADDRESS/metrics"}}
slos:
  - {id: product-p95, endpoint: product, latency: {p95: 300ms}, owner: catalog}
  - {id: errors, error_rate: {max: 5%}}
load:
  script: script.js
  env: {BASE: "http://ADDRESS"}
  journeys: {browse: {weight: 1}}
  profiles:
    steady: {journeys: 40/s, hold: 6s, warm_up: 1s}
observe: {}
safety:
  halt_when: ["error_rate > 50% for 2s"]
  halt_owner: {role: sre-oncall, contact: "#sre"}
  allow_targets: [ADDRESS]
signoff: {required: [backend]}
waivers: {generator-host: {by: the tests, why: one machine}}
"""


class Workspace:
    """Lives until close(); the plan names the service's address."""

    def __init__(self):
        self.service = Service()
        self.folder = Path(tempfile.mkdtemp(prefix="proofload-certify-"))
        (self.folder / "script.js").write_text(SCRIPT)
        self.write_plan(PLAN)

    def close(self):
        self.service.stop()
        shutil.rmtree(self.folder)

    def write_plan(self, text):
        (self.folder / "plan.yaml").write_text(text.replace("ADDRESS", self.service.address))

    def start(self, *words):
        return subprocess.Popen([PROOFLOAD, *words], cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env={**os.environ, "NO_COLOR": "1"})

    def approve(self):
        code, output = self.run("plan", "approve", "plan.yaml", "--role", "backend", "--name", "ada@example.com")
        assert code == 0, output

    def run(self, *words):
        process = self.start(*words)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output

    def runs(self):
        """The folders of the runs, oldest first."""
        folder = self.folder / ".proofload" / "runs"
        return sorted(folder.iterdir()) if folder.is_dir() else []


class WorkspaceCase(unittest.TestCase):
    """A test with a workspace of its own."""

    def setUp(self):
        self.workspace = Workspace()
        self.addCleanup(self.workspace.close)
        self.service, self.folder = self.workspace.service, self.workspace.folder
        self.write_plan, self.start, self.approve = self.workspace.write_plan, self.workspace.start, self.workspace.approve

    def proofload(self, *words, expected=0):
        code, output = self.workspace.run(*words)
        self.assertEqual(code, expected, output)
        return output

    def certify(self, *words, expected):
        return self.proofload("certify", "plan.yaml", *words, expected=expected)

    def start_load(self, line, *words):
        """Starts a certification and waits until a line that contains `line` was printed."""
        process = self.start("certify", "plan.yaml", *words)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.seen = []
        for text in process.stdout:
            self.seen.append(text)
            if line in text:
                return process
        self.fail("not printed: " + line + "\n" + "".join(self.seen))

    def finish(self, process, expected):
        output, _ = process.communicate(timeout=120)
        output = "".join(self.seen) + output
        self.assertEqual(process.returncode, expected, output)
        return output

    def later(self, seconds, action):
        timer = threading.Timer(seconds, action)
        timer.start()
        self.addCleanup(timer.cancel)

    def result(self):
        (run,) = self.workspace.runs()
        return json.loads((run / "result.json").read_text())
