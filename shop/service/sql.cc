#include "service/sql.h"

#include <thread>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "telemetry/log.h"

namespace proofload::shop {
namespace {

constexpr int kConflictTries = 3;
constexpr Statement kBegin{"BEGIN", "BEGIN"};
constexpr Statement kCommit{"COMMIT", "COMMIT"};
constexpr Statement kRollback{"ROLLBACK", "ROLLBACK"};

}  // namespace

Sql::Sql(Service& service, std::string pool_name, const PoolOptions& options)
    : service_(service),
      name_(std::move(pool_name)),
      namespace_("shop_" + name_),
      system_(is_sqlite(options.url) ? "sqlite" : "postgresql"),
      pool_(options),
      wait_time_(prometheus::BuildHistogram()
                     .Name("db_client_connection_wait_time_seconds")
                     .Help("Until a connection of the pool was free")
                     .Register(service.metrics().registry())
                     .Add({{"pool_name", name_}}, latency_buckets())),
      durations_(service.metrics(), "db_client_operation_duration_seconds", "One statement",
                 {"db_query_summary", "pool_name"}),
      timeouts_(prometheus::BuildCounter()
                    .Name("db_client_connection_timeouts_total")
                    .Help("Waits for a connection that were given up")
                    .Register(service.metrics().registry())
                    .Add({{"pool_name", name_}})) {
  service.knobs().add("pool_" + name_, options.size,
                      [this](double size) { pool_.resize(static_cast<int>(size)); });
  service.knobs().add("hold_ms_" + name_, 0,
                      [this](double value) { hold_ms_ = static_cast<int>(value); });
  const auto gauge = [&](const char* name, const char* help, Labels labels, auto read) {
    labels.emplace("pool_name", name_);
    service.metrics().add(Metrics::Kind::kGauge, name, help, std::move(labels),
                          [this, read] { return static_cast<double>(read(pool_.stats())); });
  };
  gauge("db_client_connection_count", "Connections of the pool", {{"state", "used"}},
        [](const PoolStats& stats) { return stats.in_use; });
  gauge("db_client_connection_count", "Connections of the pool", {{"state", "idle"}},
        [](const PoolStats& stats) { return stats.idle; });
  gauge("db_client_connection_max", "Most connections", {},
        [](const PoolStats& stats) { return stats.size; });
  gauge("db_client_connection_pending_requests", "Callers that wait for a connection", {},
        [](const PoolStats& stats) { return stats.waiting; });
}

DatabaseResult<SqlSession> Sql::session(Call& call) {
  const TimePoint start = monotonic_now();
  Span span(call.span, "pool.acquire " + name_);
  DatabaseResult<Pool::Lease> lease = pool_.acquire();
  wait_time_.Observe(to_seconds(monotonic_now() - start));
  if (!lease) {
    span.fail(lease.error().message);
    if (lease.error().kind == DatabaseError::Kind::kTimeout) timeouts_.Increment();
    return tl::unexpected(lease.error());
  }
  return SqlSession(*this, call, std::move(*lease));
}

DatabaseResult<Rows> SqlSession::execute(const Statement& statement, const Parameters& parameters) {
  Span span(call_.span, statement.name, Span::Kind::kClient);
  span.set("db.system.name", sql_.system_);
  span.set("db.namespace", sql_.namespace_);
  span.set("db.query.text", statement.text);
  span.set("db.query.summary", statement.name);
  const TimePoint start = monotonic_now();
  DatabaseResult<Rows> rows = lease_->execute(statement.text, parameters);
  sql_.durations_.observe(to_seconds(monotonic_now() - start), {statement.name, sql_.name_});
  if (!rows) {
    span.fail(rows.error().message);
    if (!rows.error().sqlstate.empty()) span.set("db.response.status_code", rows.error().sqlstate);
    log_line("warning", "a statement failed",
             {{"statement", std::string(statement.name)},
              {"sqlstate", rows.error().sqlstate},
              {"reason", rows.error().message}},
             &span);
  }
  return rows;
}

DatabaseResult<Rows> Sql::execute(Call& call, const Statement& statement,
                                  const Parameters& parameters) {
  auto opened = session(call);
  if (!opened) return tl::unexpected(opened.error());
  if (hold_ms_ == 0) return opened->execute(statement, parameters);
  if (auto begun = opened->execute(kBegin); !begun) return begun;
  DatabaseResult<Rows> rows = opened->execute(statement, parameters);
  if (!rows) return rows;  // the lease rolls back
  hold();
  if (auto committed = opened->execute(kCommit); !committed) return committed;
  return rows;
}

void Sql::hold() const {
  if (const int hold = hold_ms_; hold > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(hold));
  }
}

DatabaseResult<void> Sql::transaction(
    Call& call, const std::function<DatabaseResult<void>(SqlSession&)>& body) {
  DatabaseResult<void> result;
  for (int tried = 0; tried < kConflictTries; ++tried) {
    auto opened = session(call);
    if (!opened) return tl::unexpected(opened.error());
    const auto begun = opened->execute(kBegin);
    if (!begun) return tl::unexpected(begun.error());
    result = body(*opened);
    if (result) {
      hold();
      const auto committed = opened->execute(kCommit);
      if (committed) return {};
      result = tl::unexpected(committed.error());
    } else {
      // Whether it works or not, the connection is given back clean or thrown away.
      static_cast<void>(opened->execute(kRollback));
    }
    if (result.error().kind != DatabaseError::Kind::kConflict) break;
  }
  return result;
}

std::optional<std::string> Sql::what_is_missing() {
  const auto lease = pool_.acquire();
  if (lease && (*lease)->execute("SELECT 1")) return std::nullopt;
  return "the database " + namespace_ + " does not answer";
}

Reply database_problem(const DatabaseError& error) {
  using Kind = DatabaseError::Kind;
  switch (error.kind) {
    case Kind::kUnavailable:
      return problem(503, "database_unavailable", "the database cannot be reached");
    case Kind::kTimeout:
      return problem(503, "database_timeout", "the database took too long");
    case Kind::kConflict:
      return problem(409, "conflict", "somebody changed the same thing; try again");
    case Kind::kRefused:
      break;
  }
  return problem(500, "database", "the database refused the statement");
}

}  // namespace proofload::shop
