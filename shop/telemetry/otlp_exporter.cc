#include "telemetry/otlp_exporter.h"

#include <chrono>
#include <utility>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace proofload::shop {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kQueueMax = 8192;
constexpr std::chrono::milliseconds kInterval(500);

Json json_of(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return {{"stringValue", *text}};
  if (const auto* flag = std::get_if<bool>(&value)) return {{"boolValue", *flag}};
  return {{"intValue", std::to_string(std::get<std::int64_t>(value))}};
}

Json attribute(std::string_view key, const AttributeValue& value) {
  return {{"key", key}, {"value", json_of(value)}};
}

Json json_of(const SpanRecord& span) {
  Json attributes = Json::array();
  for (const auto& [key, value] : span.attributes) attributes.push_back(attribute(key, value));
  Json json = {{"traceId", span.context.trace_id},
               {"spanId", span.context.span_id},
               {"name", span.name},
               {"kind", static_cast<int>(span.kind)},
               {"startTimeUnixNano", std::to_string(span.start)},
               {"endTimeUnixNano", std::to_string(span.end)},
               {"attributes", std::move(attributes)}};
  if (!span.parent_id.empty()) json["parentSpanId"] = span.parent_id;
  constexpr int kStatusError = 2;
  if (!span.error.empty()) json["status"] = {{"code", kStatusError}, {"message", span.error}};
  return json;
}

}  // namespace

std::string otlp_json(const ServiceIdentity& identity, const std::vector<SpanRecord>& spans) {
  Json list = Json::array();
  for (const SpanRecord& span : spans) list.push_back(json_of(span));
  const Json resource = {{"attributes",
                          {attribute("service.name", identity.service),
                           attribute("service.instance.id", identity.instance),
                           attribute("service.version", identity.version)}}};
  const Json scope = {{"scope", {{"name", "proofload-shop"}}}, {"spans", std::move(list)}};
  const Json request = {
      {"resourceSpans", {{{"resource", resource}, {"scopeSpans", Json::array({scope})}}}}};
  return request.dump(-1, ' ', false, Json::error_handler_t::replace);
}

OtlpExporter::OtlpExporter(std::string url, ServiceIdentity identity)
    : url_(std::move(url)), identity_(std::move(identity)) {
  if (!url_.empty()) thread_ = std::thread([this] { run(); });
}

OtlpExporter::~OtlpExporter() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void OtlpExporter::put(SpanRecord span) {
  if (url_.empty()) return;
  const std::lock_guard lock(mutex_);
  if (queue_.size() < kQueueMax) {
    queue_.push_back(std::move(span));
  } else {
    ++dropped_count_;
  }
}

std::uint64_t OtlpExporter::dropped_count() const {
  const std::lock_guard lock(mutex_);
  return dropped_count_;
}

void OtlpExporter::run() {
  bool is_last = false;
  while (!is_last) {
    std::vector<SpanRecord> spans;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kInterval, [this] { return is_closing_; });
      is_last = is_closing_;
      spans.swap(queue_);
    }
    if (spans.empty() || send(spans)) continue;
    const std::lock_guard lock(mutex_);
    dropped_count_ += spans.size();
  }
}

bool OtlpExporter::send(const std::vector<SpanRecord>& spans) {
  httplib::Client client(url_);
  client.set_connection_timeout(1);
  client.set_read_timeout(1);
  const httplib::Result result =
      client.Post("/v1/traces", otlp_json(identity_, spans), "application/json");
  return result && result->status / 100 == 2;
}

}  // namespace proofload::shop
