// What helps when something is odd: constant sentences with key-value facts, from any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace proofload {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

// One line. `fields` are in the order given; sinks that need them sorted (logfmt as k6 prints it)
// sort them.
struct LogRecord {
  LogLevel level = LogLevel::kInfo;
  WallTime at;
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Where records go; installed once by cli before any other thread starts. `write` is called from
// any thread under a lock of the log's own, never on the request path without a rate limit.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(const LogRecord& record) = 0;
};

// `sink` must outlive every later log() call; null restores the default (plain text on stderr).
void set_log_sink(LogSink* sink);
// Records below `level` cost one relaxed load and are dropped. Default: kInfo.
void set_log_level(LogLevel level);
bool is_logged(LogLevel level);

using LogField = std::pair<std::string_view, std::string_view>;
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});
void log(const LogRecord& record);

// k6's names: debug, info, warning, error.
std::string_view to_string(LogLevel level);

}  // namespace proofload
