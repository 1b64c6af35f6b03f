#include "metrics/sink.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/check.h"

namespace proofload::metrics {
namespace {

using Kind = Aggregation::Kind;

struct NamedKind {
  std::string_view name;
  Kind kind;
};

constexpr std::array<NamedKind, 8> kParsed = {{{"value", Kind::kValue},
                                               {"count", Kind::kCount},
                                               {"rate", Kind::kRate},
                                               {"avg", Kind::kAvg},
                                               {"min", Kind::kMin},
                                               {"med", Kind::kMed},
                                               {"max", Kind::kMax},
                                               // k6 takes a bare "p" for the percentile 0.
                                               {"p", Kind::kPercentile}}};

Error bad_percentile(std::string_view reason) {
  return {ErrorKind::kInvalidConfig, fmt::format("malformed percentile value; reason: {}", reason)};
}

void record_gauge(GaugeSink& gauge, double value, TimePoint at) {
  gauge.min = gauge.samples == 0 ? value : std::min(gauge.min, value);
  gauge.max = gauge.samples == 0 ? value : std::max(gauge.max, value);
  ++gauge.samples;
  if (gauge.samples > 1 && at < gauge.at) return;
  gauge.last = value;
  gauge.at = at;
}

void merge_gauge(GaugeSink& gauge, const GaugeSink& other) {
  if (other.samples == 0) return;
  if (gauge.samples == 0) {
    gauge = other;
    return;
  }
  gauge.samples += other.samples;
  gauge.min = std::min(gauge.min, other.min);
  gauge.max = std::max(gauge.max, other.max);
  if (std::pair(other.at, other.last) > std::pair(gauge.at, gauge.last)) {
    gauge.at = other.at;
    gauge.last = other.last;
  }
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> value_of(const CounterSink& counter, const Aggregation& of,
                               Duration elapsed) {
  if (of.kind == Kind::kCount) return counter.sum.value();
  if (of.kind != Kind::kRate) return std::nullopt;
  return elapsed <= Duration::zero() ? 0 : counter.sum.value() / to_seconds(elapsed);
}

std::optional<double> value_of(const GaugeSink& gauge, const Aggregation& of, Duration) {
  switch (of.kind) {
    case Kind::kValue:
      return gauge.last;
    case Kind::kMin:
      return gauge.min;
    case Kind::kMax:
      return gauge.max;
    default:
      return std::nullopt;
  }
}

std::optional<double> value_of(const RateSink& rate, const Aggregation& of, Duration) {
  switch (of.kind) {
    case Kind::kRate:
      return rate.total == 0 ? std::nullopt : std::optional(ratio(rate.trues, rate.total));
    case Kind::kPasses:
      return static_cast<double>(rate.trues);
    case Kind::kFails:
      return static_cast<double>(rate.total - rate.trues);
    default:
      return std::nullopt;
  }
}

std::optional<double> value_of(const TrendSink& trend, const Aggregation& of, Duration) {
  switch (of.kind) {
    case Kind::kCount:
      return static_cast<double>(trend.count());
    case Kind::kAvg:
      return trend.average();
    case Kind::kMin:
      return trend.min();
    case Kind::kMed:
      return trend.percentile(0.5);
    case Kind::kMax:
      return trend.max();
    case Kind::kPercentile:
      return trend.percentile(of.percentile / 100);
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<double> parse_number(std::string_view text) {
  auto digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_whole = end == digits.data() + digits.size();
  if (problem == std::errc{} && is_whole) return number;
  const bool is_too_big = problem == std::errc::result_out_of_range && is_whole;
  return Error(ErrorKind::kInvalidConfig,
               fmt::format("strconv.ParseFloat: parsing \"{}\": {}", text,
                           is_too_big ? "value out of range" : "invalid syntax"));
}

Result<Aggregation> Aggregation::parse(std::string_view name) {
  const auto* const known = std::ranges::find(kParsed, name, &NamedKind::name);
  if (known != kParsed.end()) return Aggregation{.kind = known->kind};
  if (!name.starts_with("p(") || !name.ends_with(')')) {
    return Error(ErrorKind::kInvalidConfig, "failed parsing method from expression");
  }
  const auto percentile = parse_number(name.substr(2, name.size() - 3));
  if (!percentile) return bad_percentile(percentile.error().message());
  if (!(*percentile >= 0 && *percentile <= 100)) {
    return bad_percentile(fmt::format("{} is not between 0 and 100", *percentile));
  }
  return Aggregation{.kind = Kind::kPercentile, .percentile = *percentile};
}

std::string to_string(const Aggregation& aggregation) {
  if (aggregation.kind == Kind::kPasses) return "passes";
  if (aggregation.kind == Kind::kFails) return "fails";
  if (aggregation.kind == Kind::kPercentile) return fmt::format("p({})", aggregation.percentile);
  return std::string(std::ranges::find(kParsed, aggregation.kind, &NamedKind::kind)->name);
}

Sink::Sink(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      state_.emplace<CounterSink>();
      break;
    case MetricType::kGauge:
      state_.emplace<GaugeSink>();
      break;
    case MetricType::kRate:
      state_.emplace<RateSink>();
      break;
    case MetricType::kTrend:
      state_.emplace<TrendSink>();
      break;
  }
}

void Sink::record_other(double value, TimePoint at) {
  if (auto* counter = std::get_if<CounterSink>(&state_)) {
    counter->sum.add(value);
    ++counter->samples;
  } else if (auto* rate = std::get_if<RateSink>(&state_)) {
    ++rate->total;
    rate->trues += value != 0 ? 1 : 0;
  } else {
    record_gauge(std::get<GaugeSink>(state_), value, at);
  }
}

void Sink::merge(const Sink& other, PageSlab& slab) {
  PL_CHECK(type() == other.type());
  if (auto* counter = std::get_if<CounterSink>(&state_)) {
    counter->sum.merge(other.counter()->sum);
    counter->samples += other.counter()->samples;
  } else if (auto* gauge = std::get_if<GaugeSink>(&state_)) {
    merge_gauge(*gauge, *other.gauge());
  } else if (auto* rate = std::get_if<RateSink>(&state_)) {
    rate->total += other.rate()->total;
    rate->trues += other.rate()->trues;
  } else {
    std::get<TrendSink>(state_).merge(*other.trend(), slab);
  }
}

void Sink::clear(PageSlab& slab) {
  if (auto* trend = std::get_if<TrendSink>(&state_)) {
    trend->clear(slab);
  } else {
    *this = Sink(type());
  }
}

std::uint64_t Sink::sample_count() const {
  if (const auto* counter_sink = counter()) return counter_sink->samples;
  if (const auto* gauge_sink = gauge()) return gauge_sink->samples;
  if (const auto* rate_sink = rate()) return rate_sink->total;
  return trend()->count();
}

std::optional<double> Sink::value(const Aggregation& aggregation, Duration elapsed) const {
  return std::visit([&](const auto& sink) { return value_of(sink, aggregation, elapsed); }, state_);
}

std::vector<std::pair<std::string, double>> summary_values(const Sink& sink,
                                                           std::span<const std::string> trend_stats,
                                                           Duration elapsed) {
  std::vector<std::pair<std::string, double>> values;
  const auto add = [&](std::string name, const Aggregation& aggregation) {
    values.emplace_back(std::move(name), sink.value(aggregation, elapsed).value_or(0));
  };
  const auto add_kinds = [&](std::initializer_list<Kind> kinds) {
    for (const auto kind : kinds) add(to_string({.kind = kind}), {.kind = kind});
  };
  switch (sink.type()) {
    case MetricType::kCounter:
      add_kinds({Kind::kCount, Kind::kRate});
      break;
    case MetricType::kGauge:
      add_kinds({Kind::kValue, Kind::kMin, Kind::kMax});
      break;
    case MetricType::kRate:
      add_kinds({Kind::kRate, Kind::kPasses, Kind::kFails});
      break;
    case MetricType::kTrend:
      for (const auto& name : trend_stats) {
        if (const auto aggregation = Aggregation::parse(name)) add(name, *aggregation);
      }
      break;
  }
  return values;
}

}  // namespace proofload::metrics
