// The report of a certification as a document: which sections there are, and what they say.
#pragma once

#include "evidence/result.h"
#include "report/document.h"

namespace proofload::report {

// Sections in the order verdict, slo, timeline, signals, rca, bottlenecks, recommendations, risk,
// endpoints, validity, preflight, plan, repro; what there is nothing of is said to be missing.
Document result_document(const evidence::Result& result);

}  // namespace proofload::report
