#include "store/run_reader.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "store/schema.h"

namespace proofload::store {
namespace {

std::string text(const Statement& row, int column) {
  return std::string(row.bytes(column));
}
std::uint64_t count(const Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}
WallTime time(const Statement& row, int column) {
  return WallTime(Duration(row.integer(column)));
}

// `read` makes a value of each row.
template <class Value, class Read>
Result<std::vector<Value>> all_rows(Statement& statement, Read read) {
  std::vector<Value> values;
  while (PL_TRY(statement.step())) values.push_back(read(statement));
  return values;
}

evidence::Span span_of(const Statement& row) {
  evidence::Span span;
  span.trace_id = text(row, 0);
  span.span_id = text(row, 1);
  span.parent_id = text(row, 2);
  span.service = text(row, 3);
  span.instance = text(row, 4);
  span.version = text(row, 5);
  span.name = text(row, 6);
  span.kind = static_cast<evidence::Span::Kind>(row.integer(7));
  span.start = time(row, 8);
  span.took = Duration(row.integer(9));
  span.is_error = row.integer(10) != 0;
  span.error = text(row, 11);
  const Json attributes = Json::parse(row.bytes(12), nullptr, false);
  if (!attributes.is_object()) return span;
  for (const auto& [key, value] : attributes.items()) {
    if (value.is_string()) span.attributes.emplace_back(key, value.get<std::string>());
  }
  return span;
}

}  // namespace

Result<RunReader> RunReader::open(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "run.sqlite";
  if (!std::filesystem::exists(file)) {
    return Error(ErrorKind::kUsage, fmt::format("{}: no run there", folder.string()))
        .with_hint("`proofload runs list` shows those that are");
  }
  // Writable, since the first reader after a crash brings the log home.
  Database database = PL_TRY(Database::open(file, Database::Mode::kOpen));
  Statement mark = PL_TRY(database.prepare(
      "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version"));
  const bool has_row = PL_TRY(mark.step());
  if (!has_row || mark.integer(0) != kApplicationId) {
    return Error(ErrorKind::kUsage, fmt::format("{}: not a run of Proofload", file.string()));
  }
  if (mark.integer(1) != kSchemaVersion) {
    return Error(ErrorKind::kUsage, fmt::format("{}: version {} of the store, expected {}",
                                                file.string(), mark.integer(1), kSchemaVersion))
        .with_hint("read it with the Proofload that wrote it");
  }
  return RunReader(std::move(database));
}

Result<bool> RunReader::is_complete() {
  return PL_TRY(document("complete")).has_value();
}

Result<std::optional<std::string>> RunReader::document(std::string_view name) {
  Statement query = PL_TRY(database_.prepare("SELECT bytes FROM documents WHERE name = ?"));
  query.bind(1, name);
  std::optional<std::string> bytes;
  if (PL_TRY(query.step())) bytes = text(query, 0);
  return bytes;
}

Result<std::vector<EndpointSecond>> RunReader::endpoint_seconds(std::string_view profile) {
  Statement query = PL_TRY(
      database_.prepare("SELECT profile, endpoint, since_start, requests, failed, latencies"
                        " FROM endpoint_seconds WHERE profile = ? ORDER BY since_start, rowid"));
  query.bind(1, profile);
  return all_rows<EndpointSecond>(query, [](const Statement& row) {
    return EndpointSecond{.profile = text(row, 0),
                          .endpoint = text(row, 1),
                          .since_start = Duration(row.integer(2)),
                          .requests = count(row, 3),
                          .failed = count(row, 4),
                          .latencies = text(row, 5)};
  });
}

Result<std::vector<evidence::Second>> RunReader::seconds(std::string_view profile) {
  Statement query = PL_TRY(
      database_.prepare("SELECT since_start, requests, failed, dropped_iterations, vus, p50, p95,"
                        " p99 FROM seconds WHERE profile = ? ORDER BY since_start, rowid"));
  query.bind(1, profile);
  return all_rows<evidence::Second>(query, [](const Statement& row) {
    return evidence::Second{.since_start = Duration(row.integer(0)),
                            .requests = count(row, 1),
                            .failed = count(row, 2),
                            .dropped_iterations = count(row, 3),
                            .vus = row.integer(4),
                            .p50 = row.real(5),
                            .p95 = row.real(6),
                            .p99 = row.real(7)};
  });
}

Result<std::vector<evidence::Signal>> RunReader::signals() {
  Statement points =
      PL_TRY(database_.prepare("SELECT at, value FROM points WHERE signal = ? ORDER BY at"));
  Statement query = PL_TRY(database_.prepare(
      "SELECT id, component, name, object, instance, unit, source FROM signals ORDER BY id"));
  std::vector<evidence::Signal> signals;
  while (PL_TRY(query.step())) {
    evidence::Signal& signal = signals.emplace_back();
    signal.component = text(query, 1);
    signal.name = text(query, 2);
    signal.object = text(query, 3);
    signal.instance = text(query, 4);
    signal.unit = text(query, 5);
    signal.source = text(query, 6);
    points.reset();
    points.bind(1, query.integer(0));
    signal.points = PL_TRY(all_rows<evidence::Signal::Point>(points, [](const Statement& row) {
      return evidence::Signal::Point{time(row, 0), row.real(1)};
    }));
  }
  return signals;
}

Result<std::vector<evidence::Event>> RunReader::events() {
  Statement query =
      PL_TRY(database_.prepare("SELECT at, profile, text FROM events ORDER BY at, rowid"));
  return all_rows<evidence::Event>(query, [](const Statement& row) {
    return evidence::Event{time(row, 0), text(row, 1), text(row, 2)};
  });
}

Result<std::vector<evidence::Span>> RunReader::spans(WallTime from, WallTime to) {
  Statement query =
      PL_TRY(database_.prepare("SELECT * FROM spans WHERE at >= ? AND at < ? ORDER BY at, rowid"));
  query.bind(1, Duration(from.time_since_epoch()).count());
  query.bind(2, Duration(to.time_since_epoch()).count());
  return all_rows<evidence::Span>(query, span_of);
}

}  // namespace proofload::store
