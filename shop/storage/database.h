// A connection to the shop's database: PostgreSQL, or SQLite where that is missing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace proofload::shop {

struct DatabaseError {
  enum class Kind : std::uint8_t {
    kUnavailable,  // no connection, or it broke; the next try may have a new one
    kTimeout,      // waited too long: for a connection of the pool, a lock, the statement
    kConflict,     // serialization, deadlock, unique key: the transaction may be tried again
    kRefused       // anything else the database said
  };

  Kind kind = Kind::kRefused;
  std::string sqlstate;  // five characters, or empty
  std::string message;
};

template <class T>
using DatabaseResult = tl::expected<T, DatabaseError>;

// What a statement returned, as text; columns count from 0. Owns its values.
class Rows {
 public:
  Rows(std::vector<std::string> columns, std::vector<std::optional<std::string>> values,
       std::int64_t affected)
      : columns_(std::move(columns)), values_(std::move(values)), affected_(affected) {}

  const std::vector<std::string>& columns() const { return columns_; }  // their names
  std::size_t size() const { return columns_.empty() ? 0 : values_.size() / columns_.size(); }
  bool empty() const { return size() == 0; }
  // Rows that an INSERT, UPDATE or DELETE changed.
  std::int64_t affected() const { return affected_; }

  bool is_null(std::size_t row, std::size_t column) const { return !at(row, column); }
  // Empty for NULL.
  const std::string& text(std::size_t row, std::size_t column) const;
  // 0 for NULL or what is no integer.
  std::int64_t integer(std::size_t row, std::size_t column) const;

 private:
  const std::optional<std::string>& at(std::size_t row, std::size_t column) const {
    return values_[row * columns_.size() + column];
  }

  std::vector<std::string> columns_;
  std::vector<std::optional<std::string>> values_;
  std::int64_t affected_;
};

enum class LoadInto : std::uint8_t { kAny, kTruncated };

// Appends rows to one table as fast as the database can: COPY, or a prepared INSERT. Give each row
// its columns in order, then end_row(). Thrown away before finish(), it leaves no row (on SQLite:
// those of the open transaction). While it lives its connection does nothing else.
class BulkLoad {
 public:
  virtual ~BulkLoad() = default;
  virtual void integer(std::int64_t value) = 0;
  virtual void text(std::string_view value) = 0;
  virtual void null() = 0;
  virtual DatabaseResult<void> end_row() = 0;
  virtual DatabaseResult<void> finish() = 0;
};

// One thread at a time. A statement is one command; it uses $1, $2, … for parameters, which are
// sent beside the text (nothing is prepared: pgbouncer may give each transaction another server).
// Transactions are BEGIN, COMMIT and ROLLBACK by execute().
class Connection {
 public:
  virtual ~Connection() = default;
  virtual DatabaseResult<Rows> execute(std::string_view sql,
                                       std::span<const std::string> parameters = {}) = 0;
  // `target` is the table with its columns in brackets: `users (id, email)`. kTruncated promises
  // that this transaction has emptied or created the table: then no row needs a VACUUM.
  virtual DatabaseResult<std::unique_ptr<BulkLoad>> load(std::string_view target,
                                                         LoadInto into = LoadInto::kAny) = 0;
  // False after the connection broke, also while it was idle: throw it away.
  virtual bool is_usable() const = 0;
  virtual bool is_in_transaction() const = 0;
};

// Whether `url` names a SQLite file. There a text of digits is given to the statement as an
// integer, and now() exists as in PostgreSQL; else the SQL must suit both.
bool is_sqlite(std::string_view url);

// `url` is a libpq connection string or URI, or `sqlite:PATH`. Blocks up to `timeout_ms`.
DatabaseResult<std::unique_ptr<Connection>> connect(const std::string& url, int timeout_ms);

}  // namespace proofload::shop
