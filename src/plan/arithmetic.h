// What a plan comes to, before it is run: rates, VUs, requests, and whether its SLOs can be
// decided.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "plan/plan.h"

namespace proofload::plan {

// One iteration of a journey, as a dry one was measured.
struct JourneyShape {
  Duration took{};
  std::map<std::string, double> requests;  // by endpoint; "" counts the others

  double all_requests() const;
};
using JourneyShapes = std::map<std::string, JourneyShape>;  // by journey

// The journeys' shares of all iterations; they add up to 1.
std::map<std::string, double> shares(const std::vector<Journey>& journeys);

struct ProfileArithmetic {
  double journeys_per_second = 0;
  double requests_per_second = 0;
  double total_requests = 0;
  // Little's law, L = lambda W (Little 1961): how many VUs are busy at once; each has its socket.
  double busy_vus = 0;
};
// Of the highest rate of the profile. The shapes name every journey.
ProfileArithmetic arithmetic(const Plan& plan, const Profile& profile, const JourneyShapes& shapes);

// Whether one profile can decide one SLO at all.
struct Decidability {
  const Slo* slo = nullptr;
  const Profile* profile = nullptr;
  double expected = 0;  // independent samples
  double needed = 0;
  Duration hold_needed{};  // of the profile, for a decision
  bool is_decidable() const { return expected >= needed; }
};
// Every SLO in every profile where it is judged and that has a known length.
std::vector<Decidability> decidability(const Plan& plan, const JourneyShapes& shapes);

// Profiles where an SLO is judged: those it names, else steady and soak, else (when the plan has
// neither) all that hold a load.
bool is_judged_in(const Slo& slo, const Profile& profile, const Plan& plan);

// Samples without which no two-sided 95 % interval of a percentile exists: the smallest n with
// p^n <= 0.025, the probability that all of them lie below it. 368 for p99.
double samples_for_percentile(double percentile);
// Requests without an error that show a rate below `max`: Wilson's upper bound (1927) with no
// failure is z^2 / (n + z^2). 3,838 for 0.1 %.
double samples_for_error_rate(double max);

}  // namespace proofload::plan
