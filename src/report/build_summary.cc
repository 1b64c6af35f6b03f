#include "report/build_summary.h"

#include <algorithm>
#include <string_view>

#include "metrics/sink.h"

namespace proofload::report {
namespace {

// The name without the selector.
std::string base_name(const metrics::Metric& metric) {
  return metric.parent != nullptr ? metric.parent->name : metric.name;
}

SummaryMetric summary_metric(const metrics::Metric& metric,
                             std::vector<std::pair<std::string, double>> values) {
  SummaryMetric out;
  out.name = base_name(metric);
  out.selector = metric.selector;
  out.type = metric.type;
  out.contains = metric.contains;
  out.values = std::move(values);
  return out;
}

bool is_summarized(const MeasuredRun& run, const metrics::Metric& metric) {
  if (run.thresholds.names(metric)) return true;
  return run.totals.is_observed(metric) && !metric.is_own;
}

std::vector<SummaryThreshold> thresholds_of(const MeasuredRun& run, const metrics::Metric& metric) {
  std::vector<SummaryThreshold> out;
  for (const auto* threshold : run.thresholds.of(metric)) {
    out.push_back({threshold->config.expression,
                   metrics::to_string(threshold->expression.aggregation), threshold->observed,
                   threshold->ok});
  }
  return out;
}

// Of a scenario or a group: the metrics it has samples of, without sub-metrics.
std::vector<SummaryMetric> scope_metrics(const MeasuredRun& run, const SummaryOptions& options,
                                         const metrics::SinkRow* sinks) {
  std::vector<SummaryMetric> out;
  if (sinks == nullptr) return out;
  for (const auto* metric : run.registry.all()) {
    if (metric->parent != nullptr || metric->is_own) continue;
    const auto* sink = sinks->find(*metric);
    if (sink == nullptr || sink->is_empty()) continue;
    out.push_back(summary_metric(
        *metric, metrics::summary_values(*sink, options.trend_stats, run.test_run_duration)));
  }
  return out;
}

}  // namespace

Summary build_summary(const MeasuredRun& run, const SummaryOptions& options) {
  Summary out;
  out.test_run_duration = run.test_run_duration;
  out.trend_stats = options.trend_stats;
  out.time_unit = options.time_unit;
  out.no_color = options.no_color;
  out.setup_data = options.setup_data;
  for (const auto* metric : run.registry.all()) {
    if (!is_summarized(run, *metric)) continue;
    auto entry = summary_metric(
        *metric, run.totals.values(*metric, options.trend_stats, run.test_run_duration));
    entry.thresholds = thresholds_of(run, *metric);
    out.metrics.push_back(std::move(entry));
  }
  for (const auto& check : run.totals.checks()) {
    out.checks.push_back({check.key.scenario, check.key.group, check.key.name, check.count.passes,
                          check.count.fails});
  }
  for (const auto& scope : run.totals.scopes()) {
    auto metrics = scope_metrics(run, options, scope.sinks);
    if (scope.key.group) {
      out.groups.push_back({scope.key.scenario, *scope.key.group, std::move(metrics)});
    } else if (!scope.key.scenario.empty()) {
      out.scenarios.push_back({scope.key.scenario, std::move(metrics)});
    }
  }
  // Which scenario appears first is chance when they start together.
  std::sort(out.scenarios.begin(), out.scenarios.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace proofload::report
