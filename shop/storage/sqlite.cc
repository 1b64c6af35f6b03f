#include <charconv>

#include <sqlite3.h>

#include "storage/open.h"

namespace proofload::shop {
namespace {

using Kind = DatabaseError::Kind;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using DatabasePointer = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementPointer = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// With the sqlstates that PostgreSQL would give.
DatabaseError error_of(sqlite3* database) {
  DatabaseError error{Kind::kRefused, "", sqlite3_errmsg(database)};
  const int code = sqlite3_extended_errcode(database);
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    error.kind = Kind::kConflict;
    error.sqlstate = "23505";
  } else if (code == SQLITE_BUSY_SNAPSHOT) {
    error.kind = Kind::kConflict;
    error.sqlstate = "40001";
  } else if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
    error.kind = Kind::kTimeout;
    error.sqlstate = "55P03";
  } else if ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_IOERR) {
    error.kind = Kind::kUnavailable;
  } else if ((code & 0xff) == SQLITE_FULL) {
    error.sqlstate = "53100";
  }
  return error;
}

// `text` as an integer if it is written as SQLite itself would write one.
std::optional<std::int64_t> canonical_integer(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::to_string(number) == text ? std::optional(number) : std::nullopt;
}

// `$1` is a name to SQLite, numbered by its first appearance; a parameter that the statement does
// not use has none.
void bind(sqlite3_stmt* statement, std::span<const std::string> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = "$" + std::to_string(i + 1);
    const int index = sqlite3_bind_parameter_index(statement, name.c_str());
    if (index == 0) continue;
    // An expression has no affinity, so 3 < '2' there: numbers go as numbers. A text column turns
    // them back.
    if (const auto number = canonical_integer(parameters[i])) {
      sqlite3_bind_int64(statement, index, *number);
    } else {
      sqlite3_bind_text64(statement, index, parameters[i].data(), parameters[i].size(),
                          SQLITE_STATIC, SQLITE_UTF8);
    }
  }
}

void append_row(sqlite3_stmt* statement, std::vector<std::optional<std::string>>& values) {
  const int columns = sqlite3_column_count(statement);
  for (int column = 0; column < columns; ++column) {
    const unsigned char* text = sqlite3_column_text(statement, column);
    if (text == nullptr) {
      values.emplace_back();
    } else {
      values.emplace_back(std::in_place, reinterpret_cast<const char*>(text),
                          static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
  }
}

class InsertLoad final : public BulkLoad {
 public:
  InsertLoad(sqlite3* database, StatementPointer statement)
      : database_(database), statement_(std::move(statement)) {}

  void integer(std::int64_t value) override {
    sqlite3_bind_int64(statement_.get(), ++column_, value);
  }
  void text(std::string_view value) override {
    sqlite3_bind_text64(statement_.get(), ++column_, value.data(), value.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  }
  void null() override { sqlite3_bind_null(statement_.get(), ++column_); }

  DatabaseResult<void> end_row() override {
    column_ = 0;
    const int code = sqlite3_step(statement_.get());
    sqlite3_reset(statement_.get());
    if (code != SQLITE_DONE) return tl::unexpected(error_of(database_));
    return {};
  }
  DatabaseResult<void> finish() override { return {}; }

 private:
  sqlite3* database_;
  StatementPointer statement_;
  int column_ = 0;
};

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(DatabasePointer database) : database_(std::move(database)) {}

  DatabaseResult<Rows> execute(std::string_view sql,
                               std::span<const std::string> parameters) override {
    auto statement = prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    bind(statement->get(), parameters);
    const int total_before = sqlite3_total_changes(database_.get());
    std::vector<std::optional<std::string>> values;
    int code = sqlite3_step(statement->get());
    for (; code == SQLITE_ROW; code = sqlite3_step(statement->get())) {
      append_row(statement->get(), values);
    }
    if (code != SQLITE_DONE) return tl::unexpected(error_of(database_.get()));
    // sqlite3_changes() keeps the number of an earlier statement when this one changes no row.
    const bool has_changed = sqlite3_total_changes(database_.get()) != total_before;
    const int columns = sqlite3_column_count(statement->get());
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) {
      names.emplace_back(sqlite3_column_name(statement->get(), i));
    }
    return Rows(std::move(names), std::move(values),
                has_changed ? sqlite3_changes(database_.get()) : 0);
  }

  DatabaseResult<std::unique_ptr<BulkLoad>> load(std::string_view target, LoadInto) override {
    std::string values = "?";
    for (const char c : target) {
      if (c == ',') values += ",?";
    }
    auto statement = prepare("INSERT INTO " + std::string(target) + " VALUES (" + values + ")");
    if (!statement) return tl::unexpected(statement.error());
    return std::make_unique<InsertLoad>(database_.get(), *std::move(statement));
  }

  bool is_usable() const override { return true; }
  bool is_in_transaction() const override { return sqlite3_get_autocommit(database_.get()) == 0; }

 private:
  DatabaseResult<StatementPointer> prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int code =
        sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &rest);
    StatementPointer statement(raw);
    if (code != SQLITE_OK) return tl::unexpected(error_of(database_.get()));
    const std::string_view tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
    if (statement == nullptr || tail.find_first_not_of(" \n\t;") != std::string_view::npos) {
      return tl::unexpected(DatabaseError{Kind::kRefused, "42601", "not one single command"});
    }
    return statement;
  }

  DatabasePointer database_;
};

}  // namespace

DatabaseResult<std::unique_ptr<Connection>> connect_sqlite(const std::string& path,
                                                           int timeout_ms) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  DatabasePointer database(raw);
  if (code != SQLITE_OK) {
    return tl::unexpected(DatabaseError{Kind::kUnavailable, "", sqlite3_errmsg(raw)});
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, timeout_ms);
  sqlite3_create_function(
      raw, "now", 0, SQLITE_UTF8, nullptr,
      [](sqlite3_context* context, int, sqlite3_value**) {
        sqlite3* owner = sqlite3_context_db_handle(context);
        sqlite3_stmt* clock = nullptr;
        sqlite3_prepare_v2(owner, "SELECT strftime('%Y-%m-%d %H:%M:%f+00', 'now')", -1, &clock,
                           nullptr);
        const StatementPointer statement(clock);
        if (sqlite3_step(clock) == SQLITE_ROW) {
          sqlite3_result_value(context, sqlite3_column_value(clock, 0));
        }
      },
      nullptr, nullptr);
  auto connection = std::make_unique<SqliteConnection>(std::move(database));
  for (const char* pragma :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON"}) {
    if (auto done = connection->execute(pragma, {}); !done) return tl::unexpected(done.error());
  }
  return connection;
}

}  // namespace proofload::shop
