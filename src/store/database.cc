#include "store/database.h"

#include <sqlite3.h>

namespace proofload::store {
namespace {

std::string hint_for(int code) {
  switch (code & 0xff) {  // the primary code
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return "make room on the disk, or choose another folder with --store";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return "check that the folder exists and may be written to";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "this file is damaged or none of ours: restore it from a copy, or leave it out";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process writes to it: wait for it to end";
    default:
      return {};
  }
}

Error make_error(sqlite3* database, const std::string& what) {
  return Error(ErrorKind::kUsage, what + ": " + sqlite3_errmsg(database))
      .with_hint(hint_for(sqlite3_extended_errcode(database)));
}

int size_of(std::string_view text) {
  return static_cast<int>(text.size());
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
  return *this;
}
Statement& Statement::bind(int index, double value) {
  sqlite3_bind_double(statement_.get(), index, value);
  return *this;
}
Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text(statement_.get(), index, text.data(), size_of(text), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind_bytes(int index, std::string_view bytes) {
  sqlite3_bind_blob(statement_.get(), index, bytes.data(), size_of(bytes), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = make_error(sqlite3_db_handle(statement_.get()), "the store");
  reset();
  return error;
}

Result<void> Statement::run() {
  PL_TRY(step());
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}
std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(size));
}

Result<Database> Database::open(const std::filesystem::path& file, Mode mode) {
  const int flags = mode == Mode::kCreate ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                    : mode == Mode::kOpen ? SQLITE_OPEN_READWRITE
                                          : SQLITE_OPEN_READONLY;
  Database database;
  database.file_ = file.string();
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(database.file_.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  database.database_.reset(handle);
  if (code != SQLITE_OK) return database.error("cannot open it");
  constexpr int kBusyMilliseconds = 2000;
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  return database;
}

Error Database::error(const std::string& what) const {
  return make_error(database_.get(), file_ + ": " + what);
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error("the store");
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  Statement statement;
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.data(), size_of(sql), &handle, nullptr) !=
      SQLITE_OK) {
    return error("the store");
  }
  statement.statement_.reset(handle);
  return statement;
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(database_.get());
}

}  // namespace proofload::store
