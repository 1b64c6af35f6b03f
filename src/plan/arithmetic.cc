#include "plan/arithmetic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace proofload::plan {
namespace {

constexpr double kZ = 1.959964;  // of a two-sided 95 % interval

struct Mix {
  double requests = 0;  // of an average journey
  Duration took{};
  std::map<std::string, double> endpoints;
};

Mix mix_of(const Plan& plan, const JourneyShapes& shapes) {
  Mix mix;
  double took_ns = 0;
  for (const auto& [name, share] : shares(plan.load.journeys)) {
    const auto shape = shapes.find(name);
    if (shape == shapes.end()) continue;
    mix.requests += share * shape->second.all_requests();
    took_ns += share * static_cast<double>(shape->second.took.count());
    for (const auto& [endpoint, count] : shape->second.requests) {
      mix.endpoints[endpoint] += share * count;
    }
  }
  mix.took = Duration(static_cast<std::int64_t>(took_ns));
  return mix;
}

double highest_rate(const Profile& profile, RateUnit& unit) {
  if (const auto* hold = std::get_if<HoldLoad>(&profile.load)) {
    unit = hold->unit;
    return hold->per_second;
  }
  if (const auto* spike = std::get_if<SpikeLoad>(&profile.load)) {
    unit = spike->unit;
    return spike->peak_per_second;
  }
  const auto& capacity = std::get<CapacityLoad>(profile.load);
  unit = capacity.unit;
  return capacity.from_per_second;
}

double journeys_per_second(const Profile& profile, const Mix& mix) {
  RateUnit unit = RateUnit::kJourneys;
  const double rate = highest_rate(profile, unit);
  const auto* hold = std::get_if<HoldLoad>(&profile.load);
  if (hold != nullptr && hold->vus) {
    const double seconds = std::max(to_seconds(mix.took), 1e-3);
    return static_cast<double>(*hold->vus) / seconds;
  }
  if (unit == RateUnit::kJourneys || mix.requests <= 0) return rate;
  return rate / mix.requests;
}

}  // namespace

double JourneyShape::all_requests() const {
  return std::accumulate(requests.begin(), requests.end(), 0.0,
                         [](double sum, const auto& one) { return sum + one.second; });
}

std::map<std::string, double> shares(const std::vector<Journey>& journeys) {
  const double total =
      std::accumulate(journeys.begin(), journeys.end(), 0.0,
                      [](double sum, const Journey& one) { return sum + one.weight; });
  std::map<std::string, double> shares;
  for (const Journey& journey : journeys) shares[journey.name] = journey.weight / total;
  return shares;
}

ProfileArithmetic arithmetic(const Plan& plan, const Profile& profile,
                             const JourneyShapes& shapes) {
  const Mix mix = mix_of(plan, shapes);
  ProfileArithmetic result;
  result.journeys_per_second = journeys_per_second(profile, mix);
  result.requests_per_second = result.journeys_per_second * mix.requests;
  result.busy_vus = result.journeys_per_second * to_seconds(mix.took);
  if (const auto* hold = std::get_if<HoldLoad>(&profile.load)) {
    const double seconds = to_seconds(hold->hold) + to_seconds(hold->ramp) / 2;
    result.total_requests = result.requests_per_second * seconds;
  } else if (const auto* spike = std::get_if<SpikeLoad>(&profile.load)) {
    const double seconds = to_seconds(spike->hold) + to_seconds(spike->rise);
    const double base = spike->base_per_second / spike->peak_per_second;
    result.total_requests =
        result.requests_per_second * (seconds + 2 * base * to_seconds(spike->recover_within));
  }
  return result;
}

bool is_judged_in(const Slo& slo, const Profile& profile, const Plan& plan) {
  if (!slo.profiles.empty()) {
    return std::find(slo.profiles.begin(), slo.profiles.end(), profile.name) != slo.profiles.end();
  }
  const bool is_hold = std::holds_alternative<HoldLoad>(profile.load);
  const bool has_default = plan.profile("steady") != nullptr || plan.profile("soak") != nullptr;
  if (!has_default) return is_hold;
  return is_hold && (profile.name == "steady" || profile.name == "soak" || profile.name == "gate");
}

double samples_for_percentile(double percentile) {
  return std::ceil(std::log(0.025) / std::log(percentile / 100));
}

double samples_for_error_rate(double max) {
  return max <= 0 ? INFINITY : std::ceil(kZ * kZ * (1 - max) / max);
}

namespace {

// Nothing for what a number of samples does not decide.
std::optional<double> samples_needed(const Slo& slo) {
  if (const auto* latency = std::get_if<LatencyObjective>(&slo.objective)) {
    return samples_for_percentile(latency->percentile);
  }
  if (const auto* errors = std::get_if<ErrorRateObjective>(&slo.objective)) {
    return samples_for_error_rate(errors->max);
  }
  return std::nullopt;
}

// Requests that an average journey sends to an SLO's endpoint.
double requests_judged(const Slo& slo, const Mix& mix) {
  if (slo.endpoint.empty()) return mix.requests;
  const auto endpoint = mix.endpoints.find(slo.endpoint);
  return endpoint == mix.endpoints.end() ? 0 : endpoint->second;
}

Duration hold_for(double samples, double per_second, Duration warm_up) {
  constexpr double kForever = 1e9;
  const double seconds = per_second > 0 ? samples / per_second : INFINITY;
  if (!std::isfinite(seconds) || seconds > kForever) return Duration::max();
  return warm_up + std::chrono::seconds(std::llround(std::ceil(seconds)));
}

}  // namespace

std::vector<Decidability> decidability(const Plan& plan, const JourneyShapes& shapes) {
  const Mix mix = mix_of(plan, shapes);
  std::vector<Decidability> all;
  for (const Profile& profile : plan.load.profiles) {
    const auto* hold = std::get_if<HoldLoad>(&profile.load);
    if (hold == nullptr || !hold->scenario.empty()) continue;
    const double journeys = journeys_per_second(profile, mix);
    for (const Slo& slo : plan.slos) {
      const auto needed = samples_needed(slo);
      if (!needed || !is_judged_in(slo, profile, plan)) continue;
      const double per_second = journeys * requests_judged(slo, mix);
      all.push_back({.slo = &slo,
                     .profile = &profile,
                     .expected = per_second * to_seconds(hold->hold - hold->warm_up),
                     .needed = *needed,
                     .hold_needed = hold_for(*needed, per_second, hold->warm_up)});
    }
  }
  return all;
}

}  // namespace proofload::plan
