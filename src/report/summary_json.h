// The summary as JSON: what handleSummary(data) receives, and the files made of it.
#pragma once

#include <string>

#include "base/clock.h"
#include "report/summary.h"

namespace proofload::report {

struct Terminals {
  bool stdout_is_tty = false;
  bool stderr_is_tty = false;
};

// The argument of handleSummary(data), as one line of JSON.
std::string handle_summary_data(const Summary& summary, const Terminals& terminals);

// What --summary-export writes: indented by four; in its `thresholds`, true means failed, as in k6.
std::string summary_export(const Summary& summary);

// What only the machine-readable form tells.
struct MachineSummaryFacts {
  std::string script;  // the source text of the main script, as k6 puts there
  WallTime generated_at;
  std::string k6_version = "2.2.0";
};

// --new-machine-readable-summary, schema 1.0.0: both the export file and handleSummary's argument.
// Holds the metrics of the compact text summary.
std::string machine_summary(const Summary& summary, const MachineSummaryFacts& facts);

}  // namespace proofload::report
