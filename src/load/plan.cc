#include "load/plan.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

namespace proofload::load {
namespace {

__extension__ using Wide = __int128;

// `whole` · part / of, truncated, without overflow.
Duration portion(Duration whole, std::int64_t part, std::int64_t of) {
  return Duration(static_cast<std::int64_t>(Wide{whole.count()} * part / of));
}

void add_if_changed(ExecutionPlan& plan, Duration offset, std::int64_t vus) {
  if (plan.back().planned_vus != vus) plan.push_back({offset, vus, 0});
}

// VU `u` of the whole test (from 1) starts when the ramp reaches u, and stops when it has come down
// to u - 1. Our own VU number n is the test's striped(n - 1) + 1.
struct Ramp {
  std::int64_t from = 0;
  std::int64_t to = 0;
  Duration duration{};
  Duration end{};

  Duration start_of(std::int64_t u) const { return end - portion(duration, to - u, to - from); }
  Duration stop_of(std::int64_t u) const { return end - portion(duration, to - u + 1, to - from); }
};

void add_ramp(const Ramp& ramp, const ExecutionTuple& tuple, ExecutionPlan& plan) {
  const std::int64_t target = tuple.scale(ramp.to);
  if (ramp.duration == Duration::zero()) {
    add_if_changed(plan, ramp.end, target);
    return;
  }
  for (std::int64_t n = tuple.scale(ramp.from); n < target; ++n) {
    add_if_changed(plan, ramp.start_of(tuple.striped(n) + 1), n + 1);
  }
  for (std::int64_t n = tuple.scale(ramp.from); n > target; --n) {
    add_if_changed(plan, ramp.stop_of(tuple.striped(n - 1) + 1), n - 1);
  }
}

ExecutionPlan stage_steps(const RampingVusConfig& config, const ExecutionTuple& tuple) {
  std::int64_t from = config.start_vus_or_default();
  ExecutionPlan plan{{Duration::zero(), tuple.scale(from), 0}};
  Duration end{};
  for (const Stage& stage : config.stages) {
    const Duration duration = stage.duration.value_or(Duration::zero());
    end += duration;
    add_ramp({from, stage.target.value_or(0), duration, end}, tuple, plan);
    from = stage.target.value_or(0);
  }
  return plan;
}

// For each step, the first later one that plans at least as much; the size when there is none.
std::vector<std::size_t> next_as_high(const ExecutionPlan& plan) {
  std::vector<std::size_t> next(plan.size(), plan.size());
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    while (!waiting.empty() && plan[waiting.back()].planned_vus <= plan[i].planned_vus) {
      next[waiting.back()] = i;
      waiting.pop_back();
    }
    waiting.push_back(i);
  }
  return next;
}

// A VU that is told to stop may need `grace` to finish its iteration and stays planned for as long;
// but one that the ramp wants again within that time is kept, not planned twice. What would happen
// at `end` or later is left to the caller.
ExecutionPlan with_graceful_ramp_down(const ExecutionPlan& raw, Duration grace, Duration end) {
  const std::vector<std::size_t> next = next_as_high(raw);
  ExecutionPlan plan{raw.front()};
  for (std::size_t i = 1; i < raw.size(); ++i) {
    if (raw[i].planned_vus >= raw[i - 1].planned_vus) {
      add_if_changed(plan, raw[i].offset, raw[i].planned_vus);
      continue;
    }
    const Duration stopped = raw[i].offset + grace;
    if (const std::size_t again = next[i - 1]; again < raw.size() && raw[again].offset <= stopped) {
      if (raw[again].planned_vus > plan.back().planned_vus) plan.push_back(raw[again]);
      i = again;
      continue;
    }
    if (stopped >= end) break;
    plan.push_back({stopped, raw[i].planned_vus, 0});
  }
  return plan;
}

ExecutionPlan ramping_requirements(const RampingVusConfig& config, Duration graceful_stop,
                                   const ExecutionTuple& tuple) {
  ExecutionPlan plan = stage_steps(config, tuple);
  const Duration end = stages_duration(config.stages) + graceful_stop;
  if (const Duration grace = config.graceful_ramp_down_or_default(); grace > Duration::zero()) {
    plan = with_graceful_ramp_down(plan, grace, end);
  }
  add_if_changed(plan, end, 0);
  return plan;
}

std::int64_t pre_allocated_vus(const Scenario& scenario, const ExecutionTuple& tuple) {
  if (const auto* constant = std::get_if<ConstantArrivalRateConfig>(&scenario.executor)) {
    return tuple.scale(constant->pre_allocated_vus.value_or(0));
  }
  if (const auto* ramping = std::get_if<RampingArrivalRateConfig>(&scenario.executor)) {
    return tuple.scale(ramping->pre_allocated_vus.value_or(0));
  }
  return max_vus(scenario, tuple);
}

}  // namespace

ExecutionPlan ramping_steps(const RampingVusConfig& config, const ExecutionTuple& tuple) {
  ExecutionPlan plan = stage_steps(config, tuple);
  add_if_changed(plan, stages_duration(config.stages), 0);
  return plan;
}

ExecutionPlan requirements(const Scenario& scenario, const ExecutionTuple& tuple) {
  if (const auto* ramping = std::get_if<RampingVusConfig>(&scenario.executor)) {
    return ramping_requirements(*ramping, scenario.graceful_period(), tuple);
  }
  const std::int64_t planned = pre_allocated_vus(scenario, tuple);
  const std::int64_t max = max_vus(scenario, tuple);
  if (scenario.type() == ExecutorType::kSharedIterations && planned == 0) return {{}};
  return {{Duration::zero(), planned, max - planned},
          {regular_duration(scenario) + scenario.graceful_period(), 0, 0}};
}

ExecutionPlan merged_requirements(std::span<const Scenario> scenarios,
                                  const ExecutionTuple& tuple) {
  struct Tracked {
    ExecutionStep step;
    std::size_t scenario = 0;
  };
  std::vector<Tracked> all;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    for (ExecutionStep step : requirements(scenarios[i], tuple)) {
      step.offset += scenarios[i].start_offset();
      all.push_back({step, i});
    }
  }
  // Stable: steps of one scenario at the same offset keep their order.
  std::ranges::stable_sort(all, [](const Tracked& a, const Tracked& b) {
    return std::tuple(a.step.offset, a.scenario) < std::tuple(b.step.offset, b.scenario);
  });

  ExecutionPlan merged;
  ExecutionPlan current(scenarios.size());
  ExecutionStep sum;
  for (const Tracked& tracked : all) {
    ExecutionStep& own = current[tracked.scenario];
    sum.offset = tracked.step.offset;
    sum.planned_vus += tracked.step.planned_vus - own.planned_vus;
    sum.unplanned_vus_max += tracked.step.unplanned_vus_max - own.unplanned_vus_max;
    own = tracked.step;
    if (merged.empty() || merged.back().planned_vus != sum.planned_vus ||
        merged.back().unplanned_vus_max != sum.unplanned_vus_max) {
      merged.push_back(sum);
    }
  }
  return merged;
}

std::int64_t planned_vus(const ExecutionPlan& plan) {
  std::int64_t max = 0;
  for (const ExecutionStep& step : plan) max = std::max(max, step.planned_vus);
  return max;
}

std::int64_t possible_vus(const ExecutionPlan& plan) {
  std::int64_t max = 0;
  for (const ExecutionStep& step : plan) {
    max = std::max(max, step.planned_vus + step.unplanned_vus_max);
  }
  return max;
}

Duration end_offset(const ExecutionPlan& plan) {
  return plan.empty() ? Duration::zero() : plan.back().offset;
}

}  // namespace proofload::load
