// The shop's tables, as numbered migrations for PostgreSQL and SQLite.
#pragma once

#include "base/error.h"
#include "storage/database.h"

namespace proofload::shop {

// Tables without keys and indexes, which are faster to build on what is loaded. (SQLite's primary
// keys are there from the start: it cannot add one.)
inline constexpr int kTablesVersion = 1;
inline constexpr int kLatestVersion = 2;

// Applies what is missing up to `version`, each migration in a transaction of its own with its row
// in schema_migrations. `url` tells the dialect.
Result<void> migrate(Connection& connection, const std::string& url, int version);

// An Error for a person, with what the database said.
Error to_error(const DatabaseError& error);

}  // namespace proofload::shop
