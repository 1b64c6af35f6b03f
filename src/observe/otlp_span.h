// What both encodings of OTLP share: from raw parts to a Span.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "evidence/span.h"
#include "observe/otlp.h"

namespace proofload::observe {

constexpr std::size_t kOtlpTextMax = 512;
constexpr std::size_t kOtlpAttributesMax = 32;
constexpr int kOtlpStatusError = 2;

// Service, instance and version: of all spans of a resource.
struct OtlpResource {
  std::string service;
  std::string instance;
  std::string version;

  void set(std::string_view key, std::string_view value) {
    if (key == "service.name") service = value.substr(0, kOtlpTextMax);
    if (key == "service.instance.id") instance = value.substr(0, kOtlpTextMax);
    if (key == "service.version") version = value.substr(0, kOtlpTextMax);
  }
};

struct OtlpTimes {
  std::uint64_t start = 0;  // nanoseconds since 1970
  std::uint64_t end = 0;
};

inline void add_otlp_attribute(evidence::Span& span, std::string_view key, std::string value) {
  constexpr std::array<std::string_view, 11> kKept{"http.",      "url.",  "db.",     "rpc.",
                                                   "messaging.", "peer.", "server.", "error",
                                                   "exception.", "code.", "thread."};
  const bool is_kept = std::any_of(
      kKept.begin(), kKept.end(), [&](std::string_view prefix) { return key.starts_with(prefix); });
  if (!is_kept || span.attributes.size() == kOtlpAttributesMax) return;
  if (value.size() > kOtlpTextMax) value.resize(kOtlpTextMax);
  span.attributes.emplace_back(std::string(key.substr(0, kOtlpTextMax)), std::move(value));
}

inline evidence::Span::Kind otlp_kind(std::int64_t number) {
  return number >= 0 && number <= 5 ? static_cast<evidence::Span::Kind>(number)
                                    : evidence::Span::Kind::kUnknown;
}

// Lower case hexadecimal; nothing else counts as an id. An id of zeros is none.
inline bool is_otlp_id(std::string_view id, std::size_t digits) {
  return id.size() == digits && id.find_first_not_of('0') != std::string_view::npos &&
         id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Adds the finished span, or counts it as rejected.
inline void add_otlp_span(OtlpTraces& traces, evidence::Span span, const OtlpResource& resource,
                          OtlpTimes times) {
  constexpr std::size_t kTraceDigits = 32;
  constexpr std::size_t kSpanDigits = 16;
  constexpr auto kLatest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!is_otlp_id(span.trace_id, kTraceDigits) || !is_otlp_id(span.span_id, kSpanDigits) ||
      times.start == 0 || times.start > kLatest || times.end > kLatest) {
    ++traces.rejected_count;
    return;
  }
  if (!is_otlp_id(span.parent_id, kSpanDigits)) span.parent_id.clear();
  span.service = resource.service;
  span.instance = resource.instance;
  span.version = resource.version;
  span.start = WallTime(Duration(static_cast<std::int64_t>(times.start)));
  span.took = Duration(static_cast<std::int64_t>(std::max(times.start, times.end) - times.start));
  traces.spans.push_back(std::move(span));
}

}  // namespace proofload::observe
