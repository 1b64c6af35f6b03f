// When each iteration of an arrival rate is due: pure arithmetic, as k6 does it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "load/scenario.h"
#include "load/segment.h"

namespace proofload::load {

// The ticks of one instance, from 0; offsets from the scenario's start. Immutable, any thread.
//
// Constant: tick k of the whole test is due at k·period, period = timeUnit / rate truncated to a
// nanosecond, up to and including the end of the duration (k6 fires that one too: 21 ticks at 10/s
// for 2 s).
//
// Ramping: the rate is linear within a stage, and tick i (from 1) is due when the area under the
// rate's curve has reached i. With a stage's rates `from` and `to` per nanosecond and `done` the
// area before it, i = done + from·x + (to - from)·x²/(2·duration) is solved for x:
//   x = (from·d - √(d·(from²·d + 2·(i - done)·(to - from)))) / (from - to),   or (i - done) / to
// when both are equal. The floating-point operations keep this order, because rounding decides
// whether the last tick of a stage still falls into it.
class ArrivalSchedule {
 public:
  ArrivalSchedule() = default;  // no ticks
  // `tuple` deals the ticks.
  ArrivalSchedule(const ConstantArrivalRateConfig& config, const ExecutionTuple& tuple);
  ArrivalSchedule(const RampingArrivalRateConfig& config, const ExecutionTuple& tuple);

  std::int64_t tick_count() const { return tick_count_; }
  // `tick` must be below tick_count().
  Duration due(std::int64_t tick) const;
  // How many ticks are due before `offset`.
  std::int64_t ticks_before(Duration offset) const;

 private:
  struct Stage {
    double from = 0;  // events per nanosecond
    double to = 0;
    double duration = 0;  // nanoseconds
    double done = 0;      // area before the stage
    double end = 0;       // area after it
    Duration start{};
  };

  Duration ramped(std::int64_t event) const;

  ExecutionTuple tuple_;
  std::int64_t tick_count_ = 0;
  Duration period_{};          // constant
  std::vector<Stage> stages_;  // ramping
};

}  // namespace proofload::load
