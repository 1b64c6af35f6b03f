#include "store/run_writer.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "store/database.h"
#include "store/schema.h"

namespace proofload::store {
namespace {

constexpr std::chrono::milliseconds kInterval(250);
constexpr std::size_t kRowsMax = 200'000;  // queued; a busy second has some thousand

std::int64_t nanoseconds(WallTime at) {
  return std::chrono::duration_cast<Duration>(at.time_since_epoch()).count();
}

// SQLite's integers are signed.
std::int64_t count(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::string attributes_json(const evidence::Span& span) {
  Json object = Json::object();
  for (const auto& [key, value] : span.attributes) object[key] = value;
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_run_id(const std::string& id) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  constexpr std::size_t kLongest = 128;
  return !id.empty() && id.size() <= kLongest && id.front() != '.' &&
         id.find_first_not_of(kAllowed) == std::string::npos;
}

}  // namespace

Result<std::filesystem::path> create_run_folder(const std::filesystem::path& root,
                                                const std::string& id) {
  if (!is_run_id(id)) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' cannot name a run", id))
        .with_hint("use letters, digits, '-', '_' and '.'");
  }
  const std::filesystem::path folder = root / "runs" / id;
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (!error && std::filesystem::create_directory(folder, error)) return folder;
  if (!error) {
    return Error(ErrorKind::kUsage, fmt::format("{}: this run exists", folder.string()))
        .with_hint("give the new run another id, or remove the old one");
  }
  return Error(ErrorKind::kUsage, fmt::format("{}: {}", folder.string(), error.message()))
      .with_hint("choose a folder that may be written to with --store");
}

// The prepared statements, and what is known of signals.
class RunWriter::Tables {
 public:
  static Result<std::unique_ptr<Tables>> create(const std::filesystem::path& file) {
    if (std::filesystem::exists(file)) {
      return Error(ErrorKind::kUsage, fmt::format("{}: holds a run already", file.string()));
    }
    std::unique_ptr<Tables> tables(
        new Tables(PL_TRY(Database::open(file, Database::Mode::kCreate))));
    PL_TRY(tables->set_up());
    return tables;
  }

  Result<void> write(const std::vector<Row>& rows) {
    PL_TRY(database_.execute("BEGIN"));
    for (const Row& row : rows) {
      auto result = std::visit([this](const auto& one) { return insert(one); }, row);
      if (result) continue;
      static_cast<void>(database_.execute("ROLLBACK"));
      return result;
    }
    return database_.execute("COMMIT");
  }

 private:
  explicit Tables(Database database) : database_(std::move(database)) {}

  Result<void> set_up() {
    // In WAL, NORMAL loses nothing when the process dies.
    PL_TRY(database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"));
    PL_TRY(database_.execute(
        fmt::format("BEGIN; PRAGMA application_id = {}; PRAGMA user_version = {}; {} COMMIT",
                    kApplicationId, kSchemaVersion, kSchema)));
    endpoint_second_ =
        PL_TRY(database_.prepare("INSERT INTO endpoint_seconds VALUES (?, ?, ?, ?, ?, ?)"));
    second_ = PL_TRY(database_.prepare("INSERT INTO seconds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    signal_ = PL_TRY(database_.prepare("INSERT INTO signals VALUES (NULL, ?, ?, ?, ?, ?, ?)"));
    point_ = PL_TRY(database_.prepare("INSERT OR IGNORE INTO points VALUES (?, ?, ?)"));
    span_ = PL_TRY(
        database_.prepare("INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    event_ = PL_TRY(database_.prepare("INSERT INTO events VALUES (?, ?, ?)"));
    document_ = PL_TRY(database_.prepare("INSERT OR REPLACE INTO documents VALUES (?, ?)"));
    return {};
  }

  Result<void> insert(const EndpointSecond& row) {
    endpoint_second_.bind(1, row.profile).bind(2, row.endpoint).bind(3, row.since_start.count());
    endpoint_second_.bind(4, count(row.requests)).bind(5, count(row.failed));
    return endpoint_second_.bind_bytes(6, row.latencies).run();
  }

  Result<void> insert(const ProfileSecond& row) {
    const evidence::Second& second = row.second;
    second_.bind(1, row.profile).bind(2, second.since_start.count());
    second_.bind(3, count(second.requests)).bind(4, count(second.failed));
    second_.bind(5, count(second.dropped_iterations)).bind(6, second.vus);
    return second_.bind(7, second.p50).bind(8, second.p95).bind(9, second.p99).run();
  }

  Result<void> insert(const evidence::Signal& signal) {
    const std::int64_t id = PL_TRY(signal_id(signal));
    for (const auto& point : signal.points) {
      PL_TRY(point_.bind(1, id).bind(2, nanoseconds(point.at)).bind(3, point.value).run());
    }
    return {};
  }

  Result<std::int64_t> signal_id(const evidence::Signal& signal) {
    std::tuple key(signal.component, signal.name, signal.object, signal.instance);
    if (const auto found = ids_.find(key); found != ids_.end()) return found->second;
    signal_.bind(1, signal.component).bind(2, signal.name).bind(3, signal.object);
    PL_TRY(signal_.bind(4, signal.instance).bind(5, signal.unit).bind(6, signal.source).run());
    return ids_[std::move(key)] = database_.last_row();
  }

  Result<void> insert(const evidence::Span& span) {
    span_.bind(1, span.trace_id).bind(2, span.span_id).bind(3, span.parent_id);
    span_.bind(4, span.service).bind(5, span.instance).bind(6, span.version).bind(7, span.name);
    span_.bind(8, std::int64_t{static_cast<std::uint8_t>(span.kind)});
    span_.bind(9, nanoseconds(span.start)).bind(10, span.took.count());
    span_.bind(11, std::int64_t{span.is_error}).bind(12, span.error);
    return span_.bind(13, attributes_json(span)).run();
  }

  Result<void> insert(const evidence::Event& event) {
    return event_.bind(1, nanoseconds(event.at)).bind(2, event.profile).bind(3, event.text).run();
  }

  Result<void> insert(const Document& document) {
    return document_.bind(1, document.name).bind_bytes(2, document.bytes).run();
  }

  Database database_;
  Statement endpoint_second_;
  Statement second_;
  Statement signal_;
  Statement point_;
  Statement span_;
  Statement event_;
  Statement document_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::int64_t> ids_;
};

Result<std::unique_ptr<RunWriter>> RunWriter::create(const std::filesystem::path& folder) {
  auto tables = PL_TRY(Tables::create(folder / "run.sqlite"));
  return std::unique_ptr<RunWriter>(new RunWriter(std::move(tables)));
}

RunWriter::RunWriter(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {
  thread_ = runtime::Thread::start({.name = "store"}, [this] { run(); });
}

RunWriter::~RunWriter() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void RunWriter::add(EndpointSecond second) {
  queue(std::move(second));
}
void RunWriter::add(std::string profile, evidence::Second second) {
  queue(ProfileSecond{std::move(profile), second});
}
void RunWriter::add(evidence::Signal signal) {
  queue(std::move(signal));
}
void RunWriter::add(evidence::Span span) {
  queue(std::move(span));
}
void RunWriter::add(evidence::Event event) {
  queue(std::move(event));
}
void RunWriter::put(std::string name, std::string bytes) {
  queue(Document{std::move(name), std::move(bytes)});
}

void RunWriter::queue(Row row) {
  const std::lock_guard lock(mutex_);
  ++queued_count_;
  if (error_ || rows_.size() == kRowsMax) {
    ++lost_count_;
    ++settled_count_;
    return;
  }
  rows_.push_back(std::move(row));
}

void RunWriter::run() {
  bool is_last = false;
  while (!is_last) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, kInterval, [this] { return is_closing_ || is_hurried_; });
    is_last = is_closing_;
    is_hurried_ = false;
    std::vector<Row> rows;
    rows.swap(rows_);
    const bool has_failed = error_.has_value();
    lock.unlock();
    const auto result = rows.empty() || has_failed ? Result<void>() : tables_->write(rows);
    lock.lock();
    if (!result) error_ = result.error();
    if (error_) lost_count_ += rows.size();
    settled_count_ += rows.size();
    written_.notify_all();
  }
}

Result<void> RunWriter::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = queued_count_;
  is_hurried_ = true;
  wake_.notify_one();
  written_.wait(lock, [&] { return settled_count_ >= wanted; });
  if (error_) return *error_;
  return {};
}

Result<void> RunWriter::finish() {
  put("complete", "");
  return flush();
}

std::uint64_t RunWriter::lost_count() const {
  const std::lock_guard lock(mutex_);
  return lost_count_;
}

}  // namespace proofload::store
