#include "metrics/accumulator.h"

#include <utility>

namespace proofload::metrics {

Accumulator::Accumulator(const Registry& registry) : registry_(registry) {}

void Accumulator::merge(std::unique_ptr<Frame> frame) {
  sinks_.merge(frame->sinks_, slab_);
  if (scopes_.size() < frame->scopes_.size()) scopes_.resize(frame->scopes_.size());
  for (std::size_t row = 0; row < frame->scopes_.size(); ++row) {
    scopes_[row].merge(frame->scopes_[row], slab_);
  }
  if (checks_.size() < frame->checks_.size()) checks_.resize(frame->checks_.size());
  for (std::size_t row = 0; row < frame->checks_.size(); ++row) {
    checks_[row].passes += frame->checks_[row].passes;
    checks_[row].fails += frame->checks_[row].fails;
  }
  // Taken out first: a pool that keeps a frame which owns the pool would never be freed.
  const auto home = std::exchange(frame->home_, nullptr);
  if (home != nullptr) home->give(std::move(frame));
}

const Sink& Accumulator::sink(const Metric& metric) const {
  return sinks_.at(metric);
}

std::vector<std::pair<std::string, double>> Accumulator::values(
    const Metric& metric, std::span<const std::string> trend_stats, Duration elapsed) const {
  return summary_values(sink(metric), trend_stats, elapsed);
}

std::vector<CheckTotal> Accumulator::checks() const {
  const auto keys = registry_.tag_store().checks();
  std::vector<CheckTotal> totals;
  for (std::size_t row = 0; row < checks_.size(); ++row) {
    const auto& count = checks_[row];
    // A row without counts: a custom metric was tagged `check`.
    if (count.passes + count.fails > 0) totals.push_back({keys[row], count});
  }
  return totals;
}

std::vector<Scope> Accumulator::scopes() const {
  std::vector<Scope> scopes;
  for (auto& key : registry_.tag_store().scopes()) {
    const auto row = scopes.size();
    scopes.push_back({std::move(key), row < scopes_.size() ? &scopes_[row] : nullptr});
  }
  return scopes;
}

}  // namespace proofload::metrics
