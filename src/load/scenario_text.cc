// How a scenario is described in the banner, and what its mistakes are called: k6's words.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.h"
#include "load/scenario.h"

namespace proofload::load {

using proofload::to_string;  // of a Duration

namespace {

using Texts = std::vector<std::string>;

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-';
}

void check_common(const Scenario& scenario, Texts& out) {
  if (scenario.name.empty()) out.emplace_back("scenario name can't be empty");
  if (scenario.name.empty() || !std::ranges::all_of(scenario.name, is_name_character)) {
    out.emplace_back(
        "the scenario name should contain only numbers, latin letters, underscores, and dashes");
  }
  if (scenario.exec && scenario.exec->empty()) out.emplace_back("exec value cannot be empty");
  if (scenario.start_offset() < Duration::zero()) {
    out.emplace_back("the startTime can't be negative");
  }
  if (scenario.graceful_period() < Duration::zero()) {
    out.emplace_back("the gracefulStop timeout can't be negative");
  }
}

void check_vus(const std::optional<std::int64_t>& vus, Texts& out) {
  if (vus.value_or(1) <= 0) out.emplace_back("the number of VUs must be more than 0");
}

void check_max_duration(Duration max_duration, Texts& out) {
  if (max_duration >= kDurationMin) return;
  out.push_back(fmt::format("the maxDuration must be at least {}, but is {}",
                            to_string(kDurationMin), to_string(max_duration)));
}

void check_duration(const std::optional<Duration>& duration, Texts& out) {
  if (!duration) {
    out.emplace_back("the duration is unspecified");
  } else if (*duration < kDurationMin) {
    out.push_back(fmt::format("the duration must be at least {}, but is {}",
                              to_string(kDurationMin), to_string(*duration)));
  }
}

void check_stages(std::span<const Stage> stages, Texts& out) {
  if (stages.empty()) out.emplace_back("at least one stage has to be specified");
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Stage& stage = stages[i];
    if (!stage.duration) {
      out.push_back(fmt::format("stage {} doesn't have a duration", i + 1));
    } else if (*stage.duration < Duration::zero()) {
      out.push_back(fmt::format("the duration for stage {} can't be negative", i + 1));
    }
    if (!stage.target) {
      out.push_back(fmt::format("stage {} doesn't have a target", i + 1));
    } else if (*stage.target < 0) {
      out.push_back(fmt::format("the target for stage {} can't be negative", i + 1));
    }
  }
}

void check_time_unit(const std::optional<Duration>& time_unit, Texts& out) {
  if (time_unit.value_or(kTimeUnitDefault) <= Duration::zero()) {
    out.emplace_back("the timeUnit must be more than 0");
  }
}

void check_vu_range(const std::optional<std::int64_t>& pre_allocated,
                    const std::optional<std::int64_t>& max, Texts& out) {
  if (!pre_allocated) {
    out.emplace_back("the number of preAllocatedVUs isn't specified");
  } else if (*pre_allocated < 0) {
    out.emplace_back("the number of preAllocatedVUs can't be negative");
  }
  if (max && *max < pre_allocated.value_or(0)) {
    out.emplace_back("maxVUs can't be less than preAllocatedVUs");
  }
}

struct Check {
  Texts& out;

  void operator()(const SharedIterationsConfig& c) const {
    check_vus(c.vus, out);
    if (const auto iterations = c.iterations.value_or(1), vus = c.vus.value_or(1);
        iterations < vus) {
      out.push_back(
          fmt::format("the number of iterations ({}) can't be less than the number of VUs ({})",
                      iterations, vus));
    }
    check_max_duration(c.max_duration_or_default(), out);
  }
  void operator()(const PerVuIterationsConfig& c) const {
    check_vus(c.vus, out);
    if (c.iterations.value_or(1) <= 0) {
      out.emplace_back("the number of iterations must be more than 0");
    }
    check_max_duration(c.max_duration_or_default(), out);
  }
  void operator()(const ConstantVusConfig& c) const {
    check_vus(c.vus, out);
    check_duration(c.duration, out);
  }
  void operator()(const RampingVusConfig& c) const {
    const std::int64_t start = c.start_vus_or_default();
    if (start < 0) out.emplace_back("the number of start VUs can't be negative");
    if (stages_max(start, c.stages) <= 0) {
      out.emplace_back(
          "either startVUs or one of the stages' target values must be greater than 0");
    }
    check_stages(c.stages, out);
    if (start > kRampingVusMax) {
      out.push_back(fmt::format("the startVUs exceed max limit of {}", kRampingVusMax));
    }
    for (std::size_t i = 0; i < c.stages.size(); ++i) {
      if (c.stages[i].target.value_or(0) <= kRampingVusMax) continue;
      out.push_back(
          fmt::format("target for stage {} exceeds max limit of {}", i + 1, kRampingVusMax));
    }
  }
  void operator()(const ConstantArrivalRateConfig& c) const {
    if (!c.rate) {
      out.emplace_back("the iteration rate isn't specified");
    } else if (*c.rate <= 0) {
      out.emplace_back("the iteration rate must be more than 0");
    }
    check_time_unit(c.time_unit, out);
    check_duration(c.duration, out);
    check_vu_range(c.pre_allocated_vus, c.max_vus, out);
  }
  void operator()(const RampingArrivalRateConfig& c) const {
    if (c.start_rate.value_or(0) < 0) out.emplace_back("the startRate value can't be negative");
    check_time_unit(c.time_unit, out);
    check_stages(c.stages, out);
    check_vu_range(c.pre_allocated_vus, c.max_vus, out);
  }
};

// ` (maxDuration: 10m0s, exec: browse, gracefulStop: 30s)`; `own` is the executor's own fact.
std::string facts(const Scenario& scenario, std::string own) {
  Texts list;
  if (!own.empty()) list.push_back(std::move(own));
  if (scenario.exec) list.push_back("exec: " + *scenario.exec);
  if (scenario.start_offset() > Duration::zero()) {
    list.push_back("startTime: " + to_string(scenario.start_offset()));
  }
  if (scenario.graceful_period() > Duration::zero()) {
    list.push_back("gracefulStop: " + to_string(scenario.graceful_period()));
  }
  return list.empty() ? "" : fmt::format(" ({})", fmt::join(list, ", "));
}

std::string vu_range(std::int64_t pre_allocated, std::int64_t max, bool is_range) {
  return is_range ? fmt::format("maxVUs: {}-{}", pre_allocated, max)
                  : fmt::format("maxVUs: {}", pre_allocated);
}

struct Describe {
  const Scenario& scenario;
  const ExecutionTuple& tuple;

  std::string operator()(const SharedIterationsConfig& c) const {
    return fmt::format("{} iterations shared among {} VUs{}", scaled_iterations(scenario, tuple),
                       max_vus(scenario, tuple), max_duration(c.max_duration_or_default()));
  }
  std::string operator()(const PerVuIterationsConfig& c) const {
    return fmt::format("{} iterations for each of {} VUs{}", scaled_iterations(scenario, tuple),
                       max_vus(scenario, tuple), max_duration(c.max_duration_or_default()));
  }
  std::string operator()(const ConstantVusConfig& c) const {
    return fmt::format("{} looping VUs for {}{}", max_vus(scenario, tuple),
                       to_string(c.duration.value_or(Duration::zero())), facts(scenario, ""));
  }
  std::string operator()(const RampingVusConfig& c) const {
    return fmt::format(
        "Up to {} looping VUs for {} over {} stages{}", max_vus(scenario, tuple),
        to_string(stages_duration(c.stages)), c.stages.size(),
        facts(scenario, "gracefulRampDown: " + to_string(c.graceful_ramp_down_or_default())));
  }
  std::string operator()(const ConstantArrivalRateConfig& c) const {
    const std::int64_t max = max_vus(scenario, tuple);
    const std::int64_t pre_allocated = tuple.scale(c.pre_allocated_vus.value_or(0));
    // In proportion to the VUs that the segment has for it, as the ticks are dealt.
    const double share =
        max == 0 ? 0.0 : static_cast<double>(max) / static_cast<double>(c.max_vus_or_default());
    return fmt::format("{:.2f} iterations/s for {}{}",
                       share * per_second(c.rate.value_or(0), c.time_unit),
                       to_string(c.duration.value_or(Duration::zero())),
                       facts(scenario, vu_range(pre_allocated, max, max > pre_allocated)));
  }
  std::string operator()(const RampingArrivalRateConfig& c) const {
    const std::int64_t pre_allocated = c.pre_allocated_vus.value_or(0);
    const double rate = per_second(stages_max(c.start_rate.value_or(0), c.stages), c.time_unit);
    return fmt::format(
        "Up to {:.2f} iterations/s for {} over {} stages{}",
        rate * tuple.segment().length_as_double(), to_string(stages_duration(c.stages)),
        c.stages.size(),
        facts(scenario, vu_range(tuple.scale(pre_allocated), max_vus(scenario, tuple),
                                 c.max_vus_or_default() > pre_allocated)));
  }

 private:
  std::string max_duration(Duration value) const {
    return facts(scenario, "maxDuration: " + to_string(value));
  }
};

}  // namespace

double per_second(std::int64_t count, const std::optional<Duration>& time_unit) {
  return static_cast<double>(count) / to_seconds(time_unit.value_or(kTimeUnitDefault));
}

std::vector<std::string> validate(const Scenario& scenario) {
  Texts out;
  check_common(scenario, out);
  std::visit(Check{out}, scenario.executor);
  return out;
}

std::vector<std::string> validate(std::span<const Scenario> scenarios) {
  Texts out;
  for (const Scenario& scenario : scenarios) {
    const Texts mistakes = validate(scenario);
    if (mistakes.empty()) continue;
    out.push_back(fmt::format("scenario {} has configuration errors: {}", scenario.name,
                              fmt::join(mistakes, ", ")));
  }
  return out;
}

std::string describe(const Scenario& scenario, const ExecutionTuple& tuple) {
  return std::visit(Describe{scenario, tuple}, scenario.executor);
}

}  // namespace proofload::load
