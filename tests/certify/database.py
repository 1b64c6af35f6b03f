"""A private PostgreSQL on loopback for tests; skipped, loudly, where none is installed."""
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

PROGRAMS = Path(max(glob.glob("/usr/lib/postgresql/*/bin"), default="/nonexistent"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Database:
    """Runs until stop(); trusts whoever connects from this machine."""

    def __init__(self):
        if not (PROGRAMS / "initdb").exists():
            raise unittest.SkipTest("PostgreSQL is missing: facts of a real database are NOT checked (apt install postgresql-15)")
        # It refuses root.
        self.account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="proofload-database-"))
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.run(PROGRAMS / "initdb", "--no-sync", "-A", "trust", "-U", "shop", "-E", "UTF8", "-D", self.folder / "data")
        self.port = free_port()
        self.dsn = f"postgresql://shop@127.0.0.1:{self.port}/postgres"
        self.process = subprocess.Popen(
            [PROGRAMS / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
             "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "work_mem=7MB"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.identity())
        deadline = time.monotonic() + 30
        while subprocess.run([PROGRAMS / "pg_isready", "-q", "-d", self.dsn], check=False).returncode != 0:
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the database did not start")
            time.sleep(0.1)

    def identity(self):
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}

    def run(self, *words):
        subprocess.run(words, check=True, cwd="/", stdout=subprocess.DEVNULL, **self.identity())

    def sql(self, text):
        subprocess.run([PROGRAMS / "psql", "-X", "-q", "-d", self.dsn, "-c", text], check=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)
