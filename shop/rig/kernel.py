"""What the kernel does to the shop's processes: groups with limits (cgroup v1), a narrow link on loopback. All of it carries a mark of
its data folder, so that the next `up` finds and removes what a crash left behind."""
import hashlib
import os
import re
import subprocess
import time
from pathlib import Path

from process import RigError

CGROUPS = Path("/sys/fs/cgroup")
CPU_PERIOD_US = 100_000
MEMORY_MB = 512   # of a service, unless it is told less
CONTROLLERS = ("cpu", "memory", "blkio")
GONE_SECONDS = 2
NEEDS_ROOT = "this needs root and cgroup v1"


def _own_path(pid, controller):
    """The group of a process, from the controller's root."""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path.lstrip("/")
    raise RigError(f"there is no cgroup controller {controller}: {NEEDS_ROOT}")


class Groups:
    def __init__(self, data):
        self.mark = hashlib.sha1(str(data).encode()).hexdigest()[:8]

    def folder(self, controller, name):
        return CGROUPS / controller / f"proofload-{self.mark}-{name}"

    def of_service(self, name):
        return [self.folder(controller, name) for controller in ("cpu", "memory")]

    def create(self, names):
        """A group with limits far away for each service, as a container has; False where the kernel refuses."""
        try:
            for name in names:
                for folder in self.of_service(name):
                    folder.mkdir(exist_ok=True)
                self.limit_cpu(name, None)
                self.limit_memory(name, None)
            return True
        except (OSError, RigError):
            self.remove()
            return False

    def write(self, file, value):
        try:
            file.write_text(f"{value}\n")
        except FileNotFoundError:
            raise RigError(f"the service runs in no group of its own: {NEEDS_ROOT}") from None
        except OSError as failure:
            raise RigError(f"{file.name} cannot be {value} ({failure.strerror}): {NEEDS_ROOT}") from None

    def move(self, pid, folder):
        try:
            (folder / "cgroup.procs").write_text(f"{pid}\n")
        except ProcessLookupError:
            pass   # it ended meanwhile

    def limit_cpu(self, name, quota_us):
        """CPU time for each 100 ms; None: all there is."""
        folder = self.folder("cpu", name)
        if quota_us is None and not folder.exists():
            return
        self.write(folder / "cpu.cfs_period_us", CPU_PERIOD_US)
        self.write(folder / "cpu.cfs_quota_us", quota_us or CPU_PERIOD_US * os.cpu_count())

    def limit_memory(self, name, megabytes):
        """None: the one it started with."""
        folder = self.folder("memory", name)
        if megabytes is None and not folder.exists():
            return
        self.write(folder / "memory.limit_in_bytes", (megabytes or MEMORY_MB) << 20)

    def gather(self, controller, name, pids):
        """Puts processes into a new group below the one they are in."""
        try:
            folder = CGROUPS / controller / _own_path(pids[0], controller)
            if folder.name != self.folder(controller, name).name:   # else it is there already
                folder = folder / self.folder(controller, name).name
                folder.mkdir(exist_ok=True)
            for pid in pids:
                self.move(pid, folder)
            return folder
        except OSError as failure:
            raise RigError(f"no group for {name} ({failure}): {NEEDS_ROOT}") from None

    def gathered(self, controller, name):
        """The groups that gather() made and nobody removed."""
        return list((CGROUPS / controller).rglob(self.folder(controller, name).name))

    def remove(self, name="*"):
        """The groups of that name; whoever is in them goes where the group's parent is."""
        for controller in CONTROLLERS:
            for folder in sorted((CGROUPS / controller).rglob(self.folder(controller, name).name), reverse=True):
                deadline = time.monotonic() + GONE_SECONDS   # the dead stay in their group until they are buried
                while (members := (folder / "cgroup.procs").read_text().split()) and time.monotonic() < deadline:
                    for pid in members:
                        self.move(pid, folder.parent)
                folder.rmdir()


def disk_of(path):
    """`major:minor` of the disk below a folder, which is what a throttle takes."""
    device = os.stat(path).st_dev
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    if not block.exists():
        raise RigError(f"{path} is on no disk of its own (a memory or overlay file system): its writes cannot be throttled")
    disk = block.resolve()
    return ((disk.parent if (disk / "partition").exists() else disk) / "dev").read_text().strip()


class Link:
    """Loopback, shaped for what is sent from some ports; everything else passes as before."""

    def __init__(self, data):
        mark = int(hashlib.sha1(str(data).encode()).hexdigest()[:4], 16)
        self.handle = f"{0x1000 + mark % 0xE000:x}:"

    def tc(self, *words):
        try:
            return subprocess.run(["tc", *words], capture_output=True, text=True, check=True).stdout
        except FileNotFoundError:
            raise RigError("loopback cannot be shaped: `tc` is NOT INSTALLED (apt-get install iproute2)") from None
        except subprocess.CalledProcessError as failure:
            raise RigError(f"loopback cannot be shaped ({failure.stderr.strip()}): this needs root, and a kernel with sch_htb "
                           "and no other root qdisc on lo") from None

    def is_narrow(self):
        return f" {self.handle} root" in self.tc("qdisc", "show", "dev", "lo")

    def narrow(self, ports, kbit):
        self.widen()
        self.tc("qdisc", "add", "dev", "lo", "root", "handle", self.handle, "htb")
        # A burst smaller than an answer: each waits until those before it have been "sent".
        self.tc("class", "add", "dev", "lo", "parent", self.handle, "classid", f"{self.handle}1", "htb", "rate", f"{kbit}kbit",
                "burst", "1600", "cburst", "1600")
        for port in ports:
            self.tc("filter", "add", "dev", "lo", "parent", self.handle, "protocol", "ip", "u32", "match", "ip", "sport", str(port),
                    "0xffff", "flowid", f"{self.handle}1")

    def widen(self):
        if self.is_narrow():
            self.tc("qdisc", "del", "dev", "lo", "root")

    def remove(self):
        """As widen(); where there is no `tc` there is nothing to remove."""
        try:
            self.widen()
        except RigError:
            pass


def client_of(port):
    """The process with the most connections to a loopback port."""
    seen = subprocess.run(["ss", "-Htnp", "state", "established", "dst", "127.0.0.1", "dport", "=", f":{port}"], capture_output=True,
                          text=True, check=False).stdout
    pids = re.findall(r"pid=(\d+)", seen)
    if not pids:
        raise RigError(f"nobody is connected to port {port}: start the load first, or give its --pid")
    return int(max(set(pids), key=pids.count))
