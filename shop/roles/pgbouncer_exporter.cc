// pgbouncer's numbers for Prometheus, under the names of the community's exporter (the packaged
// one does not work with this version). Reads the admin console:
// https://www.pgbouncer.org/usage.html
#include <map>
#include <mutex>

#include "roles/role.h"
#include "storage/database.h"

namespace proofload::shop {
namespace {

using Kind = Metrics::Kind;

struct Column {
  const char* column;  // of the console's answer
  const char* metric;
  const char* help;
  Kind kind;
  double scale = 1;
};

constexpr double kMicrosecond = 1e-6;

constexpr Column kPools[] = {
    {"cl_active", "pgbouncer_pools_client_active_connections", "Clients with a server",
     Kind::kGauge},
    {"cl_waiting", "pgbouncer_pools_client_waiting_connections", "Clients that wait", Kind::kGauge},
    {"sv_active", "pgbouncer_pools_server_active_connections", "Servers in use", Kind::kGauge},
    {"sv_idle", "pgbouncer_pools_server_idle_connections", "Servers that are free", Kind::kGauge},
    {"sv_used", "pgbouncer_pools_server_used_connections", "Servers idle for long", Kind::kGauge},
    {"sv_login", "pgbouncer_pools_server_login_connections", "Servers logging in", Kind::kGauge},
    {"maxwait", "pgbouncer_pools_client_maxwait_seconds", "Age of the oldest wait", Kind::kGauge}};
constexpr Column kStats[] = {
    {"total_query_count", "pgbouncer_stats_queries_pooled_total", "Statements", Kind::kCounter},
    {"total_xact_count", "pgbouncer_stats_sql_transactions_pooled_total", "Transactions",
     Kind::kCounter},
    {"total_query_time", "pgbouncer_stats_queries_duration_seconds_total", "Time in statements",
     Kind::kCounter, kMicrosecond},
    {"total_xact_time", "pgbouncer_stats_server_in_transaction_seconds_total",
     "Time in transactions", Kind::kCounter, kMicrosecond},
    {"total_wait_time", "pgbouncer_stats_client_wait_seconds_total", "Time clients waited",
     Kind::kCounter, kMicrosecond}};
constexpr Column kDatabases[] = {
    {"pool_size", "pgbouncer_databases_pool_size", "Most servers", Kind::kGauge},
    {"current_connections", "pgbouncer_databases_current_connections", "Servers", Kind::kGauge}};

// Asks once for all series of a scrape.
class PgbouncerExporter final : public Role {
 public:
  PgbouncerExporter(Service& service, const ShopConfig& config) : url_(config.console_url) {
    for (const char* database : {"shop_rw", "shop_ro"}) {
      for (const Column& column : kPools) add(service, "SHOW POOLS", column, database);
      for (const Column& column : kStats) add(service, "SHOW STATS", column, database);
      for (const Column& column : kDatabases) add(service, "SHOW DATABASES", column, database);
    }
    service.metrics().add(Kind::kGauge, "pgbouncer_up", "Whether the console answers", {},
                          [this] { return answer("SHOW POOLS").empty() ? 0 : 1; });
  }

 private:
  // {database: {column: value}}
  using Answer = std::map<std::string, std::map<std::string, double>>;

  void add(Service& service, const char* command, const Column& column, const char* database) {
    service.metrics().add(column.kind, column.metric, column.help, {{"database", database}},
                          [this, command, column, database] {
                            Answer rows = answer(command);
                            return rows[database][column.column] * column.scale;
                          });
  }

  Answer answer(const std::string& command) {
    const std::lock_guard lock(mutex_);
    Known& known = known_[command];
    constexpr std::chrono::milliseconds kFresh(200);
    if (monotonic_now() - known.at < kFresh) return known.answer;
    known = {monotonic_now(), ask(command)};
    return known.answer;
  }

  Answer ask(const std::string& command) {
    if (!connection_ || !connection_->is_usable()) {
      auto opened = connect(url_, 1000);
      if (!opened) return {};
      connection_ = std::move(*opened);
    }
    const auto rows = connection_->execute(command);
    if (!rows) return {};
    Answer answer;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      // SHOW DATABASES calls its first column "name", the others "database".
      auto& values = answer[rows->text(row, 0)];
      for (std::size_t column = 1; column < rows->columns().size(); ++column) {
        values[rows->columns()[column]] += std::strtod(rows->text(row, column).c_str(), nullptr);
      }
    }
    return answer;
  }

  struct Known {
    TimePoint at{};
    Answer answer;
  };

  std::string url_;
  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
  std::map<std::string, Known> known_;
};

}  // namespace

std::unique_ptr<Role> make_pgbouncer_exporter(Service& service, const ShopConfig& config) {
  return std::make_unique<PgbouncerExporter>(service, config);
}

}  // namespace proofload::shop
