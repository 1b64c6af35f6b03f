// A certification's result for a terminal, as `certify` ends and `runs show` shows it.
#pragma once

#include <string>

#include "evidence/result.h"

namespace proofload::app {

// SLOs, findings, summary, stamps, and the verdict last; with line ends.
std::string result_text(const evidence::Result& result);

}  // namespace proofload::app
