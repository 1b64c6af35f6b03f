#include "load/scenario_state.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/check.h"

namespace proofload::load {
namespace {

// Who may take iterations decides how they are dealt: in proportion to the VUs of each instance.
ExecutionTuple deal_of_iterations(const Scenario& scenario, const ExecutionTuple& tuple) {
  std::int64_t holders = 0;
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&scenario.executor)) {
    holders = shared->vus.value_or(1);
  } else if (const auto* constant = std::get_if<ConstantArrivalRateConfig>(&scenario.executor)) {
    holders = constant->max_vus_or_default();
  } else if (const auto* ramping = std::get_if<RampingArrivalRateConfig>(&scenario.executor)) {
    holders = ramping->max_vus_or_default();
  }
  return tuple.restriped(holders).value_or(tuple);
}

ArrivalSchedule schedule_of(const Scenario& scenario, const ExecutionTuple& tuple) {
  if (const auto* constant = std::get_if<ConstantArrivalRateConfig>(&scenario.executor)) {
    return {*constant, tuple};
  }
  if (const auto* ramping = std::get_if<RampingArrivalRateConfig>(&scenario.executor)) {
    return {*ramping, tuple};
  }
  return {};
}

// ramping-vus ends with its last change: stages that stay at 0 afterwards do not count (as k6).
Duration duration_in_use(const Scenario& scenario, const ExecutionTuple& tuple) {
  if (const auto* ramping = std::get_if<RampingVusConfig>(&scenario.executor)) {
    return end_offset(ramping_steps(*ramping, tuple));
  }
  return regular_duration(scenario);
}

}  // namespace

ScenarioState::ScenarioState(const Context& context)
    : scenario_(context.scenario),
      tuple_(context.tuple),
      iteration_tuple_(deal_of_iterations(scenario_, tuple_)),
      schedule_(schedule_of(scenario_, iteration_tuple_)),
      slots_(context.slots),
      thread_count_(context.thread_count),
      regular_duration_(duration_in_use(scenario_, tuple_)),
      max_duration_(std::max(regular_duration_, end_offset(requirements(scenario_, tuple_)))),
      vus_(max_vus(scenario_, tuple_)),
      iterations_(scaled_iterations(scenario_, tuple_)),
      cells_(std::make_unique<ThreadCell[]>(context.thread_count)),
      open_machines_(context.thread_count) {
  const auto planned = std::ranges::count(slots_, true, &Slot::is_planned);
  arrivals_.planned_vus = planned;
  arrivals_.unplanned_vus = static_cast<std::int64_t>(slots_.size()) - planned;
  arrivals_.awaited_vus.store(planned, std::memory_order_relaxed);
  arrivals_.open_schedules.store(thread_count_, std::memory_order_relaxed);
}

bool ScenarioState::finish_machine(TimePoint now) {
  const std::int64_t at = now.time_since_epoch().count();
  std::int64_t latest = finished_at_ns_.load(std::memory_order_relaxed);
  while (latest < at &&
         !finished_at_ns_.compare_exchange_weak(latest, at, std::memory_order_relaxed)) {
  }
  return open_machines_.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

TimePoint ScenarioState::finished_at() const {
  PL_CHECK(is_finished());
  return TimePoint(Duration(finished_at_ns_.load(std::memory_order_relaxed)));
}

void ScenarioState::mark_aborted(TimePoint now) {
  std::int64_t never = kNeverNs;
  aborted_at_ns_.compare_exchange_strong(never, now.time_since_epoch().count(),
                                         std::memory_order_relaxed);
}

}  // namespace proofload::load
