#include "storage/database.h"

#include <charconv>

#include "storage/open.h"

namespace proofload::shop {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";
const std::string kEmpty;

}  // namespace

const std::string& Rows::text(std::size_t row, std::size_t column) const {
  const auto& value = at(row, column);
  return value ? *value : kEmpty;
}

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
  const std::string& value = text(row, column);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
  return failure == std::errc() && end == value.data() + value.size() ? number : 0;
}

bool is_sqlite(std::string_view url) {
  return url.starts_with(kSqliteScheme);
}

DatabaseResult<std::unique_ptr<Connection>> connect(const std::string& url, int timeout_ms) {
  if (is_sqlite(url)) return connect_sqlite(url.substr(kSqliteScheme.size()), timeout_ms);
  return connect_postgres(url, timeout_ms);
}

}  // namespace proofload::shop
