"""Services on another runtime than the shop's own: what each needs, how it is built, how it is started.

Each is built by its ordinary tool into build/runtimes/, once: afterwards without the network, and again when a source changes.
"""
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from process import RigError, run_once

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "shop" / "runtimes"
BUILT = ROOT / "build" / "runtimes"


def _java(name):
    """A program of the JDK: that of JAVA_HOME, else of the PATH; None when there is none."""
    return shutil.which(name, path=str(Path(os.environ["JAVA_HOME"], "bin"))) if "JAVA_HOME" in os.environ else shutil.which(name)


class Runtime:
    """`name` is what --with calls it, `service` is what it runs, `product` is made by build(). missing() says what is not
    installed and how to get it; command() is what stands in front of `service NAME --config FILE`."""
    needs_postgres = True
    is_stand_in = True   # there is a role of ours to run where this one cannot

    def sources(self):
        return [path for path in (SOURCES / self.service).rglob("*") if path.is_file()]

    def is_built(self):
        made = self.product.stat().st_mtime if self.product.exists() else 0
        return made > max(path.stat().st_mtime for path in self.sources())


class Jvm(Runtime):
    name, service = "jvm", "recommendations"
    product = BUILT / "recommendations" / "recommendations.jar"
    # A container of this size: its collector too. Line numbers for profilers that stop threads anywhere.
    OPTIONS = ["-Xms64m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:+UnlockDiagnosticVMOptions",
               "-XX:+DebugNonSafepoints", "-Dsun.net.httpserver.nodelay=true"]

    def missing(self):
        if _java("javac") and shutil.which("mvn"):
            return None
        return "a JDK 17 and Maven: apt-get install openjdk-17-jdk-headless maven"

    def build(self, log):
        run_once([shutil.which("mvn"), "-q", "-B", "-f", SOURCES / self.service / "pom.xml", "package"], log)
        self.product.touch()

    def command(self):
        return [_java("java"), *self.OPTIONS, "-jar", str(self.product)]


class Go(Runtime):
    name, service = "go", "payment"
    product = BUILT / "payment" / "payment"
    needs_postgres = False

    def missing(self):
        return None if shutil.which("go") else "Go, as new as shop/runtimes/payment/go.mod says: Debian 12's is too old"

    def build(self, log):
        run_once([shutil.which("go"), "build", "-C", SOURCES / self.service, "-o", self.product, "."], log,
                 environment={"GOTOOLCHAIN": "local"})
        self.product.touch()

    def command(self):
        return [str(self.product)]


class Python(Runtime):
    name, service = "python", "pricing"
    environment = BUILT / "pricing"
    product = environment / "installed"
    is_stand_in = False

    def missing(self):
        return None if importlib.util.find_spec("ensurepip") else "the venv module of Python: apt-get install python3-venv"

    def sources(self):
        return [SOURCES / self.service / "requirements.txt"]

    def build(self, log):
        run_once([sys.executable, "-m", "venv", "--clear", self.environment], log)
        run_once([self.environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary=:all:",
                  "--requirement", self.sources()[0]], log)
        self.product.touch()

    def command(self):
        return [str(self.environment / "bin" / "python"), str(SOURCES / self.service / "main.py")]


KNOWN = {runtime.name: runtime for runtime in (Jvm(), Go(), Python())}


def _problem(runtime, supervisor):
    """Builds it where that is due. Why it cannot run, in words; None when it can."""
    if runtime.needs_postgres and supervisor.kind != "postgres":
        return "it needs PostgreSQL"
    if runtime.is_built() and os.access(runtime.command()[0] or "", os.X_OK):
        return None
    missing = runtime.missing()
    if missing:
        return f"NOT INSTALLED: {missing}"
    log = supervisor.state.logs / f"build-{runtime.name}.log"
    try:
        supervisor.timed(f"build of {runtime.service} for {runtime.name}", lambda: runtime.build(log))
    except RigError as failure:
        return f"it could not be built (the first time needs the network): {failure}"
    return None


def prepare(wanted, supervisor, say):
    """The runtimes of `wanted` that can run, built; the others are told."""
    usable = []
    for runtime in (KNOWN[name] for name in wanted):
        problem = _problem(runtime, supervisor)
        if problem is None:
            usable.append(runtime)
        else:
            instead = "our own role runs instead" if runtime.is_stand_in else "the shop runs without it"
            say(f"!! {runtime.service} does not run on {runtime.name}; {instead}. {problem}")
    return usable
