#include "metrics/threshold.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace proofload::metrics {
namespace {

using Kind = Aggregation::Kind;

struct OperatorToken {
  std::string_view text;
  ThresholdOperator comparison;
};

// In the order in which k6 looks for them, anywhere in the text.
constexpr std::array<OperatorToken, 7> kOperators = {{{"<=", ThresholdOperator::kLessOrEqual},
                                                      {"<", ThresholdOperator::kLess},
                                                      {">=", ThresholdOperator::kGreaterOrEqual},
                                                      {">", ThresholdOperator::kGreater},
                                                      {"===", ThresholdOperator::kEqual},
                                                      {"==", ThresholdOperator::kEqual},
                                                      {"!=", ThresholdOperator::kNotEqual}}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

Error invalid(std::string message) {
  return {ErrorKind::kInvalidConfig, std::move(message)};
}

std::span<const Kind> supported_kinds(MetricType type) {
  static constexpr std::array kCounter = {Kind::kCount, Kind::kRate};
  static constexpr std::array kGauge = {Kind::kValue};
  static constexpr std::array kRate = {Kind::kRate};
  static constexpr std::array kTrend = {Kind::kAvg, Kind::kMin, Kind::kMax, Kind::kMed,
                                        Kind::kPercentile};
  switch (type) {
    case MetricType::kCounter:
      return kCounter;
    case MetricType::kGauge:
      return kGauge;
    case MetricType::kRate:
      return kRate;
    case MetricType::kTrend:
      return kTrend;
  }
  return {};
}

// "p" for any percentile.
std::string method_name(Kind kind) {
  return kind == Kind::kPercentile ? "p" : to_string({.kind = kind});
}

Result<void> check_support(const ThresholdExpression& expression, std::string_view source,
                           const std::pair<std::string_view, MetricType>& metric) {
  const auto kinds = supported_kinds(metric.second);
  const auto kind = expression.aggregation.kind;
  if (std::ranges::find(kinds, kind) != kinds.end()) return {};
  std::vector<std::string> names;
  for (const auto supported : kinds) names.push_back(method_name(supported));
  return invalid(fmt::format(
      "invalid threshold \"{}\" applied on metric {}; reason: unsupported aggregation method {} on "
      "metric of type {}. supported aggregation methods for this metric are: {}",
      source, metric.first, method_name(kind), to_string(metric.second), fmt::join(names, ", ")));
}

// The thresholds of one key, without their metric.
Result<std::vector<Threshold>> parse_all(const std::vector<ThresholdConfig>& configs) {
  std::vector<Threshold> thresholds;
  thresholds.reserve(configs.size());
  for (const auto& config : configs) {
    thresholds.push_back(
        {.config = config, .expression = PL_TRY(parse_threshold(config.expression))});
  }
  return thresholds;
}

Result<const Metric*> resolve(Registry& registry, std::string_view key,
                              std::span<const Threshold> thresholds) {
  const auto parts = parse_metric_key(key);
  if (!parts) {
    return invalid(fmt::format("unable to validate threshold expressions; reason: {}",
                               parts.error().message()));
  }
  const Metric* parent = registry.find(parts->name);
  if (parent == nullptr) {
    return invalid(fmt::format(
        "invalid threshold defined on {}; reason: no metric name \"{}\" found", key, key));
  }
  for (const auto& threshold : thresholds) {
    const auto support =
        check_support(threshold.expression, threshold.config.expression, {key, parent->type});
    if (!support) return support.error();
  }
  return registry.metric_or_submetric(key);
}

std::string joined(std::span<const std::string> names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

bool ThresholdExpression::holds_for(double value) const {
  switch (comparison) {
    case ThresholdOperator::kLessOrEqual:
      return value <= limit;
    case ThresholdOperator::kLess:
      return value < limit;
    case ThresholdOperator::kGreaterOrEqual:
      return value >= limit;
    case ThresholdOperator::kGreater:
      return value > limit;
    case ThresholdOperator::kEqual:
      return value == limit;
    case ThresholdOperator::kNotEqual:
      return value != limit;
  }
  return false;
}

Result<ThresholdExpression> parse_threshold(std::string_view source) {
  const auto* const token = std::ranges::find_if(kOperators, [source](const OperatorToken& known) {
    return source.find(known.text) != std::string_view::npos;
  });
  if (token == kOperators.end()) {
    return invalid(fmt::format(
        "failed parsing threshold expression \"{}\"; reason: malformed threshold expression",
        source));
  }
  const auto at = source.find(token->text);
  const auto aggregation = Aggregation::parse(trimmed(source.substr(0, at)));
  if (!aggregation) {
    return invalid(
        fmt::format("failed parsing threshold expression's \"{}\" left hand side; reason: {}",
                    source, aggregation.error().message()));
  }
  const auto limit = parse_number(trimmed(source.substr(at + token->text.size())));
  if (!limit) {
    return invalid(
        fmt::format("failed parsing threshold expression's \"{}\" right hand side; reason: {}",
                    source, limit.error().message()));
  }
  return ThresholdExpression{*aggregation, token->comparison, *limit};
}

Result<Thresholds> Thresholds::create(Registry& registry, const ThresholdConfigs& configs) {
  Thresholds all;
  for (const auto& [key, of_key] : configs) {
    auto thresholds = PL_TRY(parse_all(of_key));
    const Metric* metric = PL_TRY(resolve(registry, key, thresholds));
    all.named_.push_back(metric);
    for (auto& threshold : thresholds) {
      threshold.metric = metric;
      all.thresholds_.push_back(std::move(threshold));
    }
  }
  return all;
}

ThresholdVerdict Thresholds::evaluate(const Accumulator& totals, Duration elapsed) {
  return evaluate(totals, elapsed, true);
}

ThresholdVerdict Thresholds::evaluate_final(const Accumulator& totals, Duration elapsed) {
  return evaluate(totals, elapsed, false);
}

ThresholdVerdict Thresholds::evaluate(const Accumulator& totals, Duration elapsed,
                                      bool skips_empty) {
  std::set<std::string> crossed;
  ThresholdVerdict verdict;
  for (auto& threshold : thresholds_) {
    const Sink& sink = totals.sink(*threshold.metric);
    if (skips_empty && sink.is_empty()) continue;
    const auto observed = sink.value(threshold.expression.aggregation, elapsed);
    threshold.observed = observed.value_or(0);
    threshold.ok = !observed || threshold.expression.holds_for(*observed);
    if (threshold.ok) continue;
    crossed.insert(threshold.metric->name);
    const auto& delay = threshold.config.delay_abort_eval;
    if (threshold.config.abort_on_fail && (!delay || *delay < elapsed)) verdict.should_abort = true;
  }
  verdict.crossed.assign(crossed.begin(), crossed.end());
  return verdict;
}

std::vector<const Threshold*> Thresholds::of(const Metric& metric) const {
  std::vector<const Threshold*> thresholds;
  for (const auto& threshold : thresholds_) {
    if (threshold.metric == &metric) thresholds.push_back(&threshold);
  }
  return thresholds;
}

bool Thresholds::names(const Metric& metric) const {
  return std::ranges::any_of(named_, [&metric](const Metric* named) {
    return named == &metric || named->parent == &metric;
  });
}

std::string crossed_text(std::span<const std::string> crossed) {
  return fmt::format("thresholds on metrics '{}' have been crossed", joined(crossed));
}

std::string aborted_text(std::span<const std::string> crossed) {
  return fmt::format(
      "thresholds on metrics '{}' were crossed; at least one has abortOnFail enabled, stopping "
      "test prematurely",
      joined(crossed));
}

void add_default_submetric(Registry& registry) {
  PL_CHECK(registry.metric_or_submetric("http_req_duration{expected_response:true}").has_value());
}

}  // namespace proofload::metrics
