"""What can go wrong in the shop on purpose: faults by name, each at three doses, switched on and off while it runs, or latent.

A fault is real (an index dropped, a quota set, a row locked) and undone by switching it off. Services know knobs with plain names
only (service/knobs.h): no metric, span or log line says which fault is on. The expected answer is for whoever tests a diagnosis.
"""
import json
from dataclasses import dataclass
from typing import Any, Callable

from kernel import Groups, client_of, disk_of
from process import RigError
from running import Shop
from state import write_private


@dataclass
class Fault:
    name: str
    expected: str           # what a good diagnosis would say
    unit: str               # of the doses
    doses: dict
    latent: Any             # a dose that hurts only under load; None: it hurts at any load, or with time
    moves: str              # what customers see of it: see MOVES
    on: Callable            # (shop, dose)
    off: Callable           # (shop); harmless when it is off
    needs: str = ""
    is_over: Callable = lambda groups: False   # whom it was put on is gone, and it with them


MOVES = {"browse": "p95 of browsing", "checkout": "p95 of buying", "errors": "failed requests", "stale": "orders missing from the history",
         "any": "p95 of everything"}
POSTGRES, GROUPS, JVM = "PostgreSQL", "root, cgroup v1", "--with jvm"
CATALOGS, ORDERS = ("catalog-1", "catalog-2"), ("orders-1", "orders-2")


def knobs(services, **normal):
    """(on, off) of a fault whose dose is one value for each of the knobs, in their order."""
    def on(shop, dose):
        values = dose if isinstance(dose, tuple) else (dose,)
        for service in services:
            shop.knobs(service, dict(zip(normal, values, strict=True)))

    def off(shop):
        for service in services:
            shop.knobs(service, normal, is_kept=False)
    return on, off


def jvm_knob(service, name):
    """As knobs(), of a service that has this one only on the JVM."""
    switch_on, switch_off = knobs((service,), **{name: 0})

    def is_there(shop):
        return any(one["name"] == service and one["runtime"] == "jvm" for one in shop.config["services"])

    def on(shop, dose):
        if not is_there(shop):
            raise RigError(f"{service} does not run on the JVM, so that there is nothing to collect: `down`, then `up --with jvm`")
        switch_on(shop, dose)

    def off(shop):
        if is_there(shop):
            switch_off(shop)
    return on, off


def both(*parts):
    """(on, off) of several, of which each gets its part of the dose."""
    def on(shop, dose):
        for (switch_on, _), value in zip(parts, dose, strict=True):
            switch_on(shop, value)

    def off(shop):
        for _, switch_off in reversed(parts):
            switch_off(shop)
    return on, off


def pool(database):
    return (lambda shop, dose: shop.pool_size(database, dose)), (lambda shop: shop.pool_size(database, None))


def replica_setting(name):
    return ((lambda shop, dose: shop.sql("superuser_replica", f"ALTER SYSTEM SET {name} = '{dose}'", "SELECT pg_reload_conf()")),
            (lambda shop: shop.sql("superuser_replica", f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()")))


def index():
    return ((lambda shop, dose: shop.sql("superuser", "DROP INDEX IF EXISTS orders_user_created")),
            (lambda shop: shop.sql("direct", "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_created ON orders (user_id, created_at DESC)")))


def cpu_quota(services):
    return ((lambda shop, dose: [shop.groups.limit_cpu(name, int(dose * 1000)) for name in services]),
            (lambda shop: [shop.groups.limit_cpu(name, None) for name in services]))


def memory_limit(service):
    return (lambda shop, dose: shop.groups.limit_memory(service, dose)), (lambda shop: shop.groups.limit_memory(service, None))


def link():
    return ((lambda shop, dose: shop.link.narrow([shop.port(name) for name in CATALOGS], dose)),
            (lambda shop: shop.link.widen()))


def disk():
    def on(shop, dose):
        device = disk_of(shop.state.data / "postgres")
        folder = shop.groups.gather("blkio", "postgres-primary", shop.pids("postgres-primary"))
        shop.groups.write(folder / "blkio.throttle.write_iops_device", f"{device} {dose}")
    return on, (lambda shop: shop.groups.remove("postgres-primary"))


def generator():
    def on(shop, dose):
        folder = shop.groups.gather("cpu", "generator", [shop.generator_pid or client_of(shop.port("gateway"))])
        shop.groups.write(folder / "cpu.cfs_period_us", 100_000)
        shop.groups.write(folder / "cpu.cfs_quota_us", int(dose * 1000))
    return on, (lambda shop: shop.groups.remove("generator"))


def is_generator_gone(groups):
    return not any((folder / "cgroup.procs").read_text() for folder in groups.gathered("cpu", "generator"))


def bloat():
    switch_on, switch_off = knobs(("worker",), restock_every_ms=0, open_report=0)

    def off(shop):
        switch_off(shop)
        shop.sql("superuser", "VACUUM (FULL, ANALYZE) stock")   # what is dead would stay for long
    return (lambda shop, dose: switch_on(shop, (dose, 1))), off


FAULTS = [
    Fault("missing-index", "orders history on PostgreSQL: orders_user_created is missing, a sequential scan for each history",
          "no index", {1: 1, 2: 1, 3: 1}, 1, "checkout", *index(), needs=POSTGRES),
    Fault("pgbouncer-pool", "pgbouncer shop_rw: pool too small, clients wait while PostgreSQL is idle",
          "connections, ms each is held", {1: (1, 1), 2: (1, 2), 3: (1, 5)}, (1, 1), "checkout",
          *both(pool("shop_rw"), knobs((*ORDERS, "cart"), hold_ms_rw=0)), needs=POSTGRES),
    Fault("replica-pool", "pgbouncer shop_ro: pool too small, reads of the catalogue and history wait",
          "connections, ms each is held", {1: (1, 1), 2: (1, 2), 3: (1, 6)}, (1, 2), "browse",
          *both(pool("shop_ro"), knobs(CATALOGS, hold_ms_ro=0)), needs=POSTGRES),
    Fault("connection-leak", "orders: its pool is used up by connections that are not given back",
          "bookings for each leak", {1: 16, 2: 8, 3: 3}, None, "errors", *knobs(ORDERS, keep_connection_every=0)),
    Fault("cpu-quota", "catalog: throttled by its CPU quota while the machine has CPU left",
          "ms of each 100", {1: 1.9, 2: 1.8, 3: 1.6}, 3, "browse", *cpu_quota(CATALOGS), needs=GROUPS),
    Fault("out-of-memory", "cart: killed by the kernel at its memory limit, started again, and so on",
          "MiB allowed, KiB kept for each request", {1: (64, 128), 2: (64, 400), 3: (64, 2048)}, None, "errors",
          *both(memory_limit("cart"), knobs(("cart",), keep_kb_per_request=0)), needs=GROUPS),
    Fault("row-lock", "PostgreSQL stock: popular rows stay locked by checkouts that hold their transaction open",
          "ms", {1: 6, 2: 20, 3: 80}, 12, "checkout", *knobs(ORDERS, stock_hold_ms=0)),
    Fault("table-lock", "PostgreSQL orders: an exclusive table lock every ten seconds",
          "ms", {1: 500, 2: 700, 3: 2000}, None, "checkout", *knobs(("worker",), migration_lock_ms=0), needs=POSTGRES),
    Fault("n-plus-one", "catalog: a statement for each product of a cart instead of one for all",
          "statements for each product", {1: 14, 2: 24, 3: 60}, 12, "checkout", *knobs(CATALOGS, statements_per_price=0)),
    Fault("slow-provider", "payment: the outside provider is slow for a third of the calls",
          "ms, share of calls", {1: (8, 0.3), 2: (25, 0.3), 3: (110, 0.3)}, None, "checkout", *knobs(("payment",), slow_ms=0, slow_share=0)),
    Fault("retry-storm", "orders: retries without a budget multiply the load on a failing payment provider",
          "share of errors, so many at a time before more fail, ms longer, for this share; retries",
          {1: ((0.2, 0, 3, 1), 3), 2: ((0.3, 0, 5, 1), 4), 3: ((0.6, 0, 10, 1), 12)}, ((0, 1, 8, 1), 20), "checkout",
          *both(knobs(("payment",), error_share=0, shed_above=0, slow_ms=0, slow_share=0), knobs(ORDERS, payment_retries=0))),
    Fault("disk-throttle", "PostgreSQL primary: the disk takes few writes a second, commits wait for it",
          "writes a second", {1: 200, 2: 170, 3: 100}, 150, "checkout", *disk(), needs=f"{POSTGRES}, {GROUPS}, a disk below it"),
    Fault("bandwidth-cap", "the link from catalog to its callers is too narrow for the answers",
          "kbit/s", {1: 4000, 2: 3100, 3: 2200}, 2800, "browse", *link(), needs="root, tc"),
    Fault("generator-starved", "the load generator itself has too little CPU; the shop is healthy",
          "ms of each 100", {1: 4.5, 2: 4, 3: 3}, 4, "any", *generator(), needs=GROUPS, is_over=is_generator_gone),
    Fault("worker-starvation", "cart: too few workers, requests queue while the CPU is idle",
          "workers, ms each is held", {1: (1, 2), 2: (1, 4), 3: (1, 8)}, (1, 3), "checkout", *knobs(("cart",), workers=16, delay_ms=0)),
    Fault("bad-instance", "catalog-2: one of two instances is slow",
          "ms, workers", {1: (1, 16), 2: (3, 16), 3: (12, 16)}, (4, 1), "browse", *knobs(("catalog-2",), delay_ms=0, workers=16)),
    Fault("replica-lag", "PostgreSQL replica: replay is behind, orders appear late in the history",
          "delay of replay", {1: "60ms", 2: "90ms", 3: "1s"}, None, "stale", *replica_setting("recovery_min_apply_delay"), needs=POSTGRES),
    Fault("replay-conflict", "PostgreSQL replica: queries are cancelled by the replay of locks that imports take on the primary",
          "most delay of replay, between imports, each connection is held: ms", {1: (0, 400, 1), 2: (0, 200, 2), 3: (0, 100, 3)}, None, "browse",
          *both(replica_setting("max_standby_streaming_delay"), knobs(("worker",), import_every_ms=0), knobs(CATALOGS, hold_ms_ro=0)),
          needs=POSTGRES),
    Fault("gc-pressure", "recommendations on the JVM: garbage collection, the live set leaves little of the heap",
          "MiB kept", {1: 20, 2: 26, 3: 40}, None, "browse", *jvm_knob("recommendations", "retained_mb"), needs=JVM),
    Fault("memory-leak", "recommendations: memory grows with each request and is never given back, every request goes through it",
          "KiB kept for each request", {1: 12, 2: 32, 3: 96}, None, "browse", *knobs(("recommendations",), keep_kb_per_request=0)),
    Fault("table-bloat", "PostgreSQL stock: dead rows that an old open transaction keeps from being cleaned up",
          "ms between rewrites", {1: 500, 2: 150, 3: 50}, None, "browse", *bloat(), needs=POSTGRES),
    Fault("queue-backlog", "worker: jobs come faster than they are done, the queue grows",
          "ms for each job", {1: 95, 2: 110, 3: 1000}, 60, "checkout", *knobs(("worker",), pause_ms_per_job=0)),
]


def find(name):
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise RigError(f"there is no fault {name}: " + ", ".join(fault.name for fault in FAULTS))


def latent_dose(name):
    if find(name).latent is None:
        raise RigError(f"{name} cannot be latent: it hurts at any load, or with time")
    return find(name).latent


class Active:
    """DATA/faults.json: which faults are on, at which dose."""

    def __init__(self, state):
        self.path = state.data / "faults.json"
        self.doses = json.loads(self.path.read_text()) if self.path.exists() else {}

    def save(self):
        write_private(self.path, json.dumps(self.doses))


def switch_on(state, name, dose, generator_pid=None):
    """`dose` is 1, 2, 3 or "latent"; returns what it is in the fault's unit."""
    fault, active, shop = find(name), Active(state), Shop(state)
    if POSTGRES in fault.needs and shop.database["kind"] != "postgres":
        raise RigError(f"{name} needs PostgreSQL; the shop runs on SQLite")
    value = latent_dose(name) if dose == "latent" else fault.doses[dose]
    shop.generator_pid = generator_pid
    active.doses[name] = dose
    active.save()   # first: what fails half-way is still switched off by `fault off`
    try:
        fault.on(shop, value)
    except RigError:
        switch_off(state, [name])   # the machine or the shop refused: nothing of it stays
        raise
    return f"{value} {fault.unit}"


def switch_off(state, names=()):
    """Those, or all that are on; the names of those that were switched off."""
    active, shop, done = Active(state), Shop(state), []
    for fault in [find(name) for name in names or list(active.doses)]:
        fault.off(shop)
        active.doses.pop(fault.name, None)
        active.save()
        done.append(fault.name)
    return done


def clean_up(state, say):
    """At the end of a shop, and after a crash as soon as it is up again. What cannot be undone now is tried again then."""
    try:
        if done := switch_off(state):
            say(f"undone: {len(done)} that an operator had switched on")   # no log says what
    except (RigError, OSError) as failure:
        say(f"!! not undone, the next `up` tries again: {failure}")


def show_list(state):
    doses_on, groups = Active(state).doses, Groups(state.data)
    for fault in FAULTS:
        on = f"ON {doses_on[fault.name]}" if fault.name in doses_on and not fault.is_over(groups) else ""
        doses = ", ".join(f"{number}: {value}" for number, value in fault.doses.items())
        latent = "no" if fault.latent is None else fault.latent
        needs = f"; needs {fault.needs}" if fault.needs else ""
        print(f"{on:9} {fault.name:18} {fault.expected}\n{'':29}doses {doses}; latent {latent} ({fault.unit}); moves {MOVES[fault.moves]}{needs}")


def fault_command(state, words, dose, generator_pid=None):
    """`fault list`, `fault on NAME`, `fault off [NAME]`."""
    verb, names = (words[0], words[1:]) if words else ("list", [])
    if verb == "list":
        show_list(state)
        return 0
    if verb not in ("on", "off") or (verb == "on" and len(names) != 1):
        raise RigError("fault list | fault on NAME [--dose 1|2|3 | --latent] | fault off [NAME]")
    for name in names:
        find(name)
    if not state.is_up():
        raise RigError(f"the shop in {state.data} is not up: `up` first")
    if verb == "on":
        print(f"{names[0]} is on at {'the latent dose' if dose == 'latent' else f'dose {dose}'}: "
              f"{switch_on(state, names[0], dose, generator_pid)}")
        return 0
    for name in switch_off(state, names):
        print(f"{name} is off")
    return 0
