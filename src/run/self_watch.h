// SelfWatch: whether the generator itself was the bottleneck. What it sees can make a run invalid.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "runtime/loop.h"

namespace proofload::run {

// Fed each second with what the engine loops did; control thread's.
class SelfWatch {
 public:
  // An engine thread that uses its core this much has no time left for an answer that comes in.
  static constexpr double kBusyMax = 0.95;
  // A fiber that waits this long after its answer has come is measured late by as much.
  static constexpr Duration kDelayMax = std::chrono::milliseconds(10);

  void add(const runtime::LoopStats& stats, Duration interval);

  // Sentences for the user, empty if the generator kept up: share of saturated seconds, longest
  // loop stop, late resumptions.
  std::vector<std::string> warnings() const;
  std::int64_t saturated_intervals() const { return saturated_intervals_; }
  const runtime::LoopStats& total() const { return total_; }

 private:
  runtime::LoopStats total_;
  std::int64_t intervals_ = 0;
  std::int64_t saturated_intervals_ = 0;
};

}  // namespace proofload::run
