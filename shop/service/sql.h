// Statements of a service: its pool, with a span for the wait, one for each statement, metrics.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/service.h"
#include "storage/pool.h"

namespace proofload::shop {

// A statement's name for spans ("SELECT orders") and its text, which holds no values.
struct Statement {
  std::string_view name;
  std::string_view text;
};

using Parameters = std::vector<std::string>;

class Sql;

// One connection on loan, with or without a transaction.
class SqlSession {
 public:
  SqlSession(Sql& sql, Call& call, Pool::Lease lease)
      : sql_(sql), call_(call), lease_(std::move(lease)) {}

  DatabaseResult<Rows> execute(const Statement& statement, const Parameters& parameters = {});
  Pool::Lease& lease() { return lease_; }

 private:
  Sql& sql_;
  Call& call_;
  Pool::Lease lease_;
};

// Any thread.
class Sql {
 public:
  // `pool_name` labels the metrics: "rw" or "ro".
  Sql(Service& service, std::string pool_name, const PoolOptions& options);

  DatabaseResult<SqlSession> session(Call& call);
  // A session for one statement.
  DatabaseResult<Rows> execute(Call& call, const Statement& statement,
                               const Parameters& parameters = {});
  // BEGIN, `body`, COMMIT; ROLLBACK when the body fails. A kConflict is tried twice more.
  DatabaseResult<void> transaction(Call& call,
                                   const std::function<DatabaseResult<void>(SqlSession&)>& body);

  Pool& pool() { return pool_; }
  // For readiness: that the database does not answer, or nothing; without spans.
  std::optional<std::string> what_is_missing();

 private:
  friend class SqlSession;

  // As code that computes while its transaction is open.
  void hold() const;

  Service& service_;
  std::string name_;
  std::string namespace_;    // the database, as pgbouncer names it
  std::string_view system_;  // as OpenTelemetry names it
  std::atomic<int> hold_ms_ = 0;
  Pool pool_;
  prometheus::Histogram& wait_time_;
  Latencies durations_;
  prometheus::Counter& timeouts_;
};

// What a client is told when the database failed.
Reply database_problem(const DatabaseError& error);

}  // namespace proofload::shop
