// Summary: a finished run as plain data, the one thing every renderer of this module reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "metrics/metric.h"

namespace proofload::report {

struct SummaryThreshold {
  std::string expression;  // as the script wrote it: "p(95)<500"
  std::string statistic;   // what it looks at: "p(95)"
  double observed = 0;     // that statistic at the end of the run
  bool ok = true;
};

// A metric or a sub-metric with its statistics, in the order in which they are shown: a counter has
// count and rate, a gauge value, min and max, a rate rate, passes and fails, a trend what
// summaryTrendStats asks for. Times are milliseconds.
struct SummaryMetric {
  std::string name;      // the parent's for a sub-metric: "http_req_duration"
  std::string selector;  // "page:home" for http_req_duration{page:home}; empty for a metric itself
  metrics::MetricType type = metrics::MetricType::kCounter;
  metrics::ValueType contains = metrics::ValueType::kDefault;
  std::vector<std::pair<std::string, double>> values;
  std::vector<SummaryThreshold> thresholds;

  // "http_req_duration{page:home}"
  std::string full_name() const;
  // The statistic of that name, or 0.
  double value(std::string_view statistic) const;
};

// How often check `name` passed and failed in one group of one scenario.
struct SummaryCheck {
  std::string scenario;  // empty in setup and teardown
  std::string group;     // path: "" or "::shop::cart"
  std::string name;
  std::int64_t passes = 0;
  std::int64_t fails = 0;
};

// A group that was entered, per scenario. `metrics` are its own (not those of groups inside it) and
// are filled for the full summary only.
struct SummaryGroup {
  std::string scenario;
  std::string path;  // "::shop::cart"; never the root
  std::vector<SummaryMetric> metrics;
};

// A scenario that recorded anything.
struct SummaryScenario {
  std::string name;
  std::vector<SummaryMetric> metrics;  // filled for the full summary only
};

struct Summary {
  Duration test_run_duration{};  // with setup and teardown
  std::vector<SummaryMetric> metrics;
  std::vector<SummaryCheck> checks;        // in order of first appearance
  std::vector<SummaryGroup> groups;        // in order of first appearance
  std::vector<SummaryScenario> scenarios;  // by name
  std::string setup_data;                  // JSON text; empty when setup() returned nothing
  // The options the JSON forms repeat.
  std::vector<std::string> trend_stats = {"avg", "min", "med", "max", "p(90)", "p(95)"};
  std::string time_unit;  // summaryTimeUnit: "", "s", "ms" or "us"
  bool no_color = false;
};

// The id k6 gives a group or a check: the MD5 of its path in hexadecimal.
std::string path_id(std::string_view path);

}  // namespace proofload::report
