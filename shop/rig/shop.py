#!/usr/bin/env python3
"""The sample shop with its databases and what watches them: up, down, status, logs, reset, fault, control."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import runtimes
from controls import control_command
from databases import Databases
from faults import fault_command, latent_dose
from process import RigError, children_of, is_alive, tail
from state import State
from supervisor import Supervisor


def parse_arguments():
    parser = argparse.ArgumentParser(prog="shop", description=__doc__)
    parser.add_argument("verb", choices=["up", "down", "status", "logs", "reset", "fault", "control", "supervise"],
                        metavar="up|down|status|logs|reset|fault|control")
    parser.add_argument("words", nargs="*", metavar="...", help="logs NAME; fault list, fault on NAME, fault off [NAME]; control list, control run NAME")
    parser.add_argument("--dose", type=int, choices=[1, 2, 3], default=2, help="fault on: how much of it (2)")
    parser.add_argument("--latent", dest="dose", action="store_const", const="latent", help="fault on: so little that only load brings it out")
    parser.add_argument("--pid", type=int, help="fault on generator-starved: of the load generator, when it cannot be found by its connections")
    parser.add_argument("--fault", dest="faults", action="append", default=[], metavar="NAME", help="up: latent from the start")
    parser.add_argument("--data", required=True, help="the folder that holds everything")
    parser.add_argument("--binary", help="proofload-shop")
    parser.add_argument("--small", action="store_true", help="up: 20,000 orders instead of 1,500,000")
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--with", dest="watchers", default="", help="up: prometheus,jaeger,jvm,go,python")
    parser.add_argument("--otlp", default="", metavar="URL", help="up: where the services send their traces when there is no Jaeger")
    parser.add_argument("--base-port", type=int, help="up: the gateway's port; the others follow it")
    parser.add_argument("--tls", action="store_true", help="up: the services speak https, with a certificate of their own in the data folder")
    parser.add_argument("--foreground", action="store_true", help="up: stay, and stop everything at the end")
    parser.add_argument("--purge", action="store_true", help="down: remove the data too")
    parser.add_argument("-n", "--lines", type=int, default=50, help="logs: how many")
    options = parser.parse_intermixed_args()   # `logs --data DIR gateway` too
    options.watchers = [name for name in options.watchers.split(",") if name]
    known = ["prometheus", "jaeger", *runtimes.KNOWN]
    unknown = set(options.watchers) - set(known)
    if unknown:
        parser.error(f"--with knows {', '.join(known)}, not {', '.join(sorted(unknown))}")
    for name in options.faults:
        try:
            latent_dose(name)
        except RigError as failure:
            parser.error(str(failure))
    if options.verb in ("up", "supervise", "reset"):
        if not options.binary or not os.access(options.binary, os.X_OK):
            parser.error(f"--binary {options.binary or 'PATH'} is no program: build proofload-shop first")
        options.binary = Path(options.binary).resolve()
    return options


class LogFollower:
    """Prints what is appended to a file from now on."""

    def __init__(self, path):
        self.path = path
        self.offset = path.stat().st_size if path.exists() else 0

    def show(self):
        try:
            with open(self.path, "rb") as log:
                log.seek(self.offset)
                text = log.read()
        except FileNotFoundError:
            return
        self.offset += len(text)
        sys.stdout.write(text.decode(errors="replace"))
        sys.stdout.flush()


def up(options):
    state = State(options.data)
    if state.is_up():
        raise RigError(state.already_up())
    if options.foreground:
        return Supervisor(options).run(is_daemon=False)
    state.create()
    log_path = state.logs / "supervisor.log"
    follower = LogFollower(log_path)
    words = sys.argv[1:]
    words.remove("up")   # wherever it stood
    with open(log_path, "ab") as log:
        daemon = subprocess.Popen([sys.executable, __file__, "supervise", *words], stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=subprocess.STDOUT, start_new_session=True)
    try:
        while daemon.poll() is None:
            state.load()
            follower.show()
            if state.facts["phase"] == "ready" and state.facts["supervisor"]["pid"] == daemon.pid:
                show_table(state)
                return 0
            time.sleep(0.05)
    except KeyboardInterrupt:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
    follower.show()
    return 1


def supervise(options):
    try:
        return Supervisor(options).run(is_daemon=True)
    except RigError as failure:
        print(failure, flush=True)
        return 1


def down(options):
    state = State(options.data)
    if not state.is_up():
        print(f"the shop in {state.data} is not up")
    else:
        supervisor = state.facts["supervisor"]
        follower = LogFollower(state.logs / "supervisor.log")
        os.kill(supervisor["pid"], signal.SIGTERM)
        while is_alive(supervisor):
            follower.show()
            time.sleep(0.05)
        follower.show()
    if options.purge:
        if not state.path.exists():
            raise RigError(f"{state.data} holds no shop: nothing removed")
        state.take_lock()
        state.clean_up_crash(print)
        shutil.rmtree(state.data)
        print(f"removed {state.data}")
    return 0


def services_of(state):
    """Rows for the services, whose processes belong to `proofload-shop all`."""
    shop = next((one for one in state.facts["processes"] if one["name"] == "shop"), None)
    try:
        services = json.loads((state.data / "shop.json").read_text())["services"]
    except (OSError, ValueError):
        return []
    children = children_of(shop["pid"]) if shop else {}
    rows = []
    for service in services:
        pid = next((str(pid) for pid, argv in children.items() if service["name"] in argv), "")
        rows.append((service["name"], pid, f"{service['url']}  {service['runtime']}"))
    return rows


def show_table(state):
    rows = [(one["name"], str(one["pid"]) if is_alive(one) else "dead", one["url"]) for one in state.facts["processes"]]
    rows += services_of(state)
    width = max(len(name) for name, _, _ in rows) if rows else 0
    for name, pid, url in rows:
        print(f"{name:{width}}  {pid:>8}  {url}")
    sys.stdout.flush()


def status(options):
    state = State(options.data)
    if not state.is_up():
        print(f"the shop in {state.data} is not up")
        return 3
    print(f"{state.facts['phase']}, supervisor {state.facts['supervisor']['pid']}")
    show_table(state)
    return 0 if state.facts["phase"] == "ready" else 3


def logs(options):
    state = State(options.data)
    files = sorted(state.logs.glob("*.log"))
    if options.words:
        files = [file for file in files if file.stem == options.words[0]]
        if not files:
            raise RigError(f"no log of {options.words[0]}: there are "
                           + ", ".join(sorted(file.stem for file in state.logs.glob("*.log"))))
    for file in files:
        print(f"== {file}\n{tail(file, options.lines)}")
    return 0


def reset(options):
    state = State(options.data)
    if not state.is_up():
        raise RigError(f"the shop in {state.data} is not up: `up` first")
    database = json.loads((state.data / "shop.json").read_text())["database"]
    url, environment = database["direct"], dict(os.environ)
    if database["kind"] == "postgres":
        rig = Databases(state, state.facts["ports"], print)
        url, environment["PGPASSFILE"] = rig.quiet_url(), str(rig.pgpass)
    return subprocess.run([options.binary, "reset", "--database", url], env=environment, check=False).returncode


def fault(options):
    return fault_command(State(options.data), options.words, options.dose, options.pid)


def control(options):
    return control_command(State(options.data), options.words)


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)   # `status | head` is no failure
    options = parse_arguments()
    verbs = {"up": up, "down": down, "status": status, "logs": logs, "reset": reset, "fault": fault, "control": control, "supervise": supervise}
    try:
        return verbs[options.verb](options)
    except RigError as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
