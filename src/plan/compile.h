// From a profile to the scenarios of the one script.
#pragma once

#include <string>
#include <vector>

#include "load/scenario.h"
#include "plan/arithmetic.h"
#include "plan/plan.h"

namespace proofload::plan {

// A rate that is held, reached in a straight line.
struct RateStage {
  Duration duration{};
  double journeys_per_second = 0;  // at its end
};

// One scenario for each journey, named after it, with its share of the rate. `max_vus` in total.
std::vector<load::Scenario> compile_rate(const Plan& plan, double start_per_second,
                                         const std::vector<RateStage>& stages,
                                         std::int64_t max_vus);

// The stages of a profile that has a rate; empty for VUs, a script's scenario and capacity.
std::vector<RateStage> stages_of(const Profile& profile, double requests_per_journey,
                                 double& start_per_second);

// Of all journeys, `at` that long after the start; linear between stages, 0 after the last.
double rate_at(double start_per_second, const std::vector<RateStage>& stages, Duration at);

// VUs shared out by weight: a closed loop.
std::vector<load::Scenario> compile_vus(const Plan& plan, const HoldLoad& load);

// VUs that an arrival rate may use: the plan's, else four times Little's law and 20 at least.
std::int64_t max_vus(const Profile& profile, const ProfileArithmetic& arithmetic);

}  // namespace proofload::plan
