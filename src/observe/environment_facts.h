// Facts of an environment from its databases, its flag services and the way to it.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "evidence/facts.h"

namespace proofload::observe {

// db_version, db_size (bytes), db_rows (the planner's estimate of each table, the 200 largest),
// db_settings (those that decide how fast it is). `subject` stands before the name of a setting or
// table; empty with one database. Blocks for three times `timeout` at most; errors are kNetwork.
Result<void> add_postgres_facts(const std::string& dsn, const std::string& subject,
                                Duration timeout, evidence::Facts& facts);

// Kind `flags`: nested objects as `a.b`, objects in lists by their `name` or `key`.
void add_flags(const Json& flags, evidence::Facts& facts);

// The median of 20 TCP handshakes, of which two may be lost: the round trip without the service's
// own work. Blocks for `timeout` for each at most.
Result<Duration> connect_time(const std::string& host, const std::string& port, Duration timeout);

}  // namespace proofload::observe
