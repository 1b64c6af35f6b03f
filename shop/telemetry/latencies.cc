#include "telemetry/latencies.h"

#include <utility>

namespace proofload::shop {

Latencies::Latencies(Metrics& metrics, const std::string& name, const std::string& help,
                     std::vector<std::string> label_names)
    : family_(prometheus::BuildHistogram().Name(name).Help(help).Register(metrics.registry())),
      label_names_(std::move(label_names)) {}

void Latencies::observe(double seconds, std::initializer_list<std::string_view> values) {
  series(values).Observe(seconds);
}

prometheus::Histogram& Latencies::series(std::initializer_list<std::string_view> values) {
  constexpr char kSeparator = '\x1f';
  thread_local std::string key;
  key.clear();
  for (const std::string_view value : values) key.append(value) += kSeparator;
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(key); found != known_.end()) return *found->second;
  Labels labels;
  auto name = label_names_.begin();
  for (const std::string_view value : values) labels.emplace(*name++, value);
  return *known_.emplace(key, &family_.Add(labels, latency_buckets())).first->second;
}

}  // namespace proofload::shop
