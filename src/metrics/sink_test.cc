#include "metrics/sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using Kind = Aggregation::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint at(int milliseconds_after_start) {
  return TimePoint(milliseconds(milliseconds_after_start));
}

TEST(CounterSink, AddsUpAndDividesByTheRunsTime) {
  PageSlab slab;
  Sink sink(MetricType::kCounter);
  sink.record(3, at(1), slab);
  sink.record(7, at(2), slab);

  EXPECT_EQ(sink.value({.kind = Kind::kCount}, seconds(4)), 10);
  EXPECT_EQ(sink.value({.kind = Kind::kRate}, seconds(4)), 2.5);
  EXPECT_EQ(sink.value({.kind = Kind::kRate}, seconds(0)), 0);
  EXPECT_EQ(sink.value({.kind = Kind::kAvg}, seconds(4)), std::nullopt);
}

TEST(CounterSink, IsNotEmptyAfterAZero) {
  PageSlab slab;
  Sink sink(MetricType::kCounter);
  EXPECT_TRUE(sink.is_empty());

  sink.record(0, at(1), slab);

  EXPECT_FALSE(sink.is_empty());
}

TEST(GaugeSink, KeepsLastMinAndMax) {
  PageSlab slab;
  Sink sink(MetricType::kGauge);
  for (const double value : {5.0, 9.0, 3.0}) sink.record(value, at(1), slab);

  EXPECT_EQ(sink.value({.kind = Kind::kValue}, {}), 3);
  EXPECT_EQ(sink.value({.kind = Kind::kMin}, {}), 3);
  EXPECT_EQ(sink.value({.kind = Kind::kMax}, {}), 9);
}

TEST(GaugeSink, TakesTheLatestOfAllThreadsInAnyOrder) {
  PageSlab slab;
  Sink early(MetricType::kGauge);
  early.record(8, at(10), slab);
  Sink late(MetricType::kGauge);
  late.record(-2, at(20), slab);

  Sink one(MetricType::kGauge);
  one.merge(early, slab);
  one.merge(late, slab);
  Sink other(MetricType::kGauge);
  other.merge(late, slab);
  other.merge(Sink(MetricType::kGauge), slab);
  other.merge(early, slab);

  for (const auto* sink : {&one, &other}) {
    EXPECT_EQ(sink->value({.kind = Kind::kValue}, {}), -2);
    EXPECT_EQ(sink->value({.kind = Kind::kMin}, {}), -2);
    EXPECT_EQ(sink->value({.kind = Kind::kMax}, {}), 8);
  }
}

TEST(RateSink, CountsWhatIsNotZero) {
  PageSlab slab;
  Sink sink(MetricType::kRate);
  EXPECT_EQ(sink.value({.kind = Kind::kRate}, {}), std::nullopt);
  for (const double value : {1.0, 0.0, 2.5, -1.0}) sink.record(value, at(1), slab);

  EXPECT_EQ(sink.value({.kind = Kind::kRate}, {}), 0.75);
  EXPECT_EQ(sink.value({.kind = Kind::kPasses}, {}), 3);
  EXPECT_EQ(sink.value({.kind = Kind::kFails}, {}), 1);
}

TEST(Sink, StartsAgainAfterClear) {
  PageSlab slab;
  for (const auto type :
       {MetricType::kCounter, MetricType::kGauge, MetricType::kRate, MetricType::kTrend}) {
    Sink sink(type);
    sink.record(4, at(1), slab);
    sink.clear(slab);
    EXPECT_TRUE(sink.is_empty());
    EXPECT_EQ(sink.type(), type);
  }
}

TEST(SummaryValues, AreK6sForEachType) {
  PageSlab slab;
  const std::vector<std::string> stats = {"avg", "p(95)", "count"};
  const auto values = [&](MetricType type, std::initializer_list<double> samples) {
    Sink sink(type);
    for (const double value : samples) sink.record(value, at(1), slab);
    return summary_values(sink, stats, seconds(2));
  };

  EXPECT_THAT(values(MetricType::kCounter, {1, 4}),
              ElementsAre(Pair("count", 5), Pair("rate", 2.5)));
  EXPECT_THAT(values(MetricType::kGauge, {1, 4}),
              ElementsAre(Pair("value", 4), Pair("min", 1), Pair("max", 4)));
  EXPECT_THAT(values(MetricType::kRate, {1, 0}),
              ElementsAre(Pair("rate", 0.5), Pair("passes", 1), Pair("fails", 1)));
  EXPECT_THAT(values(MetricType::kTrend, {2, 2}),
              ElementsAre(Pair("avg", 2), Pair("p(95)", 2), Pair("count", 2)));
  EXPECT_THAT(values(MetricType::kRate, {}),
              ElementsAre(Pair("rate", 0), Pair("passes", 0), Pair("fails", 0)));
}

TEST(Aggregation, ReadsPercentilesFromZeroToOneHundred) {
  EXPECT_EQ(Aggregation::parse("p(99.9)")->percentile, 99.9);
  EXPECT_EQ(to_string(*Aggregation::parse("p(99.90)")), "p(99.9)");
  EXPECT_EQ(to_string(*Aggregation::parse("p(95)")), "p(95)");
  EXPECT_EQ(Aggregation::parse("p(0)")->percentile, 0);
  EXPECT_EQ(Aggregation::parse("p(100)")->percentile, 100);
  EXPECT_FALSE(Aggregation::parse("p(101)"));
  EXPECT_FALSE(Aggregation::parse("p(-1)"));
  EXPECT_FALSE(Aggregation::parse("p(nan)"));
  EXPECT_FALSE(Aggregation::parse("p(95"));
  EXPECT_FALSE(Aggregation::parse("p95"));
}

}  // namespace
}  // namespace proofload::metrics
