// Builds the summaries of captured k6 runs from the numbers k6 printed; for this module's tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "report/summary.h"

namespace proofload::report::testing {

// The summary truncates: a printed 13.79 was 13.79 and a bit.
inline double just_above(double printed) {
  return printed == 0 ? 0 : printed + 1e-7;
}

// "http_req_duration" or "http_req_duration{page:home}".
inline SummaryMetric named(std::string_view full_name, metrics::MetricType type) {
  SummaryMetric metric;
  const auto brace = full_name.find('{');
  metric.name = full_name.substr(0, brace);
  if (brace != std::string_view::npos) {
    metric.selector = full_name.substr(brace + 1, full_name.size() - brace - 2);
  }
  metric.type = type;
  return metric;
}

// `stats`: avg, min, med, max, p(90), p(95) as printed; times in milliseconds.
inline SummaryMetric trend(std::string_view name, std::initializer_list<double> stats) {
  static constexpr std::string_view kNames[] = {"avg", "min", "med", "max", "p(90)", "p(95)"};
  auto metric = named(name, metrics::MetricType::kTrend);
  metric.contains = metrics::ValueType::kTime;
  const auto* at = std::begin(kNames);
  for (const double stat : stats) metric.values.emplace_back(*at++, just_above(stat));
  return metric;
}

inline SummaryMetric counter(std::string_view name, double count, double seconds) {
  auto metric = named(name, metrics::MetricType::kCounter);
  metric.values = {{"count", count}, {"rate", count / seconds}};
  return metric;
}

inline SummaryMetric bytes(std::string_view name, double count, double seconds) {
  auto metric = counter(name, count, seconds);
  metric.contains = metrics::ValueType::kData;
  return metric;
}

inline SummaryMetric gauge(std::string_view name, double value, double min, double max) {
  auto metric = named(name, metrics::MetricType::kGauge);
  metric.values = {{"value", value}, {"min", min}, {"max", max}};
  return metric;
}

inline SummaryMetric rate(std::string_view name, double passes, double fails) {
  auto metric = named(name, metrics::MetricType::kRate);
  metric.values = {{"rate", passes / (passes + fails)}, {"passes", passes}, {"fails", fails}};
  return metric;
}

// `metric` with a threshold on one of its statistics.
inline SummaryMetric with_threshold(SummaryMetric metric, std::string expression, bool ok) {
  const auto statistic = expression.substr(0, expression.find_first_of("<>="));
  metric.thresholds.push_back({std::move(expression), statistic, metric.value(statistic), ok});
  return metric;
}

inline Duration seconds(double count) {
  return Duration(static_cast<std::int64_t>(std::llround(count * 1e9)));
}

// Expected text in which ␛ stands for the escape character, so that it can be read.
inline std::string with_escapes(std::string_view text) {
  static constexpr std::string_view kSymbol = "␛";
  std::string out(text);
  for (auto at = out.find(kSymbol); at != std::string::npos; at = out.find(kSymbol)) {
    out.replace(at, kSymbol.size(), "\x1b");
  }
  return out;
}

}  // namespace proofload::report::testing
