// The verdict: what all judgements come to.
#pragma once

#include <vector>

#include "evidence/result.h"

namespace proofload::analysis {

// From profiles, checks and signatures, and whether the run is partial. What stands first wins:
//
//   Readiness NOT READY     an SLO broken in a profile that is not invalid, or a halt by a rule
//             INVALID       a required profile invalid
//             INCONCLUSIVE  an SLO undecided; a profile, check or signature missing; a partial run
//             READY
//   SLOs      BROKEN        an SLO broken in a profile that is not invalid
//             INVALID       a profile that was run is invalid
//             UNDECIDED     an SLO undecided, a profile not run to its end, or none at all
//             MET
//
// A claimed signature counts, and is shown as such.
evidence::Verdict decide_verdict(const evidence::Result& result);

// Whether a rule halted a profile.
bool is_halted(const evidence::Result& result);

// 0 READY, 99 NOT READY, 120 INVALID, 121 INCONCLUSIVE, 123 halted by a rule. Of a partial run by
// its SLOs: 0 MET, 99 BROKEN, 120 INVALID, 121 UNDECIDED.
int exit_code_of(const evidence::Result& result);

}  // namespace proofload::analysis
