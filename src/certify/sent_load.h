// SentLoad: whether what was sent is what the plan said, and whose doing it is when it is not.
#pragma once

#include <string>
#include <vector>

#include "certify/load_driver.h"
#include "certify/profile_listener.h"
#include "evidence/result.h"
#include "plan/arithmetic.h"

namespace proofload::certify {

struct SentLoad {
  const plan::Plan& plan;
  const plan::JourneyShapes& shapes;
  const LoadOutcome& outcome;
  const ProfileListener& listener;
  const std::vector<std::string>& versions;  // of the service, of all profiles so far
  bool is_mix_planned = true;                // not of a script's own scenario
};

// Counts, state and reasons of the profile. The first of these that applies is its state:
//
//   aborted     a person stopped it
//   halted      a rule stopped it
//   invalid     the script failed; the service was deployed meanwhile; we were late in more than 5
//   %
//               of the seconds, or dropped more than 1 % of the schedule in them
//   incomplete  somebody, or the service, asked for less; more than 1 % found no free VU; a
//               journey's or an endpoint's share of the load is not within 10 % of the plan's
void judge_sent_load(const SentLoad& sent, evidence::ProfileResult& result);

}  // namespace proofload::certify
