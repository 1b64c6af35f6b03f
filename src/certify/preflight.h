// Preflight: proves that the service, its observability and the generator are ready, before any
// load is sent.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "certify/trace_layer.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

// How long one source may take; all checks run at once.
inline constexpr Duration kProbeTimeout = std::chrono::seconds(5);

// In a fixed order. Waivers of the plan are applied: a check that is waived says who and why.
// `sockets` is how many connections the load will need; `traces` is the plan's; `others` are checks
// of whoever knows more than the plan, and come last.
std::vector<evidence::CheckResult> run_preflight(const plan::Plan& plan, double sockets,
                                                 const TraceLayer& traces,
                                                 std::vector<evidence::CheckResult> others = {});

// The required checks that failed and nobody waived.
std::vector<const evidence::CheckResult*> blocking(
    const std::vector<evidence::CheckResult>& checks);

// For the terminal: one line each, and what to do about those that did not pass.
std::string preflight_text(const std::vector<evidence::CheckResult>& checks);

}  // namespace proofload::certify
