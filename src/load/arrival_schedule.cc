#include "load/arrival_schedule.h"

#include <algorithm>
#include <cmath>

namespace proofload::load {

ArrivalSchedule::ArrivalSchedule(const ConstantArrivalRateConfig& config,
                                 const ExecutionTuple& tuple)
    : tuple_(tuple) {
  const Duration time_unit = config.time_unit.value_or(kTimeUnitDefault);
  // More than one per nanosecond cannot be told apart.
  period_ = std::max(time_unit / config.rate.value_or(1), Duration(1));
  tick_count_ = tuple.scale(config.duration.value_or(Duration::zero()) / period_ + 1);
}

ArrivalSchedule::ArrivalSchedule(const RampingArrivalRateConfig& config,
                                 const ExecutionTuple& tuple)
    : tuple_(tuple) {
  const auto time_unit = static_cast<double>(config.time_unit.value_or(kTimeUnitDefault).count());
  double from = static_cast<double>(config.start_rate.value_or(0)) / time_unit;
  double done = 0;
  double end = 0;
  Duration start{};
  for (const load::Stage& stage : config.stages) {
    const Duration length = stage.duration.value_or(Duration::zero());
    const double to = static_cast<double>(stage.target.value_or(0)) / time_unit;
    const auto duration = static_cast<double>(length.count());
    end += from != to ? duration * ((to - from) / 2 + from) : duration * to;
    stages_.push_back({from, to, duration, done, end, start});
    done = end;
    from = to;
    start += length;
  }
  tick_count_ = tuple.scale(static_cast<std::int64_t>(end));
}

Duration ArrivalSchedule::due(std::int64_t tick) const {
  const std::int64_t index = tuple_.striped(tick);
  return stages_.empty() ? period_ * index : ramped(index + 1);
}

Duration ArrivalSchedule::ramped(std::int64_t event) const {
  const auto i = static_cast<double>(event);
  const auto stage = std::ranges::lower_bound(stages_, i, {}, &Stage::end);
  const double left = i - stage->done;
  if (stage->from == stage->to) {
    return stage->start + Duration(static_cast<std::int64_t>(left / stage->to));
  }
  const double d = stage->duration;
  const double slope = stage->to - stage->from;
  const double square = d * (stage->from * stage->from * d + 2 * left * slope);
  const double x = (stage->from * d - std::sqrt(std::max(square, 0.0))) / (stage->from - stage->to);
  return stage->start + Duration(static_cast<std::int64_t>(x));
}

std::int64_t ArrivalSchedule::ticks_before(Duration offset) const {
  std::int64_t below = 0;
  for (std::int64_t above = tick_count_; below < above;) {
    const std::int64_t middle = below + (above - below) / 2;
    if (due(middle) < offset) {
      below = middle + 1;
    } else {
      above = middle;
    }
  }
  return below;
}

}  // namespace proofload::load
