#include <cstdlib>

#include <libpq-fe.h>
#include <poll.h>

#include "base/clock.h"
#include "storage/open.h"

namespace proofload::shop {
namespace {

using Kind = DatabaseError::Kind;

// What COPY collects before it is sent.
constexpr std::size_t kCopyBufferBytes = 65'536;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, ClearResult>;

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ConnectionPointer = std::unique_ptr<PGconn, CloseConnection>;

// The classes of PostgreSQL's appendix "Error Codes".
Kind kind_of(std::string_view sqlstate) {
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P")) return Kind::kUnavailable;
  if (sqlstate == "53300") return Kind::kUnavailable;  // too many connections
  if (sqlstate == "57014" || sqlstate == "55P03") return Kind::kTimeout;
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "23505") return Kind::kConflict;
  return Kind::kRefused;
}

std::string trimmed(const char* message) {
  std::string text = message == nullptr ? "" : message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// `result` may be null: then libpq itself failed.
DatabaseError error_of(PGconn* connection, const PGresult* result) {
  DatabaseError error;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (state != nullptr) error.sqlstate = state;
  error.kind = kind_of(error.sqlstate);
  if (error.kind == Kind::kRefused && PQstatus(connection) != CONNECTION_OK) {
    error.kind = Kind::kUnavailable;
  }
  error.message = primary != nullptr ? primary : trimmed(PQerrorMessage(connection));
  return error;
}

bool is_success(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

std::int64_t affected_by(PGresult* result) {
  const std::string_view command = PQcmdStatus(result);
  if (!command.starts_with("INSERT") && !command.starts_with("UPDATE") &&
      !command.starts_with("DELETE") && !command.starts_with("MERGE")) {
    return 0;
  }
  return std::strtoll(PQcmdTuples(result), nullptr, 10);
}

Rows rows_of(PGresult* result) {
  const int rows = PQntuples(result);
  const int columns = PQnfields(result);
  std::vector<std::optional<std::string>> values;
  values.reserve(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) names.emplace_back(PQfname(result, column));
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        values.emplace_back();
      } else {
        values.emplace_back(std::in_place, PQgetvalue(result, row, column),
                            static_cast<std::size_t>(PQgetlength(result, row, column)));
      }
    }
  }
  return {std::move(names), std::move(values), affected_by(result)};
}

// COPY … FROM STDIN in text format: tabs between columns, \N for NULL.
class CopyLoad final : public BulkLoad {
 public:
  explicit CopyLoad(PGconn* connection) : connection_(connection) {}
  CopyLoad(const CopyLoad&) = delete;
  CopyLoad& operator=(const CopyLoad&) = delete;
  ~CopyLoad() override {
    if (is_open_) (void)end("given up");
  }

  void integer(std::int64_t value) override {
    begin_column();
    buffer_ += std::to_string(value);
  }

  void text(std::string_view value) override {
    begin_column();
    for (const char c : value) {
      if (c == '\\') {
        buffer_ += "\\\\";
      } else if (c == '\t') {
        buffer_ += "\\t";
      } else if (c == '\n') {
        buffer_ += "\\n";
      } else if (c == '\r') {
        buffer_ += "\\r";
      } else {
        buffer_ += c;
      }
    }
  }

  void null() override {
    begin_column();
    buffer_ += "\\N";
  }

  DatabaseResult<void> end_row() override {
    buffer_ += '\n';
    is_row_begun_ = false;
    return buffer_.size() < kCopyBufferBytes ? DatabaseResult<void>() : send();
  }

  DatabaseResult<void> finish() override {
    if (auto sent = send(); !sent) return sent;
    return end(nullptr);
  }

 private:
  void begin_column() {
    if (is_row_begun_) buffer_ += '\t';
    is_row_begun_ = true;
  }

  DatabaseResult<void> send() {
    const int length = static_cast<int>(buffer_.size());
    if (length > 0 && PQputCopyData(connection_, buffer_.data(), length) != 1) {
      return tl::unexpected(error_of(connection_, nullptr));
    }
    buffer_.clear();
    return {};
  }

  // `reason` makes the server forget the rows.
  DatabaseResult<void> end(const char* reason) {
    is_open_ = false;
    if (PQputCopyEnd(connection_, reason) != 1) {
      return tl::unexpected(error_of(connection_, nullptr));
    }
    DatabaseResult<void> outcome;
    while (const ResultPointer result{PQgetResult(connection_)}) {
      if (!is_success(result.get())) {
        outcome = tl::unexpected(error_of(connection_, result.get()));
      }
    }
    return outcome;
  }

  PGconn* connection_;
  std::string buffer_;
  bool is_row_begun_ = false;
  bool is_open_ = true;
};

class PostgresConnection final : public Connection {
 public:
  explicit PostgresConnection(ConnectionPointer connection) : connection_(std::move(connection)) {}

  DatabaseResult<Rows> execute(std::string_view sql,
                               std::span<const std::string> parameters) override {
    const std::string statement(sql);
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
    // Without parameters by the simple protocol, the only one of pgbouncer's console.
    const ResultPointer result(values.empty()
                                   ? PQexec(connection_.get(), statement.c_str())
                                   : PQexecParams(connection_.get(), statement.c_str(),
                                                  static_cast<int>(values.size()), nullptr,
                                                  values.data(), nullptr, nullptr, 0));
    if (!is_success(result.get())) {
      return tl::unexpected(error_of(connection_.get(), result.get()));
    }
    return rows_of(result.get());
  }

  DatabaseResult<std::unique_ptr<BulkLoad>> load(std::string_view target, LoadInto into) override {
    const std::string statement = "COPY " + std::string(target) + " FROM STDIN" +
                                  (into == LoadInto::kTruncated ? " (FREEZE)" : "");
    const ResultPointer result(PQexec(connection_.get(), statement.c_str()));
    if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
      return tl::unexpected(error_of(connection_.get(), result.get()));
    }
    return std::make_unique<CopyLoad>(connection_.get());
  }

  bool is_usable() const override {
    PGconn* connection = connection_.get();
    if (PQstatus(connection) != CONNECTION_OK) return false;
    // A server says nothing to an idle session but that it ends, and libpq reads that only later.
    pollfd idle{PQsocket(connection), POLLIN, 0};
    return PQtransactionStatus(connection) != PQTRANS_IDLE || poll(&idle, 1, 0) == 0;
  }

  bool is_in_transaction() const override {
    const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
  }

 private:
  ConnectionPointer connection_;
};

// Waits for what PQconnectPoll asked for; false when `deadline` has passed.
bool wait_for_socket(PGconn* connection, PostgresPollingStatusType wanted, TimePoint deadline) {
  pollfd socket{PQsocket(connection),
                static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now()).count();
  return left > 0 && poll(&socket, 1, static_cast<int>(left)) != 0;
}

}  // namespace

DatabaseResult<std::unique_ptr<Connection>> connect_postgres(const std::string& url,
                                                             int timeout_ms) {
  const TimePoint deadline = monotonic_now() + std::chrono::milliseconds(timeout_ms);
  ConnectionPointer connection(PQconnectStart(url.c_str()));
  PostgresPollingStatusType wanted =
      PQstatus(connection.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (wanted != PGRES_POLLING_OK && wanted != PGRES_POLLING_FAILED) {
    if (!wait_for_socket(connection.get(), wanted, deadline)) {
      return tl::unexpected(
          DatabaseError{Kind::kTimeout, "",
                        "no connection to the database in " + std::to_string(timeout_ms) + " ms"});
    }
    wanted = PQconnectPoll(connection.get());
  }
  if (wanted == PGRES_POLLING_FAILED) {
    // libpq keeps no sqlstate of a refused connection.
    return tl::unexpected(
        DatabaseError{Kind::kUnavailable, "", trimmed(PQerrorMessage(connection.get()))});
  }
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return std::make_unique<PostgresConnection>(std::move(connection));
}

}  // namespace proofload::shop
