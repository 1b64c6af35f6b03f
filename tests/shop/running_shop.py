"""What the tests of the shop share: a shop of their own under a temporary folder, requests, patience.

PROOFLOAD_SHOP_BINARY is the program to test, build/release/proofload-shop unless told.
"""
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RIG = ROOT / "shop" / "rig"
BINARY = Path(os.environ.get("PROOFLOAD_SHOP_BINARY", ROOT / "build" / "release" / "proofload-shop"))
sys.path.insert(0, str(RIG))


def eventually(is_true, seconds=15):
    """Whether it comes true; servers copy, restart and ship when they get to it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_true():
            return True
        time.sleep(0.1)
    return False


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


def send(method, url, body=None, headers=None, certificate=None):
    """`certificate`: the only one that is trusted behind https."""
    context = ssl.create_default_context(cafile=certificate) if certificate else None
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.headers, refused.read())


class RunningShop(unittest.TestCase):
    """A shop for all tests of a class, started with the words of up_words()."""

    @classmethod
    def setUpClass(cls):
        if not os.access(BINARY, os.X_OK):
            raise AssertionError(f"{BINARY} is missing; ./dev build makes it")
        cls.folder = Path(tempfile.mkdtemp(prefix="proofload-shop-test-"))
        cls.folder.chmod(0o755)   # the database's own user has to reach its data
        cls.data = cls.folder / "shop"
        cls.addClassCleanup(cls.clean_up)
        started = cls.rig("up", "--small", *cls.up_words())
        if started.returncode != 0:
            raise AssertionError(started.stdout + started.stderr)
        cls.said = started.stdout
        cls.read_config()

    @classmethod
    def up_words(cls):
        return []

    @classmethod
    def clean_up(cls):
        cls.rig("down")
        shutil.rmtree(cls.folder)

    @classmethod
    def rig(cls, *words):
        return subprocess.run([sys.executable, RIG / "shop.py", *words, "--data", cls.data, "--binary", BINARY], capture_output=True,
                              text=True, check=False)

    @classmethod
    def read_config(cls):
        cls.config = json.loads((cls.data / "shop.json").read_text())
        cls.services = {one["name"]: one for one in cls.config["services"]}
        cls.urls = {name: one["url"] for name, one in cls.services.items()}

    def knobs(self, service, values=None):
        """What they are; with values, after these were set."""
        answer = send("PUT" if values else "GET", f"{self.urls[service]}/admin/knobs", values,
                      {"Authorization": f"Bearer {self.config['admin']['token']}"})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()
