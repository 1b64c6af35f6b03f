// For tests: an OTLP request in both encodings, written by hand.
#pragma once

#include <cstdint>
#include <string>

#include <protozero/pbf_writer.hpp>

namespace proofload::observe {

inline std::string otlp_key_value(const std::string& key, const std::string& value) {
  std::string pair;
  protozero::pbf_writer writer(pair);
  writer.add_string(1, key);
  protozero::pbf_writer(writer, 2).add_string(1, value);
  return pair;
}

// A server span "GET /cart" of 5 ms with status error, of service "cart", behind which its resource
// stands.
inline std::string otlp_protobuf(const std::string& trace_id = std::string(16, '\x0a')) {
  std::string span;
  {
    protozero::pbf_writer writer(span);
    writer.add_bytes(1, trace_id);
    writer.add_bytes(2, std::string(8, '\x0b'));
    writer.add_bytes(4, std::string(8, '\x0c'));
    writer.add_string(5, "GET /cart");
    writer.add_enum(6, 2);
    writer.add_fixed64(7, 1'700'000'000'000'000'000);
    writer.add_fixed64(8, 1'700'000'000'005'000'000);
    writer.add_message(9, otlp_key_value("http.route", "/cart"));
    writer.add_message(9, otlp_key_value("my.secret", "canary"));
    writer.add_uint32(10, 3);
    protozero::pbf_writer status(writer, 15);
    status.add_string(2, "no");
    status.add_enum(3, 2);
  }
  std::string request;
  protozero::pbf_writer writer(request);
  protozero::pbf_writer resource_spans(writer, 1);
  {
    protozero::pbf_writer scope_spans(resource_spans, 2);
    scope_spans.add_message(2, span);
  }
  protozero::pbf_writer resource(resource_spans, 1);
  resource.add_message(1, otlp_key_value("service.name", "cart"));
  return request;
}

constexpr const char* kOtlpJson = R"({"resourceSpans":[{"resource":{"attributes":[
  {"key":"service.name","value":{"stringValue":"cart"}}]},"scopeSpans":[{"spans":[{
  "traceId":"0A0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","spanId":"0b0b0b0b0b0b0b0b",
  "parentSpanId":"0c0c0c0c0c0c0c0c","name":"GET /cart","kind":2,
  "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":1700000000005000000,
  "attributes":[{"key":"http.route","value":{"stringValue":"/cart"}},
  {"key":"my.secret","value":{"stringValue":"canary"}}],
  "status":{"code":2,"message":"no"}}]}]}]})";

}  // namespace proofload::observe
