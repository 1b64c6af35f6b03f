// One log record as a line of text: the three formats of --log-format, as k6's users grep them.
#pragma once

#include <cstdint>
#include <string>

#include "base/log.h"

namespace proofload::cli {

enum class LogFormat : std::uint8_t { kText, kJson, kRaw };

// `time="2026-01-02T03:04:05Z" level=info msg="..." key=value`, fields sorted by key; or one JSON
// object; or only the message. Each ends in a newline.
std::string format_log(const LogRecord& record, LogFormat format);

// `INFO[0005] message                                      key=value`, for people at a terminal.
// `since_start` is the age of the process in whole seconds.
std::string format_log_for_terminal(const LogRecord& record, long since_start, bool with_color);

}  // namespace proofload::cli
