// One service: its HTTP face with routes, workers, metrics, traces, health and profiles.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "service/http_server.h"
#include "service/kept_memory.h"
#include "service/knobs.h"
#include "service/router.h"
#include "service/worker_pool.h"
#include "telemetry/latencies.h"
#include "telemetry/metrics.h"
#include "telemetry/otlp_exporter.h"

namespace proofload::shop {

struct ServiceOptions {
  std::string service;   // "catalog"
  std::string instance;  // "catalog-2"
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  TlsFiles tls;  // empty: plain HTTP
  int workers = 16;
  int queue_max = 128;
  std::chrono::milliseconds deadline{2000};  // of a request whose caller gives none
  std::string otlp;                          // a collector's origin; empty: no traces
  double sampling = 0.1;                     // of traces that begin here
  std::string version;
  std::string admin_token;  // of the operator, for the knobs
};

// Beside its routes it answers /health (the process lives), /ready (what it needs is there),
// /metrics, /admin/knobs, /debug/pprof/profile?seconds=N and /debug/pprof/heap; these have threads
// of their own, so that a service without a free worker can still be looked at.
class Service {
 public:
  static Result<std::unique_ptr<Service>> create(ServiceOptions options);
  ~Service();

  // `route` is "GET /products/:id". The handler runs on a worker.
  void route(const std::string& route, Handler handler);
  // Says what is missing, or nothing when the service can answer.
  void set_ready(std::function<std::optional<std::string>()> what_is_missing);

  const ServiceOptions& options() const { return options_; }
  Metrics& metrics() { return metrics_; }
  SpanSink& spans() { return exporter_; }
  WorkerPool& workers() { return workers_; }
  Knobs& knobs() { return knobs_; }
  std::uint16_t port() const { return server_->port(); }

  // Blocks until stop().
  void run();
  void stop();

 private:
  struct Exchange;

  explicit Service(ServiceOptions options);
  void add_metrics();
  void on_request(WireRequest request, HttpServer::Respond respond);
  void answer_operator(const std::string& path, const WireRequest& request,
                       const HttpServer::Respond& respond);
  Reply answer_knobs(const WireRequest& request);
  void handle(Exchange& exchange);
  Reply reply_to(Exchange& exchange, const RouteMatch& match);
  void finish(Exchange& exchange, const std::string& route, Reply reply);

  ServiceOptions options_;
  Metrics metrics_;
  OtlpExporter exporter_;
  Knobs knobs_;
  Router router_;
  std::function<std::optional<std::string>()> what_is_missing_;
  std::atomic<int> active_count_ = 0;
  std::atomic<int> delay_ms_ = 0;
  KeptMemory kept_memory_;
  Latencies durations_;
  prometheus::Counter& refused_;
  std::unique_ptr<HttpServer> server_;
  WorkerPool operators_;  // for /ready, /metrics and profiles
  WorkerPool workers_;
};

}  // namespace proofload::shop
