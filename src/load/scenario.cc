#include "load/scenario.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "load/plan.h"

namespace proofload::load {
namespace {

constexpr std::array<std::string_view, 6> kTypeNames = {
    "shared-iterations", "per-vu-iterations",     "constant-vus",
    "ramping-vus",       "constant-arrival-rate", "ramping-arrival-rate"};

constexpr std::array kCommonFields = {ScenarioField{"executor", FieldType::kText},
                                      ScenarioField{"startTime", FieldType::kDuration},
                                      ScenarioField{"gracefulStop", FieldType::kDuration},
                                      ScenarioField{"env", FieldType::kTextMap},
                                      ScenarioField{"exec", FieldType::kText},
                                      ScenarioField{"tags", FieldType::kTextMap},
                                      ScenarioField{"options", FieldType::kJson}};

constexpr std::array kIterationsFields = {ScenarioField{"vus", FieldType::kInteger},
                                          ScenarioField{"iterations", FieldType::kInteger},
                                          ScenarioField{"maxDuration", FieldType::kDuration}};

constexpr std::array kConstantVusFields = {ScenarioField{"vus", FieldType::kInteger},
                                           ScenarioField{"duration", FieldType::kDuration}};

constexpr std::array kRampingVusFields = {ScenarioField{"startVUs", FieldType::kInteger},
                                          ScenarioField{"stages", FieldType::kStages},
                                          ScenarioField{"gracefulRampDown", FieldType::kDuration}};

constexpr std::array kConstantArrivalRateFields = {
    ScenarioField{"rate", FieldType::kInteger}, ScenarioField{"timeUnit", FieldType::kDuration},
    ScenarioField{"duration", FieldType::kDuration},
    ScenarioField{"preAllocatedVUs", FieldType::kInteger},
    ScenarioField{"maxVUs", FieldType::kInteger}};

constexpr std::array kRampingArrivalRateFields = {
    ScenarioField{"startRate", FieldType::kInteger},
    ScenarioField{"timeUnit", FieldType::kDuration}, ScenarioField{"stages", FieldType::kStages},
    ScenarioField{"preAllocatedVUs", FieldType::kInteger},
    ScenarioField{"maxVUs", FieldType::kInteger}};

}  // namespace

ExecutorConfig empty_config(ExecutorType type) {
  switch (type) {
    case ExecutorType::kSharedIterations:
      return SharedIterationsConfig();
    case ExecutorType::kPerVuIterations:
      return PerVuIterationsConfig();
    case ExecutorType::kConstantVus:
      return ConstantVusConfig();
    case ExecutorType::kRampingVus:
      return RampingVusConfig();
    case ExecutorType::kConstantArrivalRate:
      return ConstantArrivalRateConfig();
    case ExecutorType::kRampingArrivalRate:
      return RampingArrivalRateConfig();
  }
  return {};
}

std::string_view to_string(ExecutorType type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<ExecutorType> parse_executor_type(std::string_view name) {
  const auto found = std::ranges::find(kTypeNames, name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<ExecutorType>(found - kTypeNames.begin());
}

std::span<const ScenarioField> common_fields() {
  return kCommonFields;
}

std::span<const ScenarioField> own_fields(ExecutorType type) {
  switch (type) {
    case ExecutorType::kSharedIterations:
    case ExecutorType::kPerVuIterations:
      return kIterationsFields;
    case ExecutorType::kConstantVus:
      return kConstantVusFields;
    case ExecutorType::kRampingVus:
      return kRampingVusFields;
    case ExecutorType::kConstantArrivalRate:
      return kConstantArrivalRateFields;
    case ExecutorType::kRampingArrivalRate:
      return kRampingArrivalRateFields;
  }
  return {};
}

void sort_scenarios(std::vector<Scenario>& scenarios) {
  std::ranges::stable_sort(scenarios, [](const Scenario& a, const Scenario& b) {
    return std::tuple(a.start_offset(), std::string_view(a.name)) <
           std::tuple(b.start_offset(), std::string_view(b.name));
  });
}

Duration stages_duration(std::span<const Stage> stages) {
  Duration sum{};
  for (const Stage& stage : stages) sum += stage.duration.value_or(Duration::zero());
  return sum;
}

std::int64_t stages_max(std::int64_t start, std::span<const Stage> stages) {
  for (const Stage& stage : stages) start = std::max(start, stage.target.value_or(0));
  return start;
}

namespace {

struct RegularDuration {
  Duration operator()(const SharedIterationsConfig& c) const { return c.max_duration_or_default(); }
  Duration operator()(const PerVuIterationsConfig& c) const { return c.max_duration_or_default(); }
  Duration operator()(const ConstantVusConfig& c) const {
    return c.duration.value_or(Duration::zero());
  }
  Duration operator()(const RampingVusConfig& c) const { return stages_duration(c.stages); }
  Duration operator()(const ConstantArrivalRateConfig& c) const {
    return c.duration.value_or(Duration::zero());
  }
  Duration operator()(const RampingArrivalRateConfig& c) const { return stages_duration(c.stages); }
};

// Of the whole test.
struct MaxVus {
  std::int64_t operator()(const SharedIterationsConfig& c) const { return c.vus.value_or(1); }
  std::int64_t operator()(const PerVuIterationsConfig& c) const { return c.vus.value_or(1); }
  std::int64_t operator()(const ConstantVusConfig& c) const { return c.vus.value_or(1); }
  std::int64_t operator()(const RampingVusConfig& c) const {
    return stages_max(c.start_vus_or_default(), c.stages);
  }
  std::int64_t operator()(const ConstantArrivalRateConfig& c) const {
    return c.max_vus_or_default();
  }
  std::int64_t operator()(const RampingArrivalRateConfig& c) const {
    return c.max_vus_or_default();
  }
};

}  // namespace

Duration regular_duration(const Scenario& scenario) {
  return std::visit(RegularDuration(), scenario.executor);
}

std::int64_t max_vus(const Scenario& scenario, const ExecutionTuple& tuple) {
  return tuple.scale(std::visit(MaxVus(), scenario.executor));
}

std::int64_t scaled_iterations(const Scenario& scenario, const ExecutionTuple& tuple) {
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&scenario.executor)) {
    const auto by_vus = tuple.restriped(shared->vus.value_or(1));
    return by_vus ? by_vus->scale(shared->iterations.value_or(1)) : 0;
  }
  if (const auto* per_vu = std::get_if<PerVuIterationsConfig>(&scenario.executor)) {
    return per_vu->iterations.value_or(1);
  }
  return 0;
}

bool has_work(const Scenario& scenario, const ExecutionTuple& tuple) {
  if (scenario.type() == ExecutorType::kSharedIterations &&
      scaled_iterations(scenario, tuple) == 0) {
    return false;
  }
  return max_vus(scenario, tuple) > 0;
}

}  // namespace proofload::load
