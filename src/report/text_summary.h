// The end-of-test summary as text, byte for byte as k6 2.2 prints it.
#pragma once

#include <cstdint>
#include <string>

#include "report/summary.h"

namespace proofload::report {

enum class SummaryMode : std::uint8_t { kCompact, kFull };

struct TextSummaryOptions {
  SummaryMode mode = SummaryMode::kCompact;
  bool color = false;  // ANSI colours: standard output is a terminal and noColor is off
};

// Everything k6 writes to standard output for it, the empty lines around it included. The full mode
// also shows every http_req_* part, and a block per group and per scenario.
std::string text_summary(const Summary& summary, const TextSummaryOptions& options);

}  // namespace proofload::report
