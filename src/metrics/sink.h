// Sinks: what is kept of a metric's samples, and the statistics that come out.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "metrics/histogram.h"
#include "metrics/metric.h"

namespace proofload::metrics {

// A statistic of a metric by k6's name: "avg", "p(99.9)", ...
struct Aggregation {
  enum class Kind : std::uint8_t {
    kCount,
    kRate,
    kValue,
    kAvg,
    kMin,
    kMed,
    kMax,
    kPercentile,
    kPasses,
    kFails
  };
  Kind kind = Kind::kCount;
  double percentile = 0;  // of kPercentile, 0 to 100

  // Of thresholds and of summaryTrendStats; not `passes` and `fails`. Error texts as k6's.
  static Result<Aggregation> parse(std::string_view name);
};
// "p(99.9)", "avg", ...: what parse() took, in its shortest form.
std::string to_string(const Aggregation& aggregation);

// A number as k6's threshold expressions have them; the error is Go's, kInvalidConfig.
Result<double> parse_number(std::string_view text);

struct CounterSink {
  ExactSum sum;
  std::uint64_t samples = 0;
};

struct GaugeSink {
  double last = 0;
  double min = 0;
  double max = 0;
  TimePoint at{};  // of `last`
  std::uint64_t samples = 0;
};

struct RateSink {
  std::uint64_t trues = 0;
  std::uint64_t total = 0;
};

using TrendSink = Histogram;

// What is kept of one series. Not copyable: a trend's pages belong to its owner's slab.
class Sink {
 public:
  explicit Sink(MetricType type);
  Sink(Sink&&) noexcept = default;
  Sink& operator=(Sink&&) noexcept = default;

  MetricType type() const { return static_cast<MetricType>(state_.index()); }
  void record(double value, TimePoint at, PageSlab& slab) {
    if (auto* const trend = std::get_if<TrendSink>(&state_)) {
      trend->record(value, slab);
    } else {
      record_other(value, at);
    }
  }
  // Commutative and associative to the last bit (ExactSum says where not). Of gauges the later
  // value is the last one, at the same instant the larger. Both sides have the same type.
  void merge(const Sink& other, PageSlab& slab);
  void clear(PageSlab& slab);

  bool is_empty() const { return sample_count() == 0; }
  std::uint64_t sample_count() const;
  // `elapsed` is the run's time so far with setup and teardown, for a counter's rate (0 when it is
  // 0). nullopt: the type has no such statistic, or it is a rate without samples. Without samples
  // the others are 0.
  std::optional<double> value(const Aggregation& aggregation, Duration elapsed) const;

  const CounterSink* counter() const { return std::get_if<CounterSink>(&state_); }
  const GaugeSink* gauge() const { return std::get_if<GaugeSink>(&state_); }
  const RateSink* rate() const { return std::get_if<RateSink>(&state_); }
  const TrendSink* trend() const { return std::get_if<TrendSink>(&state_); }

 private:
  void record_other(double value, TimePoint at);

  std::variant<CounterSink, GaugeSink, RateSink, TrendSink> state_;  // in MetricType's order
};

// All statistics as summaries list them: count, rate | value, min, max | rate, passes, fails | of a
// trend the `trend_stats`, which are valid names. A rate without samples has rate 0.
std::vector<std::pair<std::string, double>> summary_values(const Sink& sink,
                                                           std::span<const std::string> trend_stats,
                                                           Duration elapsed);

}  // namespace proofload::metrics
