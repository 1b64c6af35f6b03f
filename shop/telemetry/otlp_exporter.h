// Sends ended spans to an OpenTelemetry collector, in batches, from a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/trace.h"

namespace proofload::shop {

// What all spans of the process say about it; semantic conventions' service.* attributes.
struct ServiceIdentity {
  std::string service;   // "catalog"
  std::string instance;  // "catalog-2"
  std::string version;
};

// One ExportTraceServiceRequest in OTLP's JSON encoding
// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
std::string otlp_json(const ServiceIdentity& identity, const std::vector<SpanRecord>& spans);

// A full queue drops spans and counts them: tracing never holds a request up.
class OtlpExporter final : public SpanSink {
 public:
  // `url` is the collector's origin, as http://127.0.0.1:4318; empty drops everything silently.
  OtlpExporter(std::string url, ServiceIdentity identity);
  ~OtlpExporter() override;  // sends what it has, for a second at most

  void put(SpanRecord span) override;
  std::uint64_t dropped_count() const;

 private:
  void run();
  bool send(const std::vector<SpanRecord>& spans);

  std::string url_;
  ServiceIdentity identity_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<SpanRecord> queue_;
  std::uint64_t dropped_count_ = 0;
  bool is_closing_ = false;
  std::thread thread_;
};

}  // namespace proofload::shop
