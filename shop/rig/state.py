"""What the data folder knows of its rig: ports, secrets, what is prepared, which processes run."""
import fcntl
import json
import os
import secrets
import shutil
import signal
import time
from pathlib import Path

from process import RigError, is_alive, is_port_free

FIRST_PORT = 17000   # below the range from which the kernel takes ports of outgoing connections
DISK_NEEDED_MB = {"full": 4000, "small": 500}
GONE_SECONDS = 15


def write_private(path, text, owner=None):
    """Atomically, readable by the owner only."""
    temporary = Path(f"{path}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    if owner is not None:
        os.chown(temporary, owner.pw_uid, owner.pw_gid)
    temporary.rename(path)


class State:
    """DIR/rig.json. One supervisor holds DIR/lock as long as it lives, so a crash frees it."""

    def __init__(self, data):
        self.data = Path(data).resolve()
        self.path = self.data / "rig.json"
        self.logs = self.data / "logs"
        self.lock = None
        self.facts = {"phase": "new", "ports": {}, "prepared": [], "processes": [], "supervisor": None}
        self.load()

    def load(self):
        try:
            self.facts.update(json.loads(self.path.read_text()))
        except FileNotFoundError:
            pass
        except ValueError:
            raise RigError(f"{self.path} is damaged: `down --purge` removes the folder's data") from None

    def save(self):
        write_private(self.path, json.dumps(self.facts, indent=1))

    def create(self):
        if self.data.exists() and not self.path.exists() and any(self.data.iterdir()):
            raise RigError(f"{self.data} holds something else than a shop: give --data another folder")
        self.logs.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            self.save()

    def take_lock(self):
        """And what the file says now that nobody else writes it."""
        self.lock = open(self.data / "lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RigError(self.already_up()) from None
        self.load()

    def already_up(self):
        pid = self.facts["supervisor"]["pid"] if self.facts["supervisor"] else "just starting"
        return f"the shop in {self.data} is already up (supervisor {pid}): see `status`, or `down` first"

    def is_up(self):
        return self.facts["supervisor"] is not None and is_alive(self.facts["supervisor"])

    def clean_up_crash(self, say):
        """With the lock held: what a killed supervisor left in the file, and on the machine."""
        if self.facts["supervisor"] is not None:
            say(f"the supervisor {self.facts['supervisor']['pid']} was killed without stopping its processes; cleaning up")
        deadline = time.monotonic() + GONE_SECONDS   # they were told to end when it died
        left = [process for process in self.facts["processes"] if is_alive(process)]
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = [process for process in left if is_alive(process)]
        for process in left:
            say(f"{process['name']} ({process['pid']}) is still there: killed")
            os.kill(process["pid"], signal.SIGKILL)
        self.facts.update(supervisor=None, processes=[])

    def check_disk(self, size):
        needed = 100 if "seed" in " ".join(self.facts["prepared"]) else DISK_NEEDED_MB[size]
        free = shutil.disk_usage(self.data).free // 1_000_000
        if free < needed:
            raise RigError(f"{self.data} has {free} MB free and the shop needs {needed}: make room, give --data a "
                           "folder on another disk, or use --small")

    def choose_ports(self, names, base, say):
        """Those of the last time where they are free, else the next free ones; with `base` exactly those from it on."""
        known = self.facts["ports"]
        chosen = {}
        following = FIRST_PORT
        for offset, name in enumerate(names):
            port = base + offset if base else known.get(name)
            if base and not is_port_free(port):
                raise RigError(f"port {port} (for {name}) is busy: `ss -ltnp 'sport = {port}'` says by whom; "
                               "stop that, or give another --base-port")
            if port is None or not is_port_free(port):
                while following in chosen.values() or following in known.values() or not is_port_free(following):
                    following += 1
                if port is not None:
                    say(f"port {port} of {name} is taken by now: {following} instead")
                port = following
            chosen[name] = port
        self.facts["ports"] = chosen
        return chosen

    def secret(self, name):
        return self.facts.setdefault("secrets", {}).setdefault(name, secrets.token_hex(16))

    def is_prepared(self, what):
        return what in self.facts["prepared"]

    def mark_prepared(self, what):
        self.facts["prepared"].append(what)
        self.save()
