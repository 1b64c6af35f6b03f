// The table of signals. Names are those of the exporters' own documentation; see signals.h for the
// columns.
#include <array>

#include "observe/signals.h"

namespace proofload::observe {
namespace {

using Kind = SignalKind;
using Row = SignalRow;
constexpr auto kRate = Row::Read::kRate;
constexpr auto kMax = Row::Fold::kMax;
constexpr auto kOwn = Row::Of::kProcess;
constexpr double kMilli = 1e-3;

// cAdvisor lists every group of a pod twice: as a container and as their sum.
constexpr std::string_view kPodContainer = "container!=,container!=POD";
constexpr std::string_view kDockerContainer = "container=,name!=";
constexpr std::string_view kOwnGroup = "container=,name=,id=";
constexpr std::string_view kPod = "pod container";

constexpr std::string_view kPoolLabels = "pool_name db_client_connection_pool_name pool";
constexpr std::string_view kRouteLabels =
    "http_request_method http_method method http_route route uri path handler";

constexpr Row kRows[] = {
    {Kind::kCpu, "container_cpu_usage_seconds_total", kPodContainer, kPod, kRate},
    {Kind::kCpu, "container_cpu_usage_seconds_total", kDockerContainer, "name", kRate},
    {.kind = Kind::kCpu, .metric = "process_cpu_seconds_total", .read = kRate, .of = kOwn},
    {.kind = Kind::kCpu, .metric = "process_cpu_time_seconds_total", .read = kRate, .of = kOwn},
    {.kind = Kind::kCpu,
     .metric = "process_cpu_time_ns_total",
     .read = kRate,
     .scale = 1e-9,
     .of = kOwn},
    {.kind = Kind::kCpu,
     .metric = "node_cpu_seconds_total",
     .where = "mode!=idle,mode!=iowait",
     .read = kRate},

    {.kind = Kind::kCpuLimit,
     .metric = "container_spec_cpu_quota",
     .where = kPodContainer,
     .object = kPod,
     .per = "container_spec_cpu_period"},
    {.kind = Kind::kCpuLimit,
     .metric = "container_spec_cpu_quota",
     .where = kDockerContainer,
     .object = "name",
     .per = "container_spec_cpu_period"},
    {.kind = Kind::kCpuLimit,
     .metric = "container_spec_cpu_quota",
     .where = kOwnGroup,
     .per = "container_spec_cpu_period",
     .of = kOwn},
    {.kind = Kind::kCpuLimit,
     .metric = "kube_pod_container_resource_limits",
     .where = "resource=cpu",
     .object = kPod},

    {Kind::kCpuThrottled, "container_cpu_cfs_throttled_seconds_total", kPodContainer, kPod, kRate},
    {Kind::kCpuThrottled, "container_cpu_cfs_throttled_seconds_total", kDockerContainer, "name",
     kRate},
    {.kind = Kind::kCpuThrottled,
     .metric = "container_cpu_cfs_throttled_seconds_total",
     .where = kOwnGroup,
     .read = kRate,
     .of = kOwn},

    {.kind = Kind::kThrottledPeriods,
     .metric = "container_cpu_cfs_throttled_periods_total",
     .where = kPodContainer,
     .object = kPod,
     .read = kRate,
     .per = "container_cpu_cfs_periods_total"},
    {.kind = Kind::kThrottledPeriods,
     .metric = "container_cpu_cfs_throttled_periods_total",
     .where = kDockerContainer,
     .object = "name",
     .read = kRate,
     .per = "container_cpu_cfs_periods_total"},
    {.kind = Kind::kThrottledPeriods,
     .metric = "container_cpu_cfs_throttled_periods_total",
     .where = kOwnGroup,
     .read = kRate,
     .per = "container_cpu_cfs_periods_total",
     .of = kOwn},

    {Kind::kMemory, "container_memory_working_set_bytes", kPodContainer, kPod},
    {Kind::kMemory, "container_memory_working_set_bytes", kDockerContainer, "name"},
    {.kind = Kind::kMemory, .metric = "process_resident_memory_bytes", .of = kOwn},
    {.kind = Kind::kMemory, .metric = "process_memory_usage_bytes", .of = kOwn},
    {.kind = Kind::kMemory, .metric = "jvm_memory_used_bytes", .of = kOwn},
    {.kind = Kind::kMemory,
     .metric = "node_memory_MemTotal_bytes",
     .minus = "node_memory_MemAvailable_bytes"},

    {Kind::kMemoryLimit, "container_spec_memory_limit_bytes", kPodContainer, kPod},
    {Kind::kMemoryLimit, "container_spec_memory_limit_bytes", kDockerContainer, "name"},
    {.kind = Kind::kMemoryLimit,
     .metric = "container_spec_memory_limit_bytes",
     .where = kOwnGroup,
     .of = kOwn},
    {.kind = Kind::kMemoryLimit,
     .metric = "kube_pod_container_resource_limits",
     .where = "resource=memory",
     .object = kPod},
    {.kind = Kind::kMemoryLimit,
     .metric = "jvm_memory_max_bytes",
     .where = "area=heap",
     .of = kOwn},
    {.kind = Kind::kMemoryLimit, .metric = "node_memory_MemTotal_bytes"},

    {Kind::kOutOfMemory, "container_oom_events_total", kPodContainer, kPod},
    {Kind::kOutOfMemory, "container_oom_events_total", kDockerContainer, "name"},
    {.kind = Kind::kOutOfMemory,
     .metric = "container_oom_events_total",
     .where = kOwnGroup,
     .of = kOwn},
    {.kind = Kind::kOutOfMemory, .metric = "node_vmstat_oom_kill"},

    // pgbouncer: the community's exporter, then Debian's (another project).
    {.kind = Kind::kPoolBusy,
     .metric = "pgbouncer_pools_server_active_connections",
     .object = "database"},
    {.kind = Kind::kPoolBusy, .metric = "pgbouncer_*active_servers", .object = "database"},
    {.kind = Kind::kPoolBusy, .metric = "hikaricp_connections_active", .object = "pool"},
    {.kind = Kind::kPoolBusy,
     .metric = "db_client_connection_count",
     .where = "state=used",
     .object = kPoolLabels},
    {.kind = Kind::kPoolBusy,
     .metric = "db_client_connection_count",
     .where = "db_client_connection_state=used",
     .object = kPoolLabels},
    {.kind = Kind::kPoolBusy,
     .metric = "db_client_connections_usage",
     .where = "state=used",
     .object = kPoolLabels},
    {.kind = Kind::kPoolBusy, .metric = "go_sql_in_use_connections", .object = "db_name"},
    {.kind = Kind::kPoolBusy, .metric = "go_sql_stats_connections_in_use", .object = "db_name"},

    {.kind = Kind::kPoolMax, .metric = "pgbouncer_databases_pool_size", .object = "database"},
    {.kind = Kind::kPoolMax, .metric = "pgbouncer_*pool_size", .object = "database"},
    {.kind = Kind::kPoolMax, .metric = "hikaricp_connections_max", .object = "pool"},
    {.kind = Kind::kPoolMax, .metric = "db_client_connection_max", .object = kPoolLabels},
    {.kind = Kind::kPoolMax, .metric = "db_client_connections_max", .object = kPoolLabels},
    {.kind = Kind::kPoolMax, .metric = "go_sql_max_open_connections", .object = "db_name"},
    {.kind = Kind::kPoolMax, .metric = "go_sql_stats_connections_max_open", .object = "db_name"},

    {.kind = Kind::kPoolWaiting,
     .metric = "pgbouncer_pools_client_waiting_connections",
     .object = "database"},
    {.kind = Kind::kPoolWaiting, .metric = "pgbouncer_*waiting_clients", .object = "database"},
    {.kind = Kind::kPoolWaiting, .metric = "hikaricp_connections_pending", .object = "pool"},
    {.kind = Kind::kPoolWaiting,
     .metric = "db_client_connection_pending_requests",
     .object = kPoolLabels},
    {.kind = Kind::kPoolWaiting,
     .metric = "db_client_connections_pending_requests",
     .object = kPoolLabels},

    {.kind = Kind::kPoolWait,
     .metric = "pgbouncer_stats_totals_client_wait_seconds_total",
     .object = "database",
     .read = kRate,
     .per = "pgbouncer_stats_totals_sql_transactions_pooled_total"},
    {.kind = Kind::kPoolWait,
     .metric = "pgbouncer_stats_client_wait_seconds_total",
     .object = "database",
     .read = kRate,
     .per = "pgbouncer_stats_sql_transactions_pooled_total"},
    {.kind = Kind::kPoolWait,
     .metric = "hikaricp_connections_acquire_seconds_sum",
     .object = "pool",
     .read = kRate,
     .per = "hikaricp_connections_acquire_seconds_count"},
    {.kind = Kind::kPoolWait,
     .metric = "db_client_connection_wait_time_seconds_sum",
     .object = kPoolLabels,
     .read = kRate,
     .per = "db_client_connection_wait_time_seconds_count"},
    {.kind = Kind::kPoolWait,
     .metric = "db_client_connections_wait_time_milliseconds_sum",
     .object = kPoolLabels,
     .read = kRate,
     .scale = kMilli,
     .per = "db_client_connections_wait_time_milliseconds_count"},
    {.kind = Kind::kPoolWait,
     .metric = "go_sql_wait_duration_seconds_total",
     .object = "db_name",
     .read = kRate,
     .per = "go_sql_wait_count_total"},

    {.kind = Kind::kPoolWaitLoad,
     .metric = "pgbouncer_stats_totals_client_wait_seconds_total",
     .object = "database",
     .read = kRate},
    {.kind = Kind::kPoolWaitLoad,
     .metric = "pgbouncer_stats_client_wait_seconds_total",
     .object = "database",
     .read = kRate},
    {.kind = Kind::kPoolWaitLoad,
     .metric = "hikaricp_connections_acquire_seconds_sum",
     .object = "pool",
     .read = kRate},
    {.kind = Kind::kPoolWaitLoad,
     .metric = "db_client_connection_wait_time_seconds_sum",
     .object = kPoolLabels,
     .read = kRate},
    {.kind = Kind::kPoolWaitLoad,
     .metric = "db_client_connections_wait_time_milliseconds_sum",
     .object = kPoolLabels,
     .read = kRate,
     .scale = kMilli},
    {.kind = Kind::kPoolWaitLoad,
     .metric = "go_sql_wait_duration_seconds_total",
     .object = "db_name",
     .read = kRate},

    {.kind = Kind::kPoolTimeouts,
     .metric = "hikaricp_connections_timeout_total",
     .object = "pool",
     .read = kRate},
    {.kind = Kind::kPoolTimeouts,
     .metric = "db_client_connection_timeouts_total",
     .object = kPoolLabels,
     .read = kRate},
    {.kind = Kind::kPoolTimeouts,
     .metric = "db_client_connections_timeouts_total",
     .object = kPoolLabels,
     .read = kRate},

    {.kind = Kind::kWorkersBusy, .metric = "executor_active_threads", .object = "name", .of = kOwn},
    {.kind = Kind::kWorkersBusy, .metric = "tomcat_threads_busy_threads", .object = "name"},
    {.kind = Kind::kWorkersBusy, .metric = "jetty_threads_busy"},
    {.kind = Kind::kWorkersMax,
     .metric = "executor_pool_max_threads",
     .object = "name",
     .of = kOwn},
    {.kind = Kind::kWorkersMax, .metric = "tomcat_threads_config_max_threads", .object = "name"},
    {.kind = Kind::kWorkersMax, .metric = "jetty_threads_config_max"},
    {.kind = Kind::kWorkersQueued, .metric = "executor_queued_tasks", .object = "name", .of = kOwn},
    {.kind = Kind::kWorkersQueued, .metric = "jetty_threads_jobs"},

    // JVM (Micrometer, its client, OpenTelemetry), Go, .NET, Node. Python counts, it does not time.
    {.kind = Kind::kGcPause, .metric = "jvm_gc_pause_seconds_sum", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcPause, .metric = "jvm_gc_collection_seconds_sum", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcPause, .metric = "jvm_gc_duration_seconds_sum", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcPause, .metric = "go_gc_duration_seconds_sum", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcPause,
     .metric = "dotnet_gc_pause_time_seconds_total",
     .read = kRate,
     .of = kOwn},
    {.kind = Kind::kGcPause, .metric = "nodejs_gc_duration_seconds_sum", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcCount, .metric = "jvm_gc_pause_seconds_count", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcCount,
     .metric = "jvm_gc_collection_seconds_count",
     .read = kRate,
     .of = kOwn},
    {.kind = Kind::kGcCount, .metric = "jvm_gc_duration_seconds_count", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcCount, .metric = "go_gc_duration_seconds_count", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcCount, .metric = "dotnet_gc_collections_total", .read = kRate, .of = kOwn},
    {.kind = Kind::kGcCount,
     .metric = "nodejs_gc_duration_seconds_count",
     .read = kRate,
     .of = kOwn},
    {.kind = Kind::kGcCount, .metric = "python_gc_collections_total", .read = kRate, .of = kOwn},

    // OpenTelemetry new and old, Spring, what many write themselves.
    {.kind = Kind::kRequests,
     .metric = "http_server_request_duration_seconds_count",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequests,
     .metric = "http_server_duration_milliseconds_count",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequests,
     .metric = "http_server_requests_seconds_count",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequests,
     .metric = "http_request_duration_seconds_count",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequests,
     .metric = "nginx_ingress_controller_requests",
     .object = "method host path",
     .read = kRate},
    {.kind = Kind::kRequests,
     .metric = "http_requests_total",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequestTime,
     .metric = "http_server_request_duration_seconds_sum",
     .object = kRouteLabels,
     .read = kRate,
     .per = "http_server_request_duration_seconds_count"},
    {.kind = Kind::kRequestTime,
     .metric = "http_server_duration_milliseconds_sum",
     .object = kRouteLabels,
     .read = kRate,
     .scale = kMilli,
     .per = "http_server_duration_milliseconds_count"},
    {.kind = Kind::kRequestTime,
     .metric = "http_server_requests_seconds_sum",
     .object = kRouteLabels,
     .read = kRate,
     .per = "http_server_requests_seconds_count"},
    {.kind = Kind::kRequestTime,
     .metric = "http_request_duration_seconds_sum",
     .object = kRouteLabels,
     .read = kRate,
     .per = "http_request_duration_seconds_count"},
    {.kind = Kind::kRequestErrors,
     .metric = "http_server_request_duration_seconds_count",
     .where = "http_response_status_code=5*",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequestErrors,
     .metric = "http_server_duration_milliseconds_count",
     .where = "http_status_code=5*",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequestErrors,
     .metric = "http_server_requests_seconds_count",
     .where = "status=5*",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequestErrors,
     .metric = "http_requests_total",
     .where = "code=5*",
     .object = kRouteLabels,
     .read = kRate},
    {.kind = Kind::kRequestErrors,
     .metric = "http_requests_total",
     .where = "status=5*",
     .object = kRouteLabels,
     .read = kRate},

    {.kind = Kind::kConnections, .metric = "pg_stat_activity_count"},
    {.kind = Kind::kConnections, .metric = "pg_stat_database_numbackends"},
    {.kind = Kind::kConnections, .metric = "mysql_global_status_threads_connected"},
    {.kind = Kind::kConnections, .metric = "redis_connected_clients"},
    {.kind = Kind::kConnectionsMax, .metric = "pg_settings_max_connections"},
    {.kind = Kind::kConnectionsMax, .metric = "mysql_global_variables_max_connections"},
    {.kind = Kind::kConnectionsMax, .metric = "redis_config_maxclients"},
    {.kind = Kind::kTransactions, .metric = "pg_stat_database_xact_commit", .read = kRate},
    {.kind = Kind::kTransactions, .metric = "pg_stat_database_xact_commit_total", .read = kRate},
    {.kind = Kind::kTransactions,
     .metric = "pgbouncer_stats_totals_sql_transactions_pooled_total",
     .object = "database",
     .read = kRate},
    {.kind = Kind::kTransactions,
     .metric = "pgbouncer_stats_sql_transactions_pooled_total",
     .object = "database",
     .read = kRate},
    {.kind = Kind::kLongestTransaction, .metric = "pg_stat_activity_max_tx_duration", .fold = kMax},
    {.kind = Kind::kDeadlocks, .metric = "pg_stat_database_deadlocks", .read = kRate},
    {.kind = Kind::kDeadlocks, .metric = "pg_stat_database_deadlocks_total", .read = kRate},
    {.kind = Kind::kReplicaLag, .metric = "pg_replication_lag_seconds", .fold = kMax},
    {.kind = Kind::kReplicaLag, .metric = "pg_replication_lag", .fold = kMax},
    {.kind = Kind::kQueueDepth, .metric = "queue_depth", .object = "queue"},
    {.kind = Kind::kQueueDepth, .metric = "rabbitmq_queue_messages_ready", .object = "queue"},
    {.kind = Kind::kQueueDepth,
     .metric = "kafka_consumergroup_lag",
     .object = "consumergroup topic"},

    {.kind = Kind::kStartTime,
     .metric = "container_start_time_seconds",
     .where = kPodContainer,
     .object = kPod,
     .fold = kMax},
    {.kind = Kind::kStartTime, .metric = "process_start_time_seconds", .of = kOwn, .fold = kMax},
    {.kind = Kind::kStartTime, .metric = "pg_postmaster_start_time_seconds", .fold = kMax},
};

constexpr std::string_view kMarks[] = {"pg_up",    "pgbouncer_up",  "redis_up",
                                       "mysql_up", "kafka_brokers", "node_uname_info"};

struct Words {
  SignalKind kind;
  std::string_view name;
  std::string_view unit;
};

// In the order of the enumerators.
constexpr Words kWords[] = {{Kind::kCpu, "CPU", "cores"},
                            {Kind::kCpuLimit, "CPU limit", "cores"},
                            {Kind::kCpuThrottled, "CPU throttled", "s/s"},
                            {Kind::kThrottledPeriods, "throttled periods", "share"},
                            {Kind::kMemory, "memory", "bytes"},
                            {Kind::kMemoryLimit, "memory limit", "bytes"},
                            {Kind::kOutOfMemory, "out-of-memory kills", "kills"},
                            {Kind::kPoolBusy, "pool busy", "connections"},
                            {Kind::kPoolMax, "pool size", "connections"},
                            {Kind::kPoolWaiting, "pool waiting", "callers"},
                            {Kind::kPoolWait, "pool wait", "s"},
                            {Kind::kPoolWaitLoad, "pool wait load", "s/s"},
                            {Kind::kPoolTimeouts, "pool timeouts", "1/s"},
                            {Kind::kWorkersBusy, "workers busy", "threads"},
                            {Kind::kWorkersMax, "workers", "threads"},
                            {Kind::kWorkersQueued, "workers' queue", "requests"},
                            {Kind::kGcPause, "GC pause", "s/s"},
                            {Kind::kGcCount, "GC runs", "1/s"},
                            {Kind::kRequests, "requests", "1/s"},
                            {Kind::kRequestTime, "request time", "s"},
                            {Kind::kRequestErrors, "request errors", "1/s"},
                            {Kind::kConnections, "connections", "connections"},
                            {Kind::kConnectionsMax, "connection limit", "connections"},
                            {Kind::kTransactions, "transactions", "1/s"},
                            {Kind::kLongestTransaction, "longest transaction", "s"},
                            {Kind::kDeadlocks, "deadlocks", "1/s"},
                            {Kind::kReplicaLag, "replica lag", "s"},
                            {Kind::kQueueDepth, "queue depth", "messages"},
                            {Kind::kStartTime, "start time", "s since 1970"}};

constexpr const Words& words(SignalKind kind) {
  return kWords[static_cast<std::size_t>(kind)];
}

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    if (static_cast<std::size_t>(kWords[i].kind) != i) return false;
  }
  return std::size(kWords) == static_cast<std::size_t>(SignalKind::kStartTime) + 1;
}
static_assert(is_in_order());

}  // namespace

std::span<const SignalRow> signal_table() {
  return kRows;
}

std::span<const std::string_view> exporter_marks() {
  return kMarks;
}

std::string_view to_string(SignalKind kind) {
  return words(kind).name;
}

std::string_view unit_of(SignalKind kind) {
  return words(kind).unit;
}

}  // namespace proofload::observe
