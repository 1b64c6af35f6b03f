// SQLite, as far as a run's store needs it: https://www.sqlite.org/c3ref/intro.html
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace proofload::store {

// A prepared statement of a Database, which must outlive it. Of the database's thread.
class Statement {
 public:
  // Parameters are counted from 1. Texts may hold any bytes; they are copied.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);
  Statement& bind_bytes(int index, std::string_view bytes);

  // True while there is a row to read, false at the end.
  Result<bool> step();
  // Runs a statement without rows, and makes it ready for other values.
  Result<void> run();
  void reset();

  // Of the row, counted from 0; views are valid until the next step.
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection, of one thread at a time. Errors are ErrorKind::kUsage, name the file, and say
// what to do about a full disk, a file that is none of ours, missing rights.
class Database {
 public:
  enum class Mode : std::uint8_t { kCreate, kOpen, kReadOnly };
  static Result<Database> open(const std::filesystem::path& file, Mode mode);

  // One or more statements without parameters.
  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  std::int64_t last_row() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Error error(const std::string& what) const;

  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

}  // namespace proofload::store
