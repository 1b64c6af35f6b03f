// OTLP's JSON: lower camel case, ids in hexadecimal, 64-bit numbers as text, enumerators as numbers
// (some write their names).
#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "observe/otlp.h"
#include "observe/otlp_span.h"

namespace proofload::observe {
namespace {

using evidence::Span;

const Json& member(const Json& object, const char* key) {
  static const Json kNone;
  if (!object.is_object()) return kNone;
  const auto found = object.find(key);
  return found == object.end() ? kNone : *found;
}

std::string text(const Json& value) {
  return value.is_string() ? value.get_ref<const std::string&>().substr(0, kOtlpTextMax)
                           : std::string();
}

std::uint64_t number(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (!value.is_string()) return 0;
  const auto& digits = value.get_ref<const std::string&>();
  std::uint64_t parsed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
  return error == std::errc() && end == digits.data() + digits.size() ? parsed : 0;
}

std::string lower_case(std::string id) {
  std::transform(id.begin(), id.end(), id.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  return id;
}

// OTLP says hexadecimal; what writes protobuf's own JSON (Tempo's first API) says base64. Neither
// can be mistaken for the other: only base64 of 8 or 16 bytes ends in a pad.
std::string id(const Json& value) {
  const std::string given = text(value);
  if (!given.ends_with('=')) return lower_case(given);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string digits;
  unsigned bits = 0;
  unsigned bit_count = 0;
  for (const char c : given) {
    const std::size_t six = kAlphabet.find(c);
    if (six == std::string_view::npos) break;
    bits = (bits << 6U) | static_cast<unsigned>(six);
    for (bit_count += 6; bit_count >= 4; bit_count -= 4) {
      digits += kHex[(bits >> (bit_count - 4)) & 15U];
    }
  }
  digits.resize(digits.size() / 16 * 16);  // without the bits that fill the last character
  return digits;
}

Span::Kind kind(const Json& value) {
  if (value.is_number_integer()) return otlp_kind(value.get<std::int64_t>());
  const std::string name = text(value);
  if (name == "SPAN_KIND_INTERNAL") return Span::Kind::kInternal;
  if (name == "SPAN_KIND_SERVER") return Span::Kind::kServer;
  if (name == "SPAN_KIND_CLIENT") return Span::Kind::kClient;
  if (name == "SPAN_KIND_PRODUCER") return Span::Kind::kProducer;
  if (name == "SPAN_KIND_CONSUMER") return Span::Kind::kConsumer;
  return Span::Kind::kUnknown;
}

bool is_error(const Json& code) {
  return text(code) == "STATUS_CODE_ERROR" ||
         (code.is_number_integer() && code.get<std::int64_t>() == kOtlpStatusError);
}

// Lists, maps and bytes have no text.
std::string any_value(const Json& value) {
  if (!value.is_object() || value.empty()) return {};
  const Json& content = value.front();
  if (content.is_string()) return text(content);
  return content.is_primitive() && !content.is_null() ? content.dump() : std::string();
}

template <class With>
void for_each_attribute(const Json& holder, With with) {
  const Json& attributes = member(holder, "attributes");
  if (!attributes.is_array()) return;
  for (const Json& pair : attributes)
    with(text(member(pair, "key")), any_value(member(pair, "value")));
}

void read_span(const Json& from, const OtlpResource& resource, OtlpTraces& traces) {
  Span span;
  span.trace_id = id(member(from, "traceId"));
  span.span_id = id(member(from, "spanId"));
  span.parent_id = id(member(from, "parentSpanId"));
  span.name = text(member(from, "name"));
  span.kind = kind(member(from, "kind"));
  const Json& status = member(from, "status");
  span.is_error = is_error(member(status, "code"));
  span.error = text(member(status, "message"));
  for_each_attribute(from, [&](const std::string& key, std::string value) {
    add_otlp_attribute(span, key, std::move(value));
  });
  add_otlp_span(
      traces, std::move(span), resource,
      {number(member(from, "startTimeUnixNano")), number(member(from, "endTimeUnixNano"))});
}

template <class With>
void for_each_member(const Json& list, With with) {
  if (!list.is_array()) return;
  for (const Json& entry : list) with(entry);
}

}  // namespace

OtlpTraces read_otlp_json(const Json& request) {
  OtlpTraces traces;
  const auto read_resource = [&](const Json& resource_spans) {
    OtlpResource resource;
    for_each_attribute(
        member(resource_spans, "resource"),
        [&](const std::string& key, const std::string& value) { resource.set(key, value); });
    for_each_member(member(resource_spans, "scopeSpans"), [&](const Json& scope_spans) {
      for_each_member(member(scope_spans, "spans"),
                      [&](const Json& span) { read_span(span, resource, traces); });
    });
  };
  for_each_member(member(request, "resourceSpans"), read_resource);
  for_each_member(member(request, "batches"), read_resource);
  return traces;
}

Result<OtlpTraces> decode_otlp_json(std::string_view body) {
  const Json request = Json::parse(body, nullptr, false);
  if (request.is_discarded() || !request.is_object()) {
    return Error(ErrorKind::kNetwork, "not OTLP in JSON");
  }
  return read_otlp_json(request);
}

}  // namespace proofload::observe
