// What connect() chooses from: one function for each database library.
#pragma once

#include <memory>
#include <string>

#include "storage/database.h"

namespace proofload::shop {

DatabaseResult<std::unique_ptr<Connection>> connect_postgres(const std::string& url,
                                                             int timeout_ms);
// `timeout_ms` is also how long a statement waits for another connection's lock.
DatabaseResult<std::unique_ptr<Connection>> connect_sqlite(const std::string& path, int timeout_ms);

}  // namespace proofload::shop
