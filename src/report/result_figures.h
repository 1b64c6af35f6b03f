// The charts of a result.
#pragma once

#include <cstddef>

#include "evidence/result.h"
#include "report/document.h"

namespace proofload::report {

// P50, P95 and P99 with the objectives, and requests and failures a second below them, over the
// time of one profile. `number` makes the file's name unique.
Figure timeline_figure(const evidence::Result& result, const evidence::ProfileResult& profile,
                       std::size_t number);

// One component's signals over the time of the run, the first few of them, one panel each.
Figure signal_figure(const evidence::Result& result, const std::string& component,
                     std::size_t number);

}  // namespace proofload::report
