"""Owns every process of one shop: prepares the databases, starts in order, watches, stops in reverse."""
import json
import os
import signal
import time
from pathlib import Path

import certificate
import databases as postgres
import faults
import runtimes
import watchers
from kernel import Groups, Link
from process import Child, RigError, answers_http, die_with_parent, run_once, server_account, start_time
from running import forget_knobs
from state import State, write_private

SERVICES = [("gateway", "gateway"), ("catalog-1", "catalog"), ("catalog-2", "catalog"), ("cart", "cart"),
            ("orders-1", "orders"), ("orders-2", "orders"), ("payment", "payment"),
            ("recommendations", "recommendations"), ("worker", "worker")]
SAMPLING = 0.1
READY_SECONDS = 60
RESTARTS_MAX = 5   # of a process that lives shorter than this each time; then it stays dead, and `status` says so
RESTARTS_SECONDS = 60


class Stopped(BaseException):
    """Somebody asked us to end."""


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Supervisor:
    def __init__(self, options):
        self.options = options
        self.size = "small" if options.small else "full"
        self.state = State(options.data)
        self.kind = self.choose_kind()
        self.with_prometheus = self.choose_watcher("prometheus", watchers.PROMETHEUS.exists(), "apt-get install prometheus")
        self.jaeger = watchers.jaeger_program()
        self.with_jaeger = self.choose_watcher("jaeger", self.jaeger, "tools/build_jaeger.sh builds it")
        self.runtimes = []
        self.children = []
        self.databases = None
        self.tls = None   # of a shop that speaks it: paths of certificate and key
        self.groups = Groups(self.state.data)

    def choose_kind(self):
        if self.options.database == "postgres" and not postgres.is_installed():
            say("!! PostgreSQL 15 or pgbouncer is NOT INSTALLED: the shop runs on SQLite. Good for a look, not for any")
            say("!! measurement. `apt-get install postgresql-15 pgbouncer` (or ./dev setup) gives the real ones.")
            return "sqlite"
        return self.options.database

    def choose_watcher(self, name, is_there, advice):
        if name in self.options.watchers and not is_there:
            say(f"!! {name} is NOT INSTALLED: the shop runs without it. {advice}.")
        return bool(name in self.options.watchers and is_there)

    def port_names(self):
        names = [name for name, _ in SERVICES]
        if self.kind == "postgres":
            names += ["pgbouncer-exporter", "postgres-primary", "postgres-replica", "pgbouncer"]
            if watchers.POSTGRES_EXPORTER.exists():
                names += ["exporter-primary", "exporter-replica"]
        names += ["prometheus"] if self.with_prometheus else []
        names += ["jaeger", "jaeger-grpc", "jaeger-metrics", "otlp"] if self.with_jaeger else []
        return names + self.added_services()

    def added_services(self):
        return [one.service for one in self.runtimes if not one.is_stand_in]

    def services(self):
        roles = SERVICES + ([("pgbouncer-exporter", "pgbouncer")] if self.kind == "postgres" else [])
        roles += [(name, name) for name in self.added_services()]
        services = {name: {"name": name, "role": role, "port": self.state.facts["ports"][name], "runtime": "c++"}
                    for name, role in roles}
        for one in self.runtimes:
            services[one.service].update(runtime=one.name, command=one.command())
        for one in services.values():   # the other runtimes speak plain HTTP
            one["url"] = f"{'https' if self.tls and 'command' not in one else 'http'}://127.0.0.1:{one['port']}"
        return list(services.values())

    def launch(self, child):
        child.start()
        self.children.append(child)
        self.note_processes()
        child.wait_ready(READY_SECONDS)
        say(f"{child.name} is ready, pid {child.process.pid}")

    def note_processes(self):
        self.state.facts["processes"] = [child.record() for child in self.children if child.process.poll() is None]
        try:
            self.state.save()
        except OSError as failure:   # a full disk is no reason to stop what still works
            say(f"!! {self.state.path} could not be written: {failure}")

    def stop(self, child):
        say(f"{child.name} {child.stop()}")
        self.children.remove(child)

    def timed(self, what, action):
        began = time.monotonic()
        action()
        say(f"{what}: {time.monotonic() - began:.1f} s")

    # What has to be there before anything can serve.

    def prepare_postgres(self):
        rig = self.databases = postgres.Databases(self.state, self.state.facts["ports"], say)
        self.state.save()   # the secrets, before a cluster knows them
        rig.create_folder()
        if not self.state.is_prepared("seed-postgres"):
            self.timed("initdb", rig.initialise)
            loading = rig.seeding_primary()
            self.launch(loading)
            rig.create_database()
            self.seed(rig.quiet_url(), {"PGPASSFILE": str(rig.pgpass)})
            self.stop(loading)
            self.note_processes()
            self.timed("flush to disk", rig.make_durable)
            self.state.mark_prepared("seed-postgres")
            self.state.facts["prepared"] = [one for one in self.state.facts["prepared"] if one != "replica"]
        self.launch(rig.primary())
        if not self.state.is_prepared("replica") or not (rig.folder / "replica" / "PG_VERSION").exists():
            self.timed("copy of the replica", rig.copy_replica)
            if not self.state.is_prepared("replica"):
                self.state.mark_prepared("replica")
        self.launch(rig.replica())
        self.launch(rig.pgbouncer())
        if "exporter-primary" in self.state.facts["ports"]:
            for node in ("primary", "replica"):
                self.launch(watchers.postgres_exporter(rig, node))
        return rig.urls()

    def prepare_sqlite(self):
        file = self.state.data / "shop.db"
        url = f"sqlite:{file}"
        if not self.state.is_prepared("seed-sqlite"):
            for left in self.state.data.glob("shop.db*"):
                left.unlink()
            file.touch(mode=0o600)   # its journals take over the mode
            self.seed(url, {})
            self.state.mark_prepared("seed-sqlite")
        return {"rw": url, "ro": url, "direct": url, "kind": "sqlite"}

    def seed(self, url, environment):
        say(f"seeding ({self.size})")
        self.timed("seed", lambda: run_once([self.options.binary, "seed", "--database", url, "--size", self.size],
                                            self.state.logs / "seed.log", environment=environment))
        self.state.facts["size"] = self.size

    def start_watchers(self):
        account = server_account() if self.with_prometheus else None
        if self.with_jaeger:
            self.launch(watchers.jaeger(self.state, self.jaeger))
        if self.with_prometheus:
            self.launch(watchers.prometheus(self.state, account, self.services(), self.with_jaeger, self.tls))

    def write_config(self, urls):
        ports = self.state.facts["ports"]
        services = self.services()
        if self.groups.create([service["name"] for service in services]):
            services = [{**one, "cgroups": [str(folder) for folder in self.groups.of_service(one["name"])]} for one in services]
        config = {"data": str(self.state.data), "secret": self.state.secret("tokens"), "database": urls,
                  "admin": {"token": self.state.secret("admin")},
                  "otlp": f"http://127.0.0.1:{ports['otlp']}" if self.with_jaeger else self.options.otlp,
                  "sampling": SAMPLING, "services": services, **({"tls": self.tls} if self.tls else {})}
        self.state.save()
        write_private(self.state.data / "shop.json", json.dumps(config, indent=1))

    def start_shop(self):
        def is_ready():
            return all(answers_http(f"{service['url']}/ready", self.tls and self.tls["certificate"]) for service in self.services())

        self.launch(Child("shop", [self.options.binary, "all", "--config", self.state.data / "shop.json"],
                          self.state.logs / "shop.log", is_ready,
                          url=next(one["url"] for one in self.services() if one["name"] == "gateway")))

    def start(self):
        size = self.state.facts.get("size", self.size)
        if size != self.size:
            say(f"the folder holds the {size} data set, which stays; `down --purge` first for the {self.size} one")
        self.state.check_disk(self.size)
        self.runtimes = runtimes.prepare([name for name in runtimes.KNOWN if name in self.options.watchers], self, say)
        self.state.choose_ports(self.port_names(), self.options.base_port, say)
        urls = self.prepare_postgres() if self.kind == "postgres" else self.prepare_sqlite()
        self.tls = certificate.prepare(self.state) if self.options.tls else None
        self.start_watchers()
        self.write_config(urls)
        self.start_shop()
        faults.clean_up(self.state, say)
        for name in self.options.faults:
            faults.switch_on(self.state, name, "latent")

    # Until somebody ends it.

    def watch(self):
        while True:
            time.sleep(0.5)
            for child in self.children:
                if child.restarts <= RESTARTS_MAX and child.process.poll() is not None:
                    self.replace(child)

    def replace(self, child):
        child.restarts = child.restarts + 1 if child.age() < RESTARTS_SECONDS else 1
        if child.restarts > RESTARTS_MAX:
            say(f"!! {child.name} ended again ({child.process.returncode}): left so after {RESTARTS_MAX} restarts; "
                f"see {child.log_path}")
        else:
            say(f"!! {child.name} ended by itself ({child.process.returncode}), see {child.log_path}: starting it again")
            child.start()
            for folder in self.groups.gathered("blkio", child.name):   # where the one before it was put
                self.groups.move(child.process.pid, folder)
        self.note_processes()

    def stop_all(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if self.state.facts["phase"] == "ready":
            faults.clean_up(self.state, say)
        for child in reversed(list(self.children)):
            self.stop(child)
        self.forget_kernel()

    def forget_kernel(self):
        """What the shop has of the kernel's: groups, a shaped link; after a crash those of the last time."""
        try:
            self.groups.remove()
            Link(self.state.data).remove()
        except OSError as failure:
            say(f"!! a control group is still there, the next `up` tries again: {failure}")

    def run(self, is_daemon):
        """0 after an orderly end, 1 when it could not start."""
        def on_signal(number, _frame):
            raise Stopped(signal.Signals(number).name)

        self.state.create()
        self.state.take_lock()
        self.state.clean_up_crash(say)
        self.forget_kernel()
        forget_knobs(self.state)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, on_signal)
        if is_daemon:
            die_with_parent(signal.SIGTERM)   # a shop half started is of no use
        self.state.facts.update(phase="starting", supervisor={"pid": os.getpid(), "started": start_time(os.getpid())})
        self.state.save()
        outcome = "down"
        try:
            self.start()
            die_with_parent(0)
            say("the shop is up")
            self.state.facts["phase"] = "ready"
            self.state.save()
            self.watch()
        except Stopped as reason:
            say(f"stopping ({reason})")
        except RigError as failure:
            outcome = "failed"
            say(f"!! {failure}")
        except OSError as failure:
            outcome = "failed"
            say(f"!! {failure}: " + ("the disk is full; make room, the data is kept" if failure.errno == 28 else
                                     "see the folder given by --data"))
        finally:
            self.stop_all()
            self.state.facts.update(phase=outcome, supervisor=None)
            self.note_processes()
        say("stopped; the data is kept" if outcome == "down" else "stopped because of that; the data is kept")
        return 0 if outcome == "down" else 1
