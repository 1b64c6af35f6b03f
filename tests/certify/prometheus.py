"""A real Prometheus that scrapes one address each second, for the tests of `certify`."""
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

PROMETHEUS = shutil.which("prometheus")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """Runs until stop(), with its data in a folder of its own; ready, with two samples of the target, when made."""

    def __init__(self, target, job):
        self.folder = Path(tempfile.mkdtemp(prefix="proofload-prometheus-"))
        (self.folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
            f"scrape_configs:\n  - job_name: {job}\n    static_configs: [{{targets: ['{target}']}}]\n")
        self.address = f"127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            [PROMETHEUS, f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address={self.address}", "--log.level=error"])
        try:
            self.wait_for_samples(f'up{{job="{job}"}}[30s]')
        except BaseException:
            self.stop()
            raise

    def wait_for_samples(self, query):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://{self.address}/api/v1/query?query={urllib.request.quote(query)}", timeout=5) as reply:
                    found = json.load(reply)["data"]["result"]
                if found and len(found[0]["values"]) >= 2:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise TimeoutError("Prometheus has no samples of its target")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)
