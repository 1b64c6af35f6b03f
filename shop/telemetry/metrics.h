// The Prometheus page of one process: its registry, gauges read when scraped, process metrics.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/registry.h>

namespace proofload::shop {

using Labels = std::map<std::string, std::string>;

// Any thread; set up before the first scrape.
class Metrics {
 public:
  enum class Kind : std::uint8_t { kGauge, kCounter };

  Metrics();
  ~Metrics();

  prometheus::Registry& registry() { return *registry_; }

  // A series whose value is asked for at each scrape. Series of one name belong together: same
  // kind, same label names. `read` must outlive the last scrape.
  void add(Kind kind, const std::string& name, const std::string& help, Labels labels,
           std::function<double()> read);

  // Text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
  std::string page() const;

 private:
  class ReadSeries;

  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<ReadSeries> read_;
};

// Seconds, from half a millisecond (a cache hit) to ten seconds.
const std::vector<double>& latency_buckets();

}  // namespace proofload::shop
