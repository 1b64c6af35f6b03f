#include "observe/postgres.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

namespace proofload::observe {
namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Finish>;

// libpq's messages end in line breaks, and name host, port and user, never the password.
Error failure(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  while (message.ends_with(' ')) message.pop_back();
  return Error(ErrorKind::kNetwork, message.empty() ? "the database does not answer" : message)
      .with_hint("check the connection string, pg_hba.conf and that the server runs");
}

Error too_late(Duration timeout) {
  return failure(fmt::format("no answer within {:.1f} s", to_seconds(timeout)));
}

// False at the deadline.
bool wait_for(PGconn* connection, short events, TimePoint deadline) {
  pollfd wanted{.fd = PQsocket(connection), .events = events, .revents = 0};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now()).count();
    if (left <= 0) return false;
    const int ready = ::poll(&wanted, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Result<Connection> connect(const std::string& dsn, TimePoint deadline, Duration timeout) {
  Connection connection(PQconnectStart(dsn.c_str()));
  if (!connection || PQstatus(connection.get()) == CONNECTION_BAD) {
    return failure(connection ? PQerrorMessage(connection.get()) : "out of memory");
  }
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(connection.get(), events, deadline)) return too_late(timeout);
    state = PQconnectPoll(connection.get());
    if (state == PGRES_POLLING_FAILED) return failure(PQerrorMessage(connection.get()));
  }
  return connection;
}

Result<QueryResult> ask(PGconn* connection, const std::string& sql, TimePoint deadline,
                        Duration timeout) {
  if (PQsendQuery(connection, sql.c_str()) == 0) return failure(PQerrorMessage(connection));
  QueryResult result;
  while (true) {
    while (PQisBusy(connection) != 0) {
      if (!wait_for(connection, POLLIN, deadline)) return too_late(timeout);
      if (PQconsumeInput(connection) == 0) return failure(PQerrorMessage(connection));
    }
    const Answer answer(PQgetResult(connection));
    if (!answer) return result;
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_COMMAND_OK) continue;
    if (status != PGRES_TUPLES_OK) return failure(PQresultErrorMessage(answer.get()));
    const int columns = PQnfields(answer.get());
    result = {};
    for (int i = 0; i < columns; ++i) result.columns.emplace_back(PQfname(answer.get(), i));
    for (int row = 0; row < PQntuples(answer.get()); ++row) {
      std::vector<std::string>& values = result.rows.emplace_back();
      for (int i = 0; i < columns; ++i) values.emplace_back(PQgetvalue(answer.get(), row, i));
    }
  }
}

}  // namespace

std::string QueryResult::value() const {
  return rows.empty() || rows.front().empty() ? std::string() : rows.front().front();
}

Result<QueryResult> query(const std::string& dsn, const std::string& sql, Duration timeout,
                          bool is_console) {
  const TimePoint deadline = monotonic_now() + timeout;
  const Connection connection = PL_TRY(connect(dsn, deadline, timeout));
  if (!is_console) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
    PL_TRY(ask(connection.get(),
               fmt::format("BEGIN READ ONLY; SET LOCAL statement_timeout = {}", ms), deadline,
               timeout));
  }
  return ask(connection.get(), sql, deadline, timeout);
}

}  // namespace proofload::observe
