// Thresholds: the pass and fail criteria of a script, parsed and evaluated as k6 does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "metrics/accumulator.h"
#include "metrics/metric.h"
#include "metrics/sink.h"

namespace proofload::metrics {

enum class ThresholdOperator : std::uint8_t {
  kLessOrEqual,
  kLess,
  kGreaterOrEqual,
  kGreater,
  kEqual,
  kNotEqual
};

// "p(95)<200": aggregation, operator, limit.
struct ThresholdExpression {
  Aggregation aggregation;
  ThresholdOperator comparison = ThresholdOperator::kLess;
  double limit = 0;

  bool holds_for(double value) const;
};

// The error (kInvalidConfig) is k6's whole sentence.
Result<ThresholdExpression> parse_threshold(std::string_view source);

// One threshold as configured.
struct ThresholdConfig {
  std::string expression;
  bool abort_on_fail = false;
  std::optional<Duration> delay_abort_eval;  // a failure aborts only once the run is older
};

// By metric or sub-metric: "http_req_duration{page:home}".
using ThresholdConfigs = std::map<std::string, std::vector<ThresholdConfig>>;

// k6 evaluates that often while the test runs.
inline constexpr Duration kThresholdPeriod = std::chrono::seconds(2);

struct Threshold {
  const Metric* metric = nullptr;  // or sub-metric
  ThresholdConfig config;
  ThresholdExpression expression;
  // Of the last evaluation. Without samples a rate has nothing to observe and holds.
  double observed = 0;
  bool ok = true;
};

struct ThresholdVerdict {
  std::vector<std::string> crossed;  // names of metrics with a failed threshold, sorted
  bool should_abort = false;         // one of them has abortOnFail and is past its delay
};

// All thresholds of a run. Belongs to the control thread.
class Thresholds {
 public:
  // No thresholds.
  Thresholds() = default;
  // Parses and validates all, creates the sub-metrics they name; so it comes before the first
  // sample is recorded. Errors are kInvalidConfig with k6's text. `registry` must outlive the
  // object.
  static Result<Thresholds> create(Registry& registry, const ThresholdConfigs& configs);

  // While the test runs: metrics without samples are left alone. Call it every kThresholdPeriod.
  ThresholdVerdict evaluate(const Accumulator& totals, Duration elapsed);
  // At the end: metrics without samples count as well (k6's rule: their statistics are 0).
  ThresholdVerdict evaluate_final(const Accumulator& totals, Duration elapsed);

  // Sorted by metric name, then in the order of the script.
  std::span<const Threshold> all() const { return thresholds_; }
  std::vector<const Threshold*> of(const Metric& metric) const;
  // Whether a key of the configs names `metric` or a sub-metric of it, be it with an empty list:
  // such a metric is shown at the end even without samples.
  bool names(const Metric& metric) const;

 private:
  ThresholdVerdict evaluate(const Accumulator& totals, Duration elapsed, bool skips_empty);

  std::vector<Threshold> thresholds_;
  std::vector<const Metric*> named_;  // by the keys, in their order
};

// k6's sentences for the log: "thresholds on metrics 'a, b' have been crossed", and the one for
// abortOnFail. `crossed` is not empty.
std::string crossed_text(std::span<const std::string> crossed);
std::string aborted_text(std::span<const std::string> crossed);

// The sub-metric k6 always has: http_req_duration{expected_response:true}. Call it before the first
// sample is recorded, when the system tag expected_response is on.
void add_default_submetric(Registry& registry);

}  // namespace proofload::metrics
