// Takes the summary of a run from its metrics.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "metrics/accumulator.h"
#include "metrics/metric.h"
#include "metrics/threshold.h"
#include "report/summary.h"

namespace proofload::report {

// Everything a run measured. All of it is read only while build_summary() runs.
struct MeasuredRun {
  const metrics::Registry& registry;
  const metrics::Accumulator& totals;
  const metrics::Thresholds& thresholds;  // after evaluate_final()
  Duration test_run_duration{};           // with setup and teardown
};

struct SummaryOptions {
  std::vector<std::string> trend_stats = {"avg", "min", "med", "max", "p(90)", "p(95)"};
  std::string time_unit;
  bool no_color = false;
  std::string setup_data;  // JSON text; empty when setup() returned nothing
};

// Holds, as k6's, every metric that has samples or a threshold on itself or a part of it; metrics
// that k6 does not know only for a threshold.
Summary build_summary(const MeasuredRun& run, const SummaryOptions& options);

}  // namespace proofload::report
