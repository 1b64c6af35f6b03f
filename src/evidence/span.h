// Span: one piece of work of a service, as its tracing tells it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace proofload::evidence {

struct Span {
  // The numbers are OTLP's.
  enum class Kind : std::uint8_t { kUnknown, kInternal, kServer, kClient, kProducer, kConsumer };

  std::string trace_id;   // 32 lower-case hexadecimal digits
  std::string span_id;    // 16
  std::string parent_id;  // 16, or empty
  std::string service;
  std::string instance;  // service.instance.id; may be empty
  std::string version;   // service.version; may be empty
  std::string name;
  Kind kind = Kind::kUnknown;
  WallTime start{};
  Duration took{};  // never negative
  bool is_error = false;
  std::string error;  // of the status; may be empty
  // Those that say what was done: see observe/otlp.h.
  std::vector<std::pair<std::string, std::string>> attributes;

  // Empty when there is none.
  std::string_view attribute(std::string_view key) const {
    for (const auto& [name_of, value] : attributes) {
      if (name_of == key) return value;
    }
    return {};
  }
};

}  // namespace proofload::evidence
