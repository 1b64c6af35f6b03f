#include "plan/compile.h"

#include <algorithm>
#include <cmath>

namespace proofload::plan {
namespace {

// Rates are whole numbers of iterations per time unit; with a long one they are exact to 0.001/s.
constexpr Duration kTimeUnit = std::chrono::seconds(1000);

constexpr std::int64_t kVusMin = 20;  // of a journey

std::int64_t per_unit(double per_second) {
  return std::max<std::int64_t>(std::llround(per_second * to_seconds(kTimeUnit)), 0);
}

std::int64_t share_of(std::int64_t total, double share) {
  return std::max<std::int64_t>(std::llround(std::ceil(static_cast<double>(total) * share)), 1);
}

load::Scenario scenario_of(const Journey& journey) {
  load::Scenario scenario;
  scenario.name = journey.name;
  scenario.exec = journey.exec;
  return scenario;
}

}  // namespace

std::vector<load::Scenario> compile_rate(const Plan& plan, double start_per_second,
                                         const std::vector<RateStage>& stages,
                                         std::int64_t max_vus) {
  const auto parts = shares(plan.load.journeys);
  std::vector<load::Scenario> scenarios;
  for (const Journey& journey : plan.load.journeys) {
    const double share = parts.at(journey.name);
    load::RampingArrivalRateConfig config;
    config.start_rate = per_unit(start_per_second * share);
    config.time_unit = kTimeUnit;
    for (const RateStage& stage : stages) {
      config.stages.push_back({stage.duration, per_unit(stage.journeys_per_second * share)});
    }
    // A rare journey may meet itself too, and a slow one itself many times.
    config.max_vus = std::max(share_of(max_vus, share), kVusMin);
    config.pre_allocated_vus = config.max_vus;
    load::Scenario scenario = scenario_of(journey);
    scenario.executor = std::move(config);
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

std::vector<RateStage> stages_of(const Profile& profile, double requests_per_journey,
                                 double& start_per_second) {
  const auto journeys = [&](double rate, RateUnit unit) {
    return unit == RateUnit::kJourneys ? rate : rate / std::max(requests_per_journey, 1e-9);
  };
  start_per_second = 0;
  if (const auto* hold = std::get_if<HoldLoad>(&profile.load)) {
    if (hold->vus || !hold->scenario.empty()) return {};
    const double rate = journeys(hold->per_second, hold->unit);
    std::vector<RateStage> stages;
    if (hold->ramp > Duration::zero()) stages.push_back({hold->ramp, rate});
    if (stages.empty()) start_per_second = rate;
    stages.push_back({hold->hold, rate});
    return stages;
  }
  if (const auto* spike = std::get_if<SpikeLoad>(&profile.load)) {
    const double base = journeys(spike->base_per_second, spike->unit);
    const double peak = journeys(spike->peak_per_second, spike->unit);
    start_per_second = base;
    return {{spike->recover_within, base},
            {spike->rise, peak},
            {spike->hold, peak},
            {spike->rise, base},
            {spike->recover_within, base}};
  }
  return {};
}

double rate_at(double start_per_second, const std::vector<RateStage>& stages, Duration at) {
  double from = start_per_second;
  for (const RateStage& stage : stages) {
    if (at < stage.duration) {
      const double part = to_seconds(at) / to_seconds(stage.duration);
      return from + (stage.journeys_per_second - from) * part;
    }
    at -= stage.duration;
    from = stage.journeys_per_second;
  }
  return 0;
}

std::vector<load::Scenario> compile_vus(const Plan& plan, const HoldLoad& load) {
  const auto parts = shares(plan.load.journeys);
  std::vector<load::Scenario> scenarios;
  for (const Journey& journey : plan.load.journeys) {
    load::ConstantVusConfig config;
    config.vus = share_of(load.vus.value_or(1), parts.at(journey.name));
    config.duration = load.ramp + load.hold;
    load::Scenario scenario = scenario_of(journey);
    scenario.executor = config;
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

std::int64_t max_vus(const Profile& profile, const ProfileArithmetic& arithmetic) {
  if (profile.max_vus) return *profile.max_vus;
  return std::max<std::int64_t>(std::llround(std::ceil(arithmetic.busy_vus * 4)), 20);
}

}  // namespace proofload::plan
