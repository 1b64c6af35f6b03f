// Structured log lines: one JSON object each, on standard output, with the ids of their trace.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "telemetry/trace.h"

namespace proofload::shop {

using LogValue = std::pair<std::string_view, AttributeValue>;

// Names the process in every line; before the first line.
void set_log_identity(std::string_view service, std::string_view instance);

// `level` is "info", "warning" or "error"; `span` may be null. Any thread.
void log_line(std::string_view level, std::string_view message,
              std::initializer_list<LogValue> fields = {}, const Span* span = nullptr);

}  // namespace proofload::shop
