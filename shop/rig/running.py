"""The running shop, as its operator reaches it: knobs, databases, processes, the kernel."""
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

from kernel import Groups, Link
from process import RigError, answers_http, children_of, open_url, server_account
from state import write_private

READY_SECONDS = 15
KNOBS_SECONDS = 5   # a service that was just killed is back by then


def forget_knobs(state):
    (state.data / "knobs.json").unlink(missing_ok=True)


class Shop:
    def __init__(self, state):
        self.state = state
        self.config = json.loads((state.data / "shop.json").read_text())
        self.database = self.config["database"]
        self.groups = Groups(state.data)
        self.link = Link(state.data)
        self.generator_pid = None   # found by its connections unless told

    def port(self, service):
        return self.state.facts["ports"][service]

    def url(self, service):
        return next(one["url"] for one in self.config["services"] if one["name"] == service)

    def certificate(self):
        return self.config.get("tls", {}).get("certificate")

    def knobs(self, service, values, is_kept=True):
        """Sets them now, and for a service that is started again as long as they are kept."""
        file = self.state.data / "knobs.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        kept[service] = {**{name: value for name, value in kept.get(service, {}).items() if name not in values},
                         **(values if is_kept else {})}
        write_private(file, json.dumps(kept))
        deadline = time.monotonic() + KNOBS_SECONDS
        while not self._put_knobs(service, values):
            if time.monotonic() > deadline:
                raise RigError(f"{service} does not answer")
            time.sleep(0.1)

    def _put_knobs(self, service, values):
        request = urllib.request.Request(f"{self.url(service)}/admin/knobs", json.dumps(values).encode(),
                                         {"Authorization": f"Bearer {self.config['admin']['token']}"}, method="PUT")
        try:
            open_url(request, self.certificate()).close()
            return True
        except urllib.error.HTTPError as refused:
            raise RigError(f"{service} refused {values}: {json.loads(refused.read())['detail']}") from None
        except OSError:
            return False

    def sql(self, where, *statements):
        """Each statement by itself (some cannot be in a transaction), as the superuser or to pgbouncer's console."""
        for statement in statements:
            run = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.database[where], "-c", statement],
                                 capture_output=True, text=True, check=False)
            if run.returncode != 0:
                raise RigError(f"{statement}: {run.stderr.strip()}")

    def pool_size(self, database, size):
        """Of pgbouncer, which reads it from its file; None: its default."""
        file = self.state.data / "postgres" / "pgbouncer" / "pgbouncer.ini"
        lines = [line.split(" pool_size=")[0] + (f" pool_size={size}" if size else "") if line.startswith(f"{database} ") else line
                 for line in file.read_text().splitlines()]
        write_private(file, "\n".join(lines) + "\n", server_account())
        self.sql("pgbouncer_admin", "RELOAD")

    def pids(self, process):
        """Of one of the rig's own processes and of those it started."""
        pid = next(one["pid"] for one in self.state.facts["processes"] if one["name"] == process)
        return [pid, *children_of(pid)]

    def kill(self, service):
        """An end by itself, as far as who watches it can tell; another is started."""
        pid = next(pid for pid, argv in children_of(self.pids("shop")[0]).items() if service in argv)
        os.kill(pid, signal.SIGTERM)
        while pid in children_of(self.pids("shop")[0]):
            time.sleep(0.02)

    def wait_ready(self, service):
        deadline = time.monotonic() + READY_SECONDS
        while not answers_http(f"{self.url(service)}/ready", self.certificate()):
            if time.monotonic() > deadline:
                raise RigError(f"{service} is not ready after {READY_SECONDS} s")
            time.sleep(0.1)
