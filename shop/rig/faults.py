"""What can go wrong in the shop on purpose: faults by name, each at three doses, switched on and off while it runs.

A fault is real (an index dropped, a quota set, a row locked) and undone by switching it off. Services know knobs with plain names
only (service/knobs.h): no metric, span or log line says which fault is on. The expected answer is for whoever tests a diagnosis.
"""
import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from process import RigError, server_account
from state import write_private
from supervisor import children_of

CGROUPS = Path("/sys/fs/cgroup")
CPU_PERIOD_US = 100_000


class Shop:
    """The running shop, as its operator reaches it."""

    def __init__(self, state):
        self.state = state
        self.config = json.loads((state.data / "shop.json").read_text())
        self.database = self.config["database"]

    def service(self, name):
        return next(one for one in self.config["services"] if one["name"] == name)

    def knobs(self, service, **values):
        request = urllib.request.Request(f"http://127.0.0.1:{self.service(service)['port']}/admin/knobs", json.dumps(values).encode(),
                                         {"Authorization": f"Bearer {self.config['admin']['token']}"}, method="PUT")
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except urllib.error.HTTPError as refused:
            raise RigError(f"{service} refused {values}: {json.loads(refused.read())['detail']}") from None
        except OSError as failure:
            raise RigError(f"{service} does not answer: {failure}") from None

    def sql(self, where, *statements):
        """Each statement by itself (some cannot be in a transaction), as the superuser or to pgbouncer's console."""
        if self.database["kind"] != "postgres":
            raise RigError("this fault needs PostgreSQL; the shop runs on SQLite")
        for statement in statements:
            run = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.database[where], "-c", statement], capture_output=True, text=True)
            if run.returncode != 0:
                raise RigError(f"{statement}: {run.stderr.strip()}")

    def pid(self, service):
        shop = next(one for one in self.state.facts["processes"] if one["name"] == "shop")
        return next(pid for pid, argv in children_of(shop["pid"]).items() if service in argv)

    def quota(self, service, percent):
        """CPU of one service, in percent of a core; None lifts it. cgroup v1."""
        group = CGROUPS / "cpu" / f"proofload-shop-{service}"
        try:
            if percent is None:
                if group.exists():
                    for pid in (group / "tasks").read_text().split():
                        (CGROUPS / "cpu" / "tasks").write_text(pid)
                    group.rmdir()
                return
            group.mkdir(exist_ok=True)
            (group / "cpu.cfs_period_us").write_text(str(CPU_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(CPU_PERIOD_US * percent // 100))
            (group / "cgroup.procs").write_text(str(self.pid(service)))
        except OSError as failure:
            raise RigError(f"CPU quotas cannot be set here ({failure}): this fault needs root and cgroup v1") from None


class Fault:
    def __init__(self, name, expected, doses, on, off):
        self.name, self.expected, self.doses, self.on, self.off = name, expected, doses, on, off


def _knob(service, *names, **fixed):
    """(on, off) of a fault that is one knob or several at a dose."""
    services = service if isinstance(service, tuple) else (service,)

    def on(shop, dose):
        for one in services:
            shop.knobs(one, **dict.fromkeys(names, dose), **fixed)

    def off(shop):
        for one in services:
            shop.knobs(one, **dict.fromkeys(names, 0), **dict.fromkeys(fixed, 0))
    return on, off


def _jvm_knob(service, name):
    """As _knob(), of a service that has this knob only on the JVM."""
    def on(shop, dose):
        if shop.service(service)["runtime"] != "jvm":
            raise RigError(f"{service} does not run on the JVM, so that there is nothing to collect: `down`, then `up --with jvm`")
        shop.knobs(service, **{name: dose})

    def off(shop):
        if shop.service(service)["runtime"] == "jvm":
            shop.knobs(service, **{name: 0})
    return on, off


def _workers(service, normal):
    return (lambda shop, dose: shop.knobs(service, workers=dose)), (lambda shop: shop.knobs(service, workers=normal))


def _retry_storm():
    def on(shop, dose):
        shop.knobs("payment", error_share=0.3)
        for name in ("orders-1", "orders-2"):
            shop.knobs(name, payment_retries=dose)

    def off(shop):
        shop.knobs("payment", error_share=0)
        for name in ("orders-1", "orders-2"):
            shop.knobs(name, payment_retries=0)
    return on, off


def _pgbouncer(database):
    """The pool of one database: pgbouncer reads it from its file, so the file is changed and read again."""
    def set_size(shop, size):
        file = shop.state.data / "postgres" / "pgbouncer" / "pgbouncer.ini"
        lines = [line.split(" pool_size=")[0] + (f" pool_size={size}" if size else "") if line.startswith(f"{database} ") else line
                 for line in file.read_text().splitlines()]
        write_private(file, "\n".join(lines) + "\n", server_account())
        shop.sql("pgbouncer_admin", "RELOAD")
    return set_size, (lambda shop: set_size(shop, None))


ORDERS = ("orders-1", "orders-2")
FAULTS = [
    Fault("missing-index", "orders history on PostgreSQL: orders_user_created is missing, a sequential scan for each history", {1: 1, 2: 1, 3: 1},
          lambda shop, dose: shop.sql("superuser", "DROP INDEX IF EXISTS orders_user_created"),
          lambda shop: shop.sql("direct", "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_created ON orders (user_id, created_at DESC)")),
    Fault("pgbouncer-pool", "pgbouncer shop_rw: pool too small, clients wait while PostgreSQL is idle", {1: 4, 2: 2, 3: 1}, *_pgbouncer("shop_rw")),
    Fault("replica-pool", "pgbouncer shop_ro: pool too small, reads of the catalogue and history wait", {1: 3, 2: 2, 3: 1}, *_pgbouncer("shop_ro")),
    Fault("connection-leak", "orders: its pool is used up by connections that are not given back", {1: 40, 2: 20, 3: 5}, *_knob(ORDERS, "keep_connection_every")),
    Fault("cpu-quota", "catalog: throttled by its CPU quota while the machine has CPU left", {1: 25, 2: 15, 3: 8},
          lambda shop, dose: [shop.quota(name, dose) for name in ("catalog-1", "catalog-2")],
          lambda shop: [shop.quota(name, None) for name in ("catalog-1", "catalog-2")]),
    Fault("row-lock", "PostgreSQL stock: popular rows stay locked by checkouts that hold their transaction open", {1: 20, 2: 60, 3: 200}, *_knob(ORDERS, "stock_hold_ms")),
    Fault("table-lock", "PostgreSQL orders: an exclusive table lock every ten seconds", {1: 500, 2: 2000, 3: 5000}, *_knob("worker", "table_lock_ms")),
    Fault("n-plus-one", "catalog: a statement for each product of a cart instead of one for all", {1: 3, 2: 10, 3: 40}, *_knob(("catalog-1", "catalog-2"), "statements_per_price")),
    Fault("slow-provider", "payment: the outside provider is slow for a third of the calls", {1: 60, 2: 150, 3: 600}, *_knob("payment", "slow_ms", slow_share=0.3)),
    Fault("retry-storm", "orders: retries without a budget multiply the load on a failing payment provider", {1: 2, 2: 5, 3: 20}, *_retry_storm()),
    Fault("worker-starvation", "cart: too few workers, requests queue while the CPU is idle", {1: 3, 2: 2, 3: 1}, *_workers("cart", 16)),
    Fault("bad-instance", "catalog-2: one of two instances is slow", {1: 20, 2: 80, 3: 300}, *_knob("catalog-2", "delay_ms")),
    Fault("replica-lag", "PostgreSQL replica: replay is behind, orders appear late in the history", {1: "1s", 2: "5s", 3: "20s"},
          lambda shop, dose: shop.sql("superuser_replica", f"ALTER SYSTEM SET recovery_min_apply_delay = '{dose}'", "SELECT pg_reload_conf()"),
          lambda shop: shop.sql("superuser_replica", "ALTER SYSTEM RESET recovery_min_apply_delay", "SELECT pg_reload_conf()")),
    Fault("gc-pressure", "recommendations on the JVM: garbage collection, the live set leaves little of the heap", {1: 20, 2: 26, 3: 40}, *_jvm_knob("recommendations", "retained_mb")),
    Fault("queue-backlog", "worker: jobs come faster than they are done, the queue grows", {1: 100, 2: 400, 3: 2000}, *_knob("worker", "pause_ms_per_job")),
]


def find(name):
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise RigError(f"there is no fault {name}: " + ", ".join(fault.name for fault in FAULTS))


class Active:
    """DATA/faults.json: which faults are on, at which dose."""

    def __init__(self, state):
        self.path = state.data / "faults.json"
        self.doses = json.loads(self.path.read_text()) if self.path.exists() else {}

    def save(self):
        write_private(self.path, json.dumps(self.doses))


def fault_command(state, words, dose):
    """`fault list`, `fault on NAME`, `fault off [NAME]`."""
    verb, names = (words[0], words[1:]) if words else ("list", [])
    kept = Active(state)
    active = kept.doses
    if verb == "list":
        for fault in FAULTS:
            doses = ", ".join(f"{number}: {value}" for number, value in fault.doses.items())
            print(f"{'ON ' + str(active[fault.name]) if fault.name in active else '':4} {fault.name:18} {fault.expected}\n{'':24}doses {doses}")
        return 0
    if verb not in ("on", "off") or (verb == "on" and len(names) != 1):
        raise RigError("fault list | fault on NAME [--dose 1|2|3] | fault off [NAME]")
    if not state.is_up():
        raise RigError(f"the shop in {state.data} is not up: `up` first")
    shop = Shop(state)
    if verb == "on":
        fault = find(names[0])
        active[fault.name] = dose
        kept.save()   # first: what fails half-way is still switched off by `fault off`
        fault.on(shop, fault.doses[dose])
        print(f"{fault.name} is on at dose {dose} ({fault.doses[dose]})")
    else:
        for fault in [find(name) for name in names] if names else [find(name) for name in active]:
            fault.off(shop)
            active.pop(fault.name, None)
            print(f"{fault.name} is off")
    kept.save()
    return 0
