"""Who watches the shop: Prometheus, its exporters for PostgreSQL, Jaeger."""
import json
import os
from pathlib import Path

from process import Child, answers_http

PROMETHEUS = Path("/usr/bin/prometheus")
POSTGRES_EXPORTER = Path("/usr/bin/prometheus-postgres-exporter")
TRACES_MAX = 50_000   # in Jaeger's memory: 100 to 200 MB of the shop's traces

# What Debian's exporter does not ask by itself, under the names of its community's query file.
QUERIES = """\
pg_replication:
  query: >-
    SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE GREATEST(0, EXTRACT(EPOCH FROM now() - pg_last_xact_replay_timestamp())) END AS lag_seconds
  metrics:
    - lag_seconds: {usage: GAUGE, description: "How far the replica is behind, in seconds"}
pg_stat_user_tables:
  query: >-
    SELECT current_database() AS datname, schemaname, relname, seq_scan, seq_tup_read, idx_scan, n_tup_ins, n_tup_upd,
    n_tup_del, n_live_tup, n_dead_tup, vacuum_count + autovacuum_count AS vacuums FROM pg_stat_user_tables
  metrics:
    - datname: {usage: LABEL, description: "Database"}
    - schemaname: {usage: LABEL, description: "Schema"}
    - relname: {usage: LABEL, description: "Table"}
    - seq_scan: {usage: COUNTER, description: "Sequential scans"}
    - seq_tup_read: {usage: COUNTER, description: "Rows read by sequential scans"}
    - idx_scan: {usage: COUNTER, description: "Index scans"}
    - n_tup_ins: {usage: COUNTER, description: "Rows inserted"}
    - n_tup_upd: {usage: COUNTER, description: "Rows updated"}
    - n_tup_del: {usage: COUNTER, description: "Rows deleted"}
    - n_live_tup: {usage: GAUGE, description: "Estimated live rows"}
    - n_dead_tup: {usage: GAUGE, description: "Estimated dead rows"}
    - vacuums: {usage: COUNTER, description: "Vacuums by hand and by itself"}
pg_stat_statements:
  query: >-
    SELECT u.rolname AS user, d.datname, s.queryid::text, s.calls AS calls_total, s.total_exec_time / 1000 AS seconds_total,
    s.rows AS rows_total FROM pg_stat_statements s JOIN pg_roles u ON u.oid = s.userid JOIN pg_database d ON d.oid = s.dbid
    WHERE s.toplevel ORDER BY s.total_exec_time DESC LIMIT 100
  metrics:
    - user: {usage: LABEL, description: "User"}
    - datname: {usage: LABEL, description: "Database"}
    - queryid: {usage: LABEL, description: "The statement's fingerprint"}
    - calls_total: {usage: COUNTER, description: "Times executed"}
    - seconds_total: {usage: COUNTER, description: "Seconds spent executing"}
    - rows_total: {usage: COUNTER, description: "Rows returned or changed"}
"""


def jaeger_program():
    """The cached binary of tools/build_jaeger.sh; None when there is none."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    program = Path(os.environ.get("PROOFLOAD_JAEGER", cache / "proofload" / "jaeger" / "jaeger"))
    return program if os.access(program, os.X_OK) else None


def _owned_folder(path, account):
    path.mkdir(exist_ok=True)
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)
    return path


def postgres_exporter(databases, node):
    """`node` is primary or replica."""
    state = databases.state
    folder = _owned_folder(databases.folder / "exporter", databases.account)
    queries = folder / "queries.yaml"
    queries.write_text(QUERIES)
    port = databases.ports[f"exporter-{node}"]
    url = f"http://127.0.0.1:{port}/metrics"
    source = databases.url(f"postgres-{node}", "shop", "monitor") + "?sslmode=disable"
    return Child(f"exporter-{node}", [POSTGRES_EXPORTER, f"--web.listen-address=127.0.0.1:{port}", f"--constantLabels=role={node}",
                                      f"--extend.query-path={queries}", "--log.level=warn"],
                 state.logs / f"exporter-{node}.log", lambda: answers_http(url), account=databases.account,
                 environment={"DATA_SOURCE_NAME": source}, url=url)


def _targets(job, targets, **more):
    return {"job_name": job, **more,
            "static_configs": [{"targets": [f"127.0.0.1:{port}"], "labels": labels} for port, labels in targets]}


def _scheme_of(service):
    return service["url"].partition(":")[0]


def prometheus_config(services, ports, with_jaeger, tls):
    jobs = [_targets("shop", [(one["port"], {"service": one["role"], "instance": one["name"]}) for one in services if _scheme_of(one) == "http"])]
    if tls:
        jobs.append(_targets("shop-tls", [(one["port"], {"service": one["role"], "instance": one["name"], "job": "shop"})
                                          for one in services if _scheme_of(one) == "https"],
                             scheme="https", tls_config={"ca_file": tls["certificate"]}))
    if "exporter-primary" in ports:
        # The exporter's own series have no role; where it gives one, it is the same.
        jobs.append(_targets("postgres", [(ports[f"exporter-{node}"], {"role": node, "instance": f"postgres-{node}"})
                                          for node in ("primary", "replica")], scrape_interval="5s", honor_labels=True))
    if with_jaeger:
        jobs.append(_targets("jaeger", [(ports["jaeger-metrics"], {"instance": "jaeger"})], scrape_interval="5s"))
    # JSON is YAML.
    return json.dumps({"global": {"scrape_interval": "2s", "scrape_timeout": "2s"}, "scrape_configs": jobs}, indent=1)


def prometheus(state, account, services, with_jaeger, tls):
    folder = _owned_folder(state.data / "prometheus", account)
    config = folder / "prometheus.yml"
    config.write_text(prometheus_config(services, state.facts["ports"], with_jaeger, tls))
    url = f"http://127.0.0.1:{state.facts['ports']['prometheus']}"
    return Child("prometheus", [PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={folder}/tsdb",
                                f"--web.listen-address={url.removeprefix('http://')}", "--storage.tsdb.retention.time=7d",
                                "--web.enable-lifecycle", "--log.level=warn"],
                 state.logs / "prometheus.log", lambda: answers_http(f"{url}/-/ready"), account=account, url=url)


def jaeger_config(ports):
    def address(name):
        return f"127.0.0.1:{ports[name]}"

    return {
        "service": {
            "extensions": ["jaeger_storage", "jaeger_query"],
            "pipelines": {"traces": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["jaeger_storage_exporter"]}},
            "telemetry": {"logs": {"level": "warn"}, "metrics": {"level": "normal", "readers": [
                {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": ports["jaeger-metrics"]}}}}]}},
        },
        "extensions": {
            "jaeger_storage": {"backends": {"memory": {"memory": {"max_traces": TRACES_MAX}}}},
            # Its own spans would be sent to a port where nobody listens, for 15 s more at its end.
            "jaeger_query": {"storage": {"traces": "memory"}, "enable_tracing": False, "http": {"endpoint": address("jaeger")},
                             "grpc": {"endpoint": address("jaeger-grpc")}},
        },
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": address("otlp")}}}},
        "processors": {"batch": {}},
        "exporters": {"jaeger_storage_exporter": {"trace_storage": "memory"}},
    }


def jaeger(state, program):
    folder = _owned_folder(state.data / "jaeger", None)
    config = folder / "jaeger.json"
    config.write_text(json.dumps(jaeger_config(state.facts["ports"]), indent=1))
    url = f"http://127.0.0.1:{state.facts['ports']['jaeger']}"
    # The cache is in somebody's home, where another account may not look: it runs as ourselves.
    return Child("jaeger", [program, f"--config={config}"], state.logs / "jaeger.log", lambda: answers_http(f"{url}/"),
                 url=url)
