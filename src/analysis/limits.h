// Limits: resources that were at their end while an SLO was broken. Simple correlation, no causes.
#pragma once

#include <vector>

#include "evidence/result.h"

namespace proofload::analysis {

// Of the result's signals and profiles; the most certain first, at most one for each object. Empty
// when no SLO was broken.
std::vector<evidence::Finding> find_limits(const evidence::Result& result);

}  // namespace proofload::analysis
