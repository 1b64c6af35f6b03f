#include "telemetry/metrics.h"

#include <mutex>
#include <utility>

#include <prometheus/text_serializer.h>

#include "telemetry/process_metrics.h"

namespace proofload::shop {

class Metrics::ReadSeries {
 public:
  void add(Kind kind, const std::string& name, const std::string& help, Labels labels,
           std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    Family& family = families_[name];
    family.kind = kind;
    family.help = help;
    family.series.push_back({std::move(labels), std::move(read)});
  }

  std::vector<prometheus::MetricFamily> collect() const {
    const std::lock_guard lock(mutex_);
    std::vector<prometheus::MetricFamily> families;
    for (const auto& [name, family] : families_) families.push_back(collect(name, family));
    return families;
  }

 private:
  struct Series {
    Labels labels;
    std::function<double()> read;
  };
  struct Family {
    Kind kind = Kind::kGauge;
    std::string help;
    std::vector<Series> series;
  };

  static prometheus::MetricFamily collect(const std::string& name, const Family& family) {
    const bool is_counter = family.kind == Kind::kCounter;
    prometheus::MetricFamily collected{
        .name = name,
        .help = family.help,
        .type = is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge};
    for (const Series& series : family.series) {
      prometheus::ClientMetric& metric = collected.metric.emplace_back();
      for (const auto& [label, value] : series.labels) metric.label.push_back({label, value});
      (is_counter ? metric.counter.value : metric.gauge.value) = series.read();
    }
    return collected;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
};

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()), read_(std::make_unique<ReadSeries>()) {
  add_process_metrics(*this);
}

Metrics::~Metrics() = default;

void Metrics::add(Kind kind, const std::string& name, const std::string& help, Labels labels,
                  std::function<double()> read) {
  read_->add(kind, name, help, std::move(labels), std::move(read));
}

std::string Metrics::page() const {
  std::vector<prometheus::MetricFamily> families = registry_->Collect();
  for (prometheus::MetricFamily& family : read_->collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

const std::vector<double>& latency_buckets() {
  static const std::vector<double> kBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                            0.05,   0.075, 0.1,    0.15,  0.25, 0.5,
                                            0.75,   1,     2.5,    5,     10};
  return kBuckets;
}

}  // namespace proofload::shop
