// Canaries: requests of our own, with the sampled flag and without it, that prove which traces of
// the service are kept and can be found.
#pragma once

#include "certify/trace_layer.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

// How long after the last canary its trace may appear: exporters of OpenTelemetry's SDKs send every
// five seconds (OTEL_BSP_SCHEDULE_DELAY).
inline constexpr Duration kCanaryWait = std::chrono::seconds(7);

// Sends 40 requests to a safe address of the service and looks for their traces, for `wait` at
// most. A source that does not answer costs one timeout.
evidence::CheckResult check_trace_sampling(const plan::Plan& plan, const TraceLayer& layer,
                                           Duration wait = kCanaryWait);

// Wilson's upper bound of a share at 95 % (1927): `found` of `asked`, which is not 0.
double upper_share(double found, double asked);

}  // namespace proofload::certify
