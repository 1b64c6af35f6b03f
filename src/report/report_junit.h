// The judgements as JUnit XML, for CI systems that show test results.
#pragma once

#include <string>

#include "evidence/result.h"

namespace proofload::report {

// One suite for each profile with a case for each SLO, one for the checks, one for the verdict. A
// broken SLO is a failure, an invalid one an error, an undecided one skipped; only READY (of a
// partial run: SLOs MET) lets the verdict pass.
std::string report_junit(const evidence::Result& result);

}  // namespace proofload::report
