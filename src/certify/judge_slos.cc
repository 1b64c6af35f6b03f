#include "certify/judge_slos.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "analysis/judge.h"
#include "base/duration.h"
#include "plan/arithmetic.h"

namespace proofload::certify {
namespace {

using analysis::Block;
using analysis::Blocks;
using evidence::ProfileResult;
using evidence::ProfileState;
using evidence::SloResult;
using evidence::SloState;

// Blocks of an endpoint, or of all requests, from the end of ramp and warm-up on.
class Measured {
 public:
  Measured(const plan::Plan& plan, const std::string& endpoint, const ProfileLog& log,
           Duration from)
      : length_(log.block_length()) {
    const auto found = std::find_if(plan.service.endpoints.begin(), plan.service.endpoints.end(),
                                    [&](const auto& one) { return one.name == endpoint; });
    const auto row = static_cast<std::size_t>(found - plan.service.endpoints.begin());
    const auto blocks = endpoint.empty() ? log.all_blocks(from) : log.blocks(row, from);
    for (const RequestBlock* block : blocks) list_.push_back({&block->answered, block->failed});
    from_ = (from + length_ - Duration(1)) / length_ * length_;
  }
  Blocks blocks() const { return {.all = list_, .length = length_, .from = from_}; }

 private:
  std::vector<Block> list_;
  Duration length_;
  Duration from_{};
};

SloResult slo_result(const plan::Slo& slo, const plan::Profile& profile) {
  return {
      .id = slo.id, .profile = profile.name, .owner = slo.owner, .objective = plan::describe(slo)};
}

void judge_one(const plan::Slo& slo, const Blocks& blocks, const ProfileResult& profile,
               SloResult& result) {
  if (const auto* latency = std::get_if<plan::LatencyObjective>(&slo.objective)) {
    result.unit = "ms";
    result.limit = to_milliseconds(latency->limit);
    analysis::judge_latency(latency->percentile, blocks, result);
  } else if (const auto* errors = std::get_if<plan::ErrorRateObjective>(&slo.objective)) {
    result.unit = "%";
    result.limit = errors->max * 100;
    analysis::judge_error_rate(blocks, result);
  } else {
    const auto& throughput = std::get<plan::ThroughputObjective>(slo.objective);
    if (throughput.delivered) {
      result.unit = "%";
      result.limit = *throughput.delivered * 100;
      analysis::judge_delivered(profile.scheduled_iterations, profile.started_iterations, result);
    } else {
      result.unit = "/s";
      result.limit = throughput.sustains_per_second.value_or(0);
      analysis::judge_rate(blocks, result);
    }
    // A rate that was never offered is not one that the service could not bear.
    if (profile.withheld_iterations > 0 && result.state == SloState::kBroken) {
      result.state = SloState::kUndecided;
      result.reason = "load was withheld";
    }
  }
}

// What the state of a profile does to what was measured in it. An incomplete load is lighter than
// the plan's: what broke under it is broken all the more, what held is not shown.
void weigh(const ProfileResult& profile, SloResult& slo) {
  if (profile.state == ProfileState::kInvalid) {
    slo.state = SloState::kInvalid;
    slo.reason = profile.reasons.empty() ? "" : profile.reasons.front();
  } else if (profile.state != ProfileState::kValid && slo.state == SloState::kMet) {
    slo.state = SloState::kUndecided;
    slo.reason = fmt::format("the profile is {}", to_string(profile.state));
  }
}

// Of each second's p95: a mean of percentiles, which is good enough for a slope.
SloResult judge_latency_creep(const plan::Profile& profile, double max,
                              const ProfileResult& result) {
  std::vector<analysis::CreepPoint> points;
  for (const evidence::Second& second : result.seconds) {
    if (second.since_start < result.measured_from || second.p95 <= 0) continue;
    points.push_back({to_seconds(second.since_start) / 3600, second.p95});
  }
  SloResult slo{.id = "latency-creep",
                .profile = profile.name,
                .objective = fmt::format("p95 grows by at most {:.4g} %/h", max * 100),
                .unit = "%/h",
                .limit = max * 100};
  analysis::judge_creep(points, slo);
  weigh(result, slo);
  return slo;
}

// Share of a block's requests that an SLO counts as bad, and what it allows.
struct Badness {
  std::uint64_t bad = 0;
  double allowed = 0;
};

Badness badness(const plan::Slo& slo, const Block& block) {
  if (const auto* latency = std::get_if<plan::LatencyObjective>(&slo.objective)) {
    return {block.answered->count_above(to_milliseconds(latency->limit)) + block.failed,
            1 - latency->percentile / 100};
  }
  if (const auto* errors = std::get_if<plan::ErrorRateObjective>(&slo.objective)) {
    return {block.failed, errors->max};
  }
  return {0, 1};
}

bool is_bad(const plan::Slo& slo, const Block& block) {
  const Badness one = badness(slo, block);
  // A single slow request in a small block breaks nothing.
  return one.bad >= 2 &&
         static_cast<double>(one.bad) > one.allowed * static_cast<double>(block.requests());
}

// From the end of the peak to the end of the last block in which an SLO was broken.
Duration recovery(const plan::Plan& plan, const ProfileLog& log, Duration peak_end) {
  Duration last{};
  for (const plan::Slo& slo : plan.slos) {
    const Measured measured(plan, slo.endpoint, log, peak_end);
    const Blocks blocks = measured.blocks();
    for (std::size_t i = 0; i < blocks.all.size(); ++i) {
      if (!is_bad(slo, blocks.all[i])) continue;
      last = std::max(last, static_cast<std::int64_t>(i + 1) * blocks.length);
    }
  }
  return last;
}

}  // namespace

std::optional<std::string> broken_slo(const plan::Plan& plan, const ProfileLog& log,
                                      Duration second) {
  const Duration from = second / log.block_length() * log.block_length();
  for (const plan::Slo& slo : plan.slos) {
    const Measured measured(plan, slo.endpoint, log, from);
    const Blocks blocks = measured.blocks();
    if (!blocks.all.empty() && is_bad(slo, blocks.all.front())) return slo.id;
  }
  return std::nullopt;
}

std::vector<SloResult> judge_hold(const plan::Plan& plan, const plan::Profile& profile,
                                  ProfileLog& log, const ProfileResult& result) {
  std::vector<SloResult> results;
  for (const plan::Slo& slo : plan.slos) {
    const bool is_step = std::holds_alternative<plan::CapacityLoad>(
        plan.profile(profile.name)->load);  // of a staircase: judged as if it were steady
    if (!is_step && !plan::is_judged_in(slo, profile, plan)) continue;
    const Measured measured(plan, slo.endpoint, log, result.measured_from);
    SloResult judged = slo_result(slo, profile);
    judge_one(slo, measured.blocks(), result, judged);
    weigh(result, judged);
    results.push_back(std::move(judged));
  }
  const auto* hold = std::get_if<plan::HoldLoad>(&profile.load);
  if (hold != nullptr && hold->latency_creep_max) {
    results.push_back(judge_latency_creep(profile, *hold->latency_creep_max, result));
  }
  return results;
}

std::vector<SloResult> judge_memory_creep(const plan::Profile& profile, const ProfileResult& result,
                                          const std::vector<evidence::Signal>& signals) {
  std::vector<SloResult> results;
  const auto* hold = std::get_if<plan::HoldLoad>(&profile.load);
  if (hold == nullptr || !hold->memory_creep_max || result.seconds.empty()) return results;
  const WallTime from =
      result.started + std::chrono::duration_cast<WallTime::duration>(result.measured_from);
  const WallTime to = result.started + std::chrono::duration_cast<WallTime::duration>(result.took);
  for (const evidence::Signal& signal : signals) {
    if (signal.name != "memory") continue;
    std::vector<analysis::CreepPoint> points;
    for (const evidence::Signal::Point& point : signal.points) {
      const bool is_inside = point.at >= from && point.at <= to;
      if (is_inside) points.push_back({to_seconds(point.at - from) / 3600, point.value});
    }
    const double max = *hold->memory_creep_max * 100;
    SloResult slo{
        .id = "memory-creep-" + signal.component,
        .profile = profile.name,
        .objective = fmt::format("memory of {} grows by at most {:.4g} %/h", signal.component, max),
        .unit = "%/h",
        .limit = max};
    analysis::judge_creep(points, slo);
    weigh(result, slo);
    results.push_back(std::move(slo));
  }
  return results;
}

std::vector<SloResult> judge_spike(const plan::Plan& plan, const plan::Profile& profile,
                                   ProfileLog& log, const ProfileResult& result) {
  const auto& load = std::get<plan::SpikeLoad>(profile.load);
  const Measured measured(plan, "", log, Duration::zero());
  SloResult errors{
      .id = "spike-errors",
      .profile = profile.name,
      .objective = fmt::format("errors during the spike <= {:.4g} %", load.error_rate_max * 100),
      .unit = "%",
      .limit = load.error_rate_max * 100};
  analysis::judge_error_rate(measured.blocks(), errors);
  weigh(result, errors);
  const Duration peak_end = load.recover_within + 2 * load.rise + load.hold;
  SloResult recovered{
      .id = "spike-recovery",
      .profile = profile.name,
      .objective = fmt::format("SLOs hold again within {}", to_string(load.recover_within)),
      .unit = "s",
      .limit = to_seconds(load.recover_within)};
  const Duration took = recovery(plan, log, peak_end);
  recovered.samples = measured.blocks().all.size();
  recovered.value = to_seconds(took);
  // Bad to its very end: it had not recovered when the load ended.
  recovered.state = took < load.recover_within ? SloState::kMet : SloState::kBroken;
  weigh(result, recovered);
  return {std::move(errors), std::move(recovered)};
}

void weigh_all(ProfileResult& result) {
  for (SloResult& slo : result.slos) weigh(result, slo);
}

CapacitySearch::CapacitySearch(double from, double step, int steps_max, int halvings)
    : step_(step), rate_(from), steps_left_(steps_max), halvings_left_(halvings) {}

std::optional<double> CapacitySearch::next() {
  if (steps_left_-- <= 0) return std::nullopt;
  if (!bad_) return rate_;
  if (good_ == 0 || halvings_left_-- <= 0) return std::nullopt;
  rate_ = (good_ + *bad_) / 2;
  return rate_;
}

void CapacitySearch::note(bool is_good, double served) {
  if (is_good) {
    good_ = std::max(good_, rate_);
    good_served_ = std::max(good_served_, served);
    if (!bad_) rate_ += step_;
  } else {
    bad_ = std::min(bad_.value_or(rate_), rate_);
  }
}

bool is_step_good(const ProfileResult& step) {
  return step.state == ProfileState::kValid &&
         std::all_of(step.slos.begin(), step.slos.end(), [](const SloResult& slo) {
           const bool is_right =
               slo.value && (slo.is_minimum ? *slo.value >= slo.limit : *slo.value <= slo.limit);
           return slo.state == SloState::kMet || (slo.state == SloState::kUndecided && is_right);
         });
}

double served_per_second(const ProfileResult& step) {
  std::uint64_t served = 0;
  std::uint64_t seconds = 0;
  for (const evidence::Second& second : step.seconds) {
    if (second.since_start < step.measured_from) continue;
    served += second.requests - second.failed;
    ++seconds;
  }
  return seconds == 0 ? 0 : static_cast<double>(served) / static_cast<double>(seconds);
}

evidence::LoadLevel level_of(const ProfileResult& step, const ProfileLog& log, double offered) {
  double seconds = 0;
  double answered = 0;
  for (const RequestBlock* block : log.all_blocks(step.measured_from)) {
    seconds += block->answered.sum() / 1000;
    answered += static_cast<double>(block->answered.count());
  }
  const double served = served_per_second(step);
  return {.offered = offered,
          .served = served,
          .concurrency = answered > 0 ? served * seconds / answered : 0,
          .is_good = is_step_good(step)};
}

void append_step(ProfileResult& whole, ProfileResult step) {
  const Duration offset = whole.seconds.empty()
                              ? Duration::zero()
                              : whole.seconds.back().since_start + std::chrono::seconds(1);
  for (evidence::Second second : step.seconds) {
    second.since_start += offset;
    whole.seconds.push_back(second);
  }
  whole.scheduled_iterations += step.scheduled_iterations;
  whole.started_iterations += step.started_iterations;
  whole.dropped_iterations += step.dropped_iterations;
  whole.withheld_iterations += step.withheld_iterations;
  whole.endpoints = std::move(step.endpoints);
}

std::vector<SloResult> judge_capacity(const plan::Profile& profile, const CapacitySearch& search,
                                      double requests_per_journey, const ProfileResult& whole) {
  const auto& load = std::get<plan::CapacityLoad>(profile.load);
  const std::string_view unit = plan::unit_name(load.unit);
  SloResult result{
      .id = "capacity",
      .profile = profile.name,
      .objective = fmt::format("every SLO holds at {:.6g} {}/s", load.from_per_second, unit),
      .unit = "/s",
      .limit = load.from_per_second,
      .is_minimum = true};
  result.samples = 1;
  result.value = search.good_rate();
  if (search.good_rate() == 0 && !search.bad_rate()) {
    result.reason = fmt::format("the profile is {}", to_string(whole.state));
    return {std::move(result)};
  }
  if (search.good_rate() < load.from_per_second) {
    result.state = SloState::kBroken;
    result.reason = "an SLO broke at the first step";
    return {std::move(result)};
  }
  result.state = SloState::kMet;
  const double journeys = load.unit == plan::RateUnit::kJourneys
                              ? search.good_rate()
                              : search.good_rate() / requests_per_journey;
  result.reason = fmt::format("at least {:.4g} journeys/s ({:.4g} requests/s served)", journeys,
                              search.good_served());
  if (search.bad_rate()) {
    result.interval = {search.good_rate(), *search.bad_rate()};
    result.reason += fmt::format("; an SLO broke at {:.4g} {}/s", *search.bad_rate(), unit);
  } else {
    result.reason += "; no step broke an SLO: the limit was not found";
  }
  if (whole.scaling) result.reason += "; " + whole.scaling->sentence;
  weigh(whole, result);
  return {std::move(result)};
}

}  // namespace proofload::certify
