#include "observe/jaeger_json.h"

#include <cstdint>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "observe/otlp.h"
#include "observe/otlp_span.h"

namespace proofload::observe {
namespace {

using evidence::Span;

const Json& member(const Json& object, const std::string& key) {
  static const Json kNone;
  if (!object.is_object()) return kNone;
  const auto found = object.find(key);
  return found == object.end() ? kNone : *found;
}

std::string text(const Json& value) {
  if (value.is_string()) return value.get<std::string>().substr(0, kOtlpTextMax);
  return value.is_primitive() && !value.is_null() ? value.dump() : std::string();
}

std::uint64_t nanoseconds(const Json& microseconds) {
  constexpr std::uint64_t kEach = 1000;
  constexpr std::uint64_t kLatest = std::numeric_limits<std::uint64_t>::max() / kEach;
  if (!microseconds.is_number_unsigned()) return 0;
  const auto count = microseconds.get<std::uint64_t>();
  return count > kLatest ? 0 : count * kEach;
}

template <class With>
void for_each_tag(const Json& holder, With with) {
  const Json& tags = member(holder, "tags");
  if (!tags.is_array()) return;
  for (const Json& tag : tags) with(text(member(tag, "key")), text(member(tag, "value")));
}

OtlpResource resource_of(const Json& process) {
  OtlpResource resource;
  for_each_tag(process,
               [&](const std::string& key, const std::string& value) { resource.set(key, value); });
  resource.service = text(member(process, "serviceName"));
  return resource;
}

Span::Kind kind_of(std::string_view name) {
  if (name == "server") return Span::Kind::kServer;
  if (name == "client") return Span::Kind::kClient;
  if (name == "producer") return Span::Kind::kProducer;
  if (name == "consumer") return Span::Kind::kConsumer;
  return name == "internal" ? Span::Kind::kInternal : Span::Kind::kUnknown;
}

// What OTLP has fields for, Jaeger has tags for.
void take_tag(Span& span, const std::string& key, std::string value) {
  if (key == "span.kind") {
    span.kind = kind_of(value);
  } else if (key == "error") {
    span.is_error = value == "true";
  } else if (key == "otel.status_description") {
    span.error = std::move(value);
  } else {
    add_otlp_attribute(span, key, std::move(value));
  }
}

void read_span(const Json& from, const Json& processes, OtlpTraces& traces) {
  Span span;
  span.trace_id = text(member(from, "traceID"));
  span.span_id = text(member(from, "spanID"));
  span.name = text(member(from, "operationName"));
  const Json& references = member(from, "references");
  if (references.is_array() && !references.empty()) {
    span.parent_id = text(member(references.front(), "spanID"));
  }
  for_each_tag(from, [&](const std::string& key, std::string value) {
    take_tag(span, key, std::move(value));
  });
  const std::uint64_t start = nanoseconds(member(from, "startTime"));
  const Json& process = member(processes, text(member(from, "processID")));
  add_otlp_span(traces, std::move(span), resource_of(process),
                {start, start + nanoseconds(member(from, "duration"))});
}

}  // namespace

std::vector<Span> read_jaeger_json(const Json& answer) {
  OtlpTraces traces;
  const Json& data = member(answer, "data");
  if (!data.is_array()) return {};
  for (const Json& trace : data) {
    const Json& spans = member(trace, "spans");
    if (!spans.is_array()) continue;
    for (const Json& span : spans) read_span(span, member(trace, "processes"), traces);
  }
  return std::move(traces.spans);
}

}  // namespace proofload::observe
