"""The shop's PostgreSQL: primary, streaming replica and pgbouncer, private, on loopback TCP only."""
import os
import shutil
import signal
import subprocess
from pathlib import Path

from process import Child, RigError, answers_tcp, run_once, server_account
from state import write_private

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PGBOUNCER = Path("/usr/sbin/pgbouncer")
SLOT = "shop_replica"
USERS = ("postgres", "shop", "replicator", "monitor", "pgbouncer_stats", "pgbouncer_admin")

# For a machine of two cores and a few GB, which also runs the shop and what loads it. No Unix socket: a data folder
# may have a longer path than a socket's name may be.
POSTGRESQL_CONF = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 120
shared_buffers = 192MB
effective_cache_size = 1GB
work_mem = 4MB
maintenance_work_mem = 128MB
max_wal_size = 1GB
random_page_cost = 1.1
jit = off
wal_level = replica
wal_compression = on
max_wal_senders = 5
recovery_init_sync_method = syncfs
max_slot_wal_keep_size = 2GB
hot_standby = on
shared_preload_libraries = 'pg_stat_statements,auto_explain'
pg_stat_statements.track = all
auto_explain.log_min_duration = 250ms
compute_query_id = on
track_io_timing = on
log_lock_waits = on
log_line_prefix = '%m [%p] %q%u@%d '
timezone = 'UTC'
log_timezone = 'UTC'
"""

PGBOUNCER_INI = """\
[databases]
shop_rw = host=127.0.0.1 port={primary} dbname=shop
shop_ro = host=127.0.0.1 port={replica} dbname=shop
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {pgbouncer}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/userlist.txt
admin_users = pgbouncer_admin
stats_users = pgbouncer_stats
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
ignore_startup_parameters = extra_float_digits
"""

# As superuser, in the order given; each may be run again.
ROLES_SQL = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop') THEN
    CREATE ROLE shop LOGIN;
    CREATE ROLE replicator LOGIN REPLICATION;
    CREATE ROLE monitor LOGIN;
  END IF;
END $$;
ALTER ROLE shop PASSWORD '{shop}';
ALTER ROLE replicator PASSWORD '{replicator}';
ALTER ROLE monitor PASSWORD '{monitor}';
GRANT pg_monitor TO shop, monitor;
"""
EXTENSIONS = ("pg_stat_statements", "hypopg")


def is_installed():
    return (PROGRAMS / "initdb").exists() and PGBOUNCER.exists()


class Databases:
    def __init__(self, state, ports, say):
        self.state = state
        self.ports = ports
        self.say = say
        self.account = server_account()
        self.folder = state.data / "postgres"
        self.pgpass = self.folder / "pgpass"
        self.log = state.logs / "setup.log"

    def url(self, port, database, user="shop"):
        return f"postgresql://{user}:{self.state.secret(user)}@127.0.0.1:{self.ports[port]}/{database}"

    def urls(self):
        return {
            "rw": self.url("pgbouncer", "shop_rw"),
            "ro": self.url("pgbouncer", "shop_ro"),
            "direct": self.url("postgres-primary", "shop"),
            "direct_replica": self.url("postgres-replica", "shop"),
            "superuser": self.url("postgres-primary", "shop", "postgres"),
            "superuser_replica": self.url("postgres-replica", "shop", "postgres"),
            "pgbouncer_console": self.url("pgbouncer", "pgbouncer", "pgbouncer_stats"),
            "pgbouncer_admin": self.url("pgbouncer", "pgbouncer", "pgbouncer_admin"),
            "kind": "postgres",
        }

    def quiet_url(self):
        """Of the primary, for a command line that others can see: the password is in `pgpass`."""
        return f"postgresql://shop@127.0.0.1:{self.ports['postgres-primary']}/shop"

    def create_folder(self):
        self.folder.mkdir(exist_ok=True)
        if self.account is not None:
            os.chmod(self.state.data, 0o711)   # the account may pass through, not look around
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.folder.chmod(0o700)
        self.check_reachable()
        lines = [f"127.0.0.1:*:*:{user}:{self.state.secret(user)}\n" for user in USERS]
        write_private(self.pgpass, "".join(lines), self.account)

    def check_reachable(self):
        if self.account is None:
            return
        try:
            run_once(["/usr/bin/test", "-w", self.folder], self.log, self.account)
        except RigError:
            raise RigError(f"user `{self.account.pw_name}`, whom PostgreSQL runs as because you are root, cannot reach "
                           f"{self.folder}: give --data a folder outside of private ones, as in /var/tmp") from None

    def initialise(self):
        """An empty cluster; what an interrupted one left is thrown away."""
        cluster = self.folder / "primary"
        shutil.rmtree(cluster, ignore_errors=True)
        password = self.folder / "superuser_password"
        write_private(password, self.state.secret("postgres") + "\n", self.account)
        run_once([PROGRAMS / "initdb", "--no-sync", "-A", "scram-sha-256", f"--pwfile={password}", "-U", "postgres", "-E", "UTF8",
                  "--locale=C.UTF-8", "-D", cluster], self.log, self.account)
        password.unlink()
        with open(cluster / "pg_hba.conf", "w") as rules:
            rules.write("host all all 127.0.0.1/32 scram-sha-256\nhost replication replicator 127.0.0.1/32 scram-sha-256\n")

    def primary(self, more=()):
        cluster = self.folder / "primary"
        (cluster / "postgresql.conf").write_text(POSTGRESQL_CONF)
        return self._server("postgres-primary", cluster, list(more))

    def seeding_primary(self):
        """Without WAL and fsync: what is loaded is either complete or thrown away."""
        return self.primary(["-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "fsync=off",
                             "-c", "full_page_writes=off", "-c", "autovacuum=off"])

    def make_durable(self):
        """After seeding_primary() has stopped."""
        self.flush()

    def flush(self):
        """The whole file system at once: a thousand fsync() calls take seconds."""
        run_once(["/usr/bin/sync", "-f", self.folder], self.log)

    def replica(self):
        cluster = self.folder / "replica"
        (cluster / "postgresql.conf").write_text(POSTGRESQL_CONF)
        conninfo = (f"host=127.0.0.1 port={self.ports['postgres-primary']} user=replicator passfile={self.pgpass} "
                    "application_name=shop_replica")
        return self._server("postgres-replica", cluster,
                            ["-c", f"primary_conninfo={conninfo}", "-c", f"primary_slot_name={SLOT}"])

    def copy_replica(self):
        cluster = self.folder / "replica"
        shutil.rmtree(cluster, ignore_errors=True)
        self.sql(f"SELECT pg_drop_replication_slot('{SLOT}') FROM pg_replication_slots WHERE slot_name = '{SLOT}'",
                 database="postgres")
        run_once([PROGRAMS / "pg_basebackup", "-h", "127.0.0.1", "-p", self.ports["postgres-primary"], "-U", "replicator",
                  "-w", "-D", cluster, "-R", "-X", "stream", "-C", "-S", SLOT, "--checkpoint=fast",
                  "--no-sync"],
                 self.log, self.account, {"PGPASSFILE": str(self.pgpass)})
        self.flush()

    def _server(self, name, cluster, more):
        port = self.ports[name]
        check = [str(PROGRAMS / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-d", "postgres", "-U", "postgres"]
        return Child(name, [PROGRAMS / "postgres", "-D", cluster, "-p", port, *more], self.state.logs / f"{name}.log",
                     lambda: subprocess.run(check, check=False).returncode == 0, account=self.account,
                     stop_signal=signal.SIGINT, url=f"postgresql://127.0.0.1:{port}/shop")

    def sql(self, text, database="shop"):
        """By psql, as superuser on the primary."""
        done = subprocess.run([PROGRAMS / "psql", "-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
                               str(self.ports["postgres-primary"]), "-U", "postgres", "-d", database],
                              input=text, text=True, capture_output=True, check=False,
                              env={**os.environ, "PGPASSFILE": str(self.pgpass)})
        if done.returncode != 0:
            raise RigError(f"the primary refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def create_database(self):
        self.sql(ROLES_SQL.format(**{user: self.state.secret(user) for user in USERS}), database="postgres")
        if not self.sql("SELECT 1 FROM pg_database WHERE datname = 'shop'", database="postgres"):
            self.sql("CREATE DATABASE shop OWNER shop", database="postgres")
        for extension in EXTENSIONS:
            available = self.sql(f"SELECT 1 FROM pg_available_extensions WHERE name = '{extension}'")
            if available:
                self.sql(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            else:
                self.say(f"the extension {extension} is not installed: what needs it will say so")
        self.sql("SELECT pg_stat_statements_reset()")   # it has seen the passwords

    def pgbouncer(self):
        folder = self.folder / "pgbouncer"
        folder.mkdir(exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        users = [f'"{user}" "{self.state.secret(user)}"\n' for user in ("shop", "pgbouncer_stats", "pgbouncer_admin")]
        write_private(folder / "userlist.txt", "".join(users), self.account)
        write_private(folder / "pgbouncer.ini", PGBOUNCER_INI.format(
            primary=self.ports["postgres-primary"], replica=self.ports["postgres-replica"],
            pgbouncer=self.ports["pgbouncer"], folder=folder), self.account)
        port = self.ports["pgbouncer"]
        # SIGINT would wait for clients to finish; they are gone by then.
        return Child("pgbouncer", [PGBOUNCER, folder / "pgbouncer.ini"], self.state.logs / "pgbouncer.log",
                     lambda: answers_tcp(port), account=self.account, stop_signal=signal.SIGTERM,
                     url=f"postgresql://127.0.0.1:{port}/shop_rw")
