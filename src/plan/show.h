// `plan show`: one page that people can sign, with the arithmetic of what they sign.
#pragma once

#include <string>

#include "plan/arithmetic.h"
#include "plan/plan.h"

namespace proofload::plan {

// For 80 columns, without colour. `hash` is the plan's.
std::string show(const Plan& plan, const JourneyShapes& shapes, const std::string& hash);

// Reports every SLO that a profile where it is required cannot decide.
void check_decidability(const Plan& plan, const JourneyShapes& shapes, Diagnostics& diagnostics);

}  // namespace proofload::plan
