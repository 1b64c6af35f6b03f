// CPU and heap profiles of this process, in the formats the pprof tool reads.
#pragma once

#include <chrono>

#include "service/call.h"

namespace proofload::shop {

// Blocks for `duration`. 409 while another profile is being taken.
Reply cpu_profile(std::chrono::seconds duration);
// What was allocated and not freed, by sampling; 501 unless the process was started with
// TCMALLOC_SAMPLE_PARAMETER set.
Reply heap_profile();

}  // namespace proofload::shop
