#include "base/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>

namespace proofload {
namespace {

// The state of the log is process-wide on purpose: any thread may find something odd.
std::mutex sink_mutex;
LogSink* installed_sink = nullptr;
std::atomic<LogLevel> level_min = LogLevel::kInfo;

void write_plain(const LogRecord& record) {
  std::string line(to_string(record.level));
  line += ": " + record.message;
  for (const auto& [key, value] : record.fields) {
    line.append(" ").append(key).append("=").append(value);
  }
  std::fprintf(stderr, "%s\n", line.c_str());  // tidy: ok
}

}  // namespace

void set_log_sink(LogSink* sink) {
  const std::lock_guard lock(sink_mutex);
  installed_sink = sink;
}

void set_log_level(LogLevel level) {
  level_min.store(level, std::memory_order_relaxed);
}

bool is_logged(LogLevel level) {
  return level >= level_min.load(std::memory_order_relaxed);
}

void log(const LogRecord& record) {
  if (!is_logged(record.level)) return;
  const std::lock_guard lock(sink_mutex);
  if (installed_sink) {
    installed_sink->write(record);
  } else {
    write_plain(record);
  }
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!is_logged(level)) return;
  LogRecord record{.level = level, .at = wall_now(), .message = std::string(message), .fields = {}};
  for (const auto& [key, value] : fields) record.fields.emplace_back(key, value);
  log(record);
}

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

}  // namespace proofload
