// One question to a PostgreSQL server, or to pgbouncer's console.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace proofload::observe {

// Text as the server sends it; NULL is empty.
struct QueryResult {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  // The first row's first column; empty without one.
  std::string value() const;
};

// Blocks for `timeout` at most. Read-only: the transaction is, and `statement_timeout` is set; a
// console that knows neither (`is_console`) is asked as it is. `dsn` is a URI or libpq's
// key=value text. No password is in the error, whose kind is kNetwork.
Result<QueryResult> query(const std::string& dsn, const std::string& sql, Duration timeout,
                          bool is_console = false);

}  // namespace proofload::observe
