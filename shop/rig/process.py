"""Processes that never outlive their supervisor: start, readiness, stop; ports; who we run servers as."""
import ctypes
import os
import pwd
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
LOG_TAIL_LINES = 15


class RigError(Exception):
    """What the user can cure; the message says how."""


def die_with_parent(death_signal):
    LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


def server_account():
    """Whom PostgreSQL and the like run as: they refuse root. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise RigError("PostgreSQL refuses to run as root and there is no user `postgres`: "
                       "run as another user, or `apt-get install postgresql-15`") from None


def start_time(pid):
    """In ticks since boot, or None when there is no such process: with the pid it names one process for ever."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return None


def is_alive(process):
    """`process` is {"pid", "started"} as kept in the state file. A zombie is dead."""
    if start_time(process["pid"]) != process["started"]:
        return False
    try:
        return Path(f"/proc/{process['pid']}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid):
    """{pid: argv} of the processes that `pid` started."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found[int(folder.name)] = (folder / "cmdline").read_text().split("\0")
        except (OSError, IndexError, ValueError):
            continue
    return found


def is_port_free(port):
    with socket.socket() as probe:
        # As every server does; else a port in TIME_WAIT would look busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def open_url(request, certificate=None, timeout=5):
    """`certificate`: the only one that is trusted behind https. No proxy of the environment between us and loopback."""
    handlers = [urllib.request.ProxyHandler({})]
    if certificate is not None:
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=certificate)))
    return urllib.request.build_opener(*handlers).open(request, timeout=timeout)


def answers_http(url, certificate=None):
    try:
        with open_url(url, certificate, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


def answers_tcp(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def tail(path, lines=LOG_TAIL_LINES):
    try:
        with open(path, "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - lines * 400))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"


def _popen(argv, log, account, death_signal, environment):
    identity = {}
    if account is not None:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    parent = os.getpid()

    def before_exec():   # after the change of user, which would forget it
        die_with_parent(death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                            cwd="/", env={**os.environ, **environment}, preexec_fn=before_exec,
                            start_new_session=True, **identity)


def run_once(argv, log_path, account=None, environment=None, timeout=900):
    """A command that ends by itself; RigError with its last lines when it fails."""
    with open(log_path, "ab") as log:
        process = _popen(argv, log, account, signal.SIGKILL, environment or {})
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = f"still running after {timeout} s"
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if status != 0:
        raise RigError(f"`{Path(argv[0]).name} {argv[1]}` failed ({status}); {log_path} ends with:\n{tail(log_path)}")


class Child:
    """One server. `is_ready` is asked until it says yes; `stop_signal` ends it in an orderly way, and is also what
    it gets when the supervisor dies."""

    def __init__(self, name, argv, log_path, is_ready, **more):
        self.name = name
        self.argv = argv
        self.log_path = Path(log_path)
        self.is_ready = is_ready
        self.account = more.get("account")
        self.stop_signal = more.get("stop_signal", signal.SIGTERM)
        self.environment = more.get("environment", {})
        self.url = more.get("url", "")
        self.process = None
        self.restarts = 0
        self.began = 0.0

    def age(self):
        """Seconds since its last start."""
        return time.monotonic() - self.began

    def start(self):
        self.began = time.monotonic()
        with open(self.log_path, "ab") as log:
            try:
                self.process = _popen(self.argv, log, self.account, self.stop_signal, self.environment)
            except OSError as failure:
                raise RigError(f"cannot start {self.name}: {failure}") from None

    def wait_ready(self, seconds=60):
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if self.process.poll() is not None:
                raise RigError(f"{self.name} ended at once ({self.process.returncode}); {self.log_path} ends with:\n"
                               f"{tail(self.log_path)}")
            if time.monotonic() > deadline:
                raise RigError(f"{self.name} is not ready after {seconds} s; {self.log_path} ends with:\n"
                               f"{tail(self.log_path)}")
            time.sleep(0.03)

    def stop(self, seconds=20):
        """How it went, as words."""
        if self.process is None or self.process.poll() is not None:
            return "was not running"
        began = time.monotonic()
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(seconds)
            return f"stopped in {time.monotonic() - began:.1f} s"
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"killed: it did not stop in {seconds} s"

    def record(self):
        return {"name": self.name, "pid": self.process.pid, "started": start_time(self.process.pid),
                "url": self.url, "log": str(self.log_path)}
