// Accumulator: the whole run so far, added up from the frames of all threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "metrics/frame.h"

namespace proofload::metrics {

// How often a check passed and failed in one group of one scenario.
struct CheckTotal {
  CheckKey key;
  CheckCount count;
};

// A scenario, or a group inside one, with the sinks of its own samples.
struct Scope {
  ScopeKey key;
  const SinkRow* sinks = nullptr;  // null: nothing recorded, or recorders without has_scopes
};

// Belongs to the control thread.
class Accumulator {
 public:
  // `registry` must outlive it.
  explicit Accumulator(const Registry& registry);

  // In any order, late ones too. Returns the emptied frame to its recorder.
  void merge(std::unique_ptr<Frame> frame);

  // Cumulative, of metrics and sub-metrics; empty when nothing was recorded.
  const Sink& sink(const Metric& metric) const;
  bool is_observed(const Metric& metric) const { return !sink(metric).is_empty(); }
  // summary_values() of the metric's sink.
  std::vector<std::pair<std::string, double>> values(const Metric& metric,
                                                     std::span<const std::string> trend_stats,
                                                     Duration elapsed) const;
  // In order of first appearance.
  std::vector<CheckTotal> checks() const;
  // Scenarios and groups in order of first appearance; a group is there even without samples of its
  // own. The pointers are valid until the next merge().
  std::vector<Scope> scopes() const;

 private:
  const Registry& registry_;
  PageSlab slab_;
  mutable SinkRow sinks_;
  std::vector<CheckCount> checks_;
  std::vector<SinkRow> scopes_;
};

}  // namespace proofload::metrics
