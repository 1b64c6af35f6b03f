#include "telemetry/trace.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/clock.h"

namespace proofload::shop {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

std::mt19937_64& generator() {
  thread_local std::mt19937_64 engine(std::random_device{}());
  return engine;
}

// `bytes` random bytes in hex, never all zero (which the format reserves).
std::string random_id(std::size_t bytes) {
  std::string id;
  id.reserve(2 * bytes);
  for (std::size_t i = 0; i < bytes; i += 8) {
    std::uint64_t value = generator()() | 1;
    for (int digit = 0; digit < 16; ++digit, value >>= 4) id += kDigits[value & 15];
  }
  return id;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of(kDigits) == std::string_view::npos;
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

std::int64_t now_ns() {
  return wall_now().time_since_epoch().count();
}

}  // namespace

std::optional<TraceContext> TraceContext::parse(std::string_view header) {
  // version "-" trace-id "-" parent-id "-" flags; later versions may add fields.
  constexpr std::size_t kLength = 55;
  if (header.size() < kLength || header[2] != '-' || header[35] != '-' || header[52] != '-') {
    return std::nullopt;
  }
  const std::string_view version = header.substr(0, 2);
  const std::string_view trace = header.substr(3, 32);
  const std::string_view span = header.substr(36, 16);
  const std::string_view flags = header.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(trace) || !is_hex(span) || !is_hex(flags)) {
    return std::nullopt;
  }
  if (is_zero(trace) || is_zero(span) || (version == "00" && header.size() != kLength)) {
    return std::nullopt;
  }
  const bool is_sampled = (kDigits.find(flags[1]) & 1) != 0;
  return TraceContext{std::string(trace), std::string(span), is_sampled};
}

std::string TraceContext::header() const {
  return "00-" + trace_id + "-" + span_id + (is_sampled ? "-01" : "-00");
}

Span::Span(SpanSink& sink, const std::optional<TraceContext>& parent, double sampling,
           std::string name, Kind kind)
    : sink_(sink) {
  if (parent) {
    record_.context = *parent;
  } else {
    record_.context.trace_id = random_id(16);
    record_.context.span_id = random_id(8);
    record_.context.is_sampled = std::bernoulli_distribution(sampling)(generator());
  }
  if (!record_.context.is_sampled) return;  // nobody will see it: the caller's ids are passed on
  if (parent) record_.parent_id = std::exchange(record_.context.span_id, random_id(8));
  record_.name = std::move(name);
  record_.kind = kind;
  record_.start = now_ns();
}

Span::Span(const Span& parent, std::string_view name, Kind kind)
    : Span(parent.sink_, parent.context(), 0,
           parent.context().is_sampled ? std::string(name) : std::string(), kind) {}

Span::~Span() {
  if (!record_.context.is_sampled) return;
  record_.end = now_ns();
  sink_.put(std::move(record_));
}

void Span::set(std::string_view key, std::string_view value) {
  if (record_.context.is_sampled) record_.attributes.emplace_back(key, std::string(value));
}

void Span::set(std::string_view key, std::int64_t value) {
  if (record_.context.is_sampled) record_.attributes.emplace_back(key, value);
}

}  // namespace proofload::shop
