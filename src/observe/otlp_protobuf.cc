// Field numbers are those of opentelemetry-proto's trace.proto, common.proto and resource.proto.
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <protozero/pbf_reader.hpp>

#include "observe/otlp.h"
#include "observe/otlp_span.h"

namespace proofload::observe {
namespace {

using evidence::Span;
using protozero::pbf_reader;

// Fields are told by number and wire type: a getter for another type than came ends the process.
constexpr auto kBytes = protozero::pbf_wire_type::length_delimited;
constexpr auto kVarint = protozero::pbf_wire_type::varint;
constexpr auto kFixed64 = protozero::pbf_wire_type::fixed64;

constexpr std::uint32_t field(std::uint32_t number, protozero::pbf_wire_type type) {
  return protozero::tag_and_type(number, type);
}

std::string_view view(protozero::data_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string text(protozero::data_view bytes) {
  return std::string(view(bytes).substr(0, kOtlpTextMax));
}

std::string hex(protozero::data_view bytes) {
  constexpr std::size_t kLongest = 16;  // a trace id
  if (bytes.size() > kLongest) return {};
  std::string out;
  for (const char c : view(bytes)) {
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

// Lists, maps and bytes have no text.
std::string any_value(pbf_reader value) {
  std::string out;
  while (value.next()) {
    switch (value.tag_and_type()) {
      case field(1, kBytes):
        out = text(value.get_view());
        break;
      case field(2, kVarint):
        out = value.get_bool() ? "true" : "false";
        break;
      case field(3, kVarint):
        out = std::to_string(value.get_int64());
        break;
      case field(4, kFixed64):
        out = fmt::format("{}", value.get_double());
        break;
      default:
        value.skip();
    }
  }
  return out;
}

std::pair<std::string, std::string> key_value(pbf_reader pair) {
  std::string key;
  std::string value;
  while (pair.next()) {
    if (pair.tag_and_type() == field(1, kBytes)) {
      key = text(pair.get_view());
    } else if (pair.tag_and_type() == field(2, kBytes)) {
      value = any_value(pair.get_message());
    } else {
      pair.skip();
    }
  }
  return {std::move(key), std::move(value)};
}

void read_status(pbf_reader status, Span& span) {
  while (status.next()) {
    if (status.tag_and_type() == field(2, kBytes)) {
      span.error = text(status.get_view());
    } else if (status.tag_and_type() == field(3, kVarint)) {
      span.is_error = status.get_enum() == kOtlpStatusError;
    } else {
      status.skip();
    }
  }
}

void read_span(pbf_reader message, const OtlpResource& resource, OtlpTraces& traces) {
  Span span;
  OtlpTimes times;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case field(1, kBytes):
        span.trace_id = hex(message.get_view());
        break;
      case field(2, kBytes):
        span.span_id = hex(message.get_view());
        break;
      case field(4, kBytes):
        span.parent_id = hex(message.get_view());
        break;
      case field(5, kBytes):
        span.name = text(message.get_view());
        break;
      case field(6, kVarint):
        span.kind = otlp_kind(message.get_enum());
        break;
      case field(7, kFixed64):
        times.start = message.get_fixed64();
        break;
      case field(8, kFixed64):
        times.end = message.get_fixed64();
        break;
      case field(9, kBytes): {
        auto [key, value] = key_value(message.get_message());
        add_otlp_attribute(span, key, std::move(value));
        break;
      }
      case field(15, kBytes):
        read_status(message.get_message(), span);
        break;
      default:
        message.skip();
    }
  }
  add_otlp_span(traces, std::move(span), resource, times);
}

void read_scope_spans(pbf_reader message, const OtlpResource& resource, OtlpTraces& traces) {
  while (message.next(2, kBytes)) read_span(message.get_message(), resource, traces);
}

// The resource may stand behind its spans.
void read_resource_spans(pbf_reader message, OtlpTraces& traces) {
  OtlpResource resource;
  pbf_reader first = message;
  while (first.next(1, kBytes)) {
    pbf_reader attributes = first.get_message();
    while (attributes.next(1, kBytes)) {
      const auto [key, value] = key_value(attributes.get_message());
      resource.set(key, value);
    }
  }
  while (message.next(2, kBytes)) read_scope_spans(message.get_message(), resource, traces);
}

}  // namespace

Result<OtlpTraces> decode_otlp_protobuf(std::string_view body) {
  OtlpTraces traces;
  try {
    pbf_reader request(body.data(), body.size());
    while (request.next(1, kBytes)) read_resource_spans(request.get_message(), traces);
  } catch (const protozero::exception& error) {
    return Error(ErrorKind::kNetwork, fmt::format("not OTLP in protobuf: {}", error.what()));
  }
  return traces;
}

}  // namespace proofload::observe
