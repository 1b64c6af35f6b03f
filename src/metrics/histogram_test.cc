#include "metrics/histogram.h"

#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::metrics {
namespace {

struct Recorded {
  PageSlab slab;
  Histogram histogram;

  void add(double value) { histogram.record(value, slab); }
  void add_all(std::span<const double> values) {
    for (const double value : values) add(value);
  }
};

// Response times in milliseconds with a long tail, around 20 ms.
std::vector<double> latencies(std::size_t count) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> latency(3.0, 0.8);
  std::vector<double> values(count);
  for (auto& value : values) value = latency(random);
  return values;
}

double exact_percentile(std::span<const double> sorted, double fraction) {
  const double at = fraction * (static_cast<double>(sorted.size()) - 1);
  const auto low = static_cast<std::size_t>(at);
  const auto high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - static_cast<double>(low));
}

TEST(ExactSum, IsTheSameInAnyOrder) {
  auto values = latencies(10'000);
  ExactSum forward;
  for (const double value : values) forward.add(value);
  std::ranges::reverse(values);
  ExactSum backward;
  ExactSum second_half;
  for (std::size_t i = 0; i < 5'000; ++i) backward.add(values[i]);
  for (std::size_t i = 5'000; i < 10'000; ++i) second_half.add(values[i]);
  backward.merge(second_half);

  EXPECT_EQ(forward.value(), backward.value());
}

TEST(ExactSum, LosesNothingThatCancelsOut) {
  ExactSum sum;
  for (const double value : {1e18, 0.1, -1e18, 1e-9, -0.1}) sum.add(value);

  EXPECT_EQ(sum.value(), 1e-9);
}

TEST(ExactSum, KeepsTheSignOfFractions) {
  ExactSum sum;
  sum.add(-0.75);
  sum.add(-1.5);
  sum.add(0.125);

  EXPECT_EQ(sum.value(), -2.125);
}

TEST(ExactSum, GivesBackASingleDecimalAsItWas) {
  for (const double value : {0.1, -0.3, 123.456, 1e-8, 1e30, 0x1p62}) {
    ExactSum sum;
    sum.add(value);
    EXPECT_EQ(sum.value(), value);
  }
}

TEST(Histogram, IsEmptyWithoutValues) {
  const Histogram histogram;

  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.average(), 0);
  EXPECT_EQ(histogram.percentile(0.95), 0);
}

TEST(Histogram, InterpolatesBetweenFewValuesAsK6) {
  // Values and percentiles of a real k6 run.
  Recorded my_trend;
  my_trend.add_all({{1.5, 3, 4.5}});

  EXPECT_DOUBLE_EQ(my_trend.histogram.percentile(0.5), 3);
  EXPECT_DOUBLE_EQ(my_trend.histogram.percentile(0.9), 4.2);
  EXPECT_DOUBLE_EQ(my_trend.histogram.percentile(0.95), 4.35);
  EXPECT_DOUBLE_EQ(my_trend.histogram.percentile(0.999), 4.497);
  EXPECT_EQ(my_trend.histogram.average(), 3);
  EXPECT_EQ(my_trend.histogram.percentile(0), 1.5);
  EXPECT_EQ(my_trend.histogram.percentile(1), 4.5);
}

TEST(Histogram, IsExactUpTo1024Values) {
  auto values = latencies(1024);
  Recorded few;
  few.add_all(values);
  std::ranges::sort(values);

  for (const double fraction : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    EXPECT_EQ(few.histogram.percentile(fraction), exact_percentile(values, fraction));
  }
}

TEST(Histogram, IsWithinOneThousandthAfterThat) {
  auto values = latencies(20'000);
  Recorded many;
  many.add_all(values);
  std::ranges::sort(values);

  for (const double fraction : {0.0, 0.001, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0}) {
    const double exact = exact_percentile(values, fraction);
    EXPECT_NEAR(many.histogram.percentile(fraction), exact, exact * 0.001) << fraction;
  }
  EXPECT_EQ(many.histogram.min(), values.front());
  EXPECT_EQ(many.histogram.max(), values.back());
}

TEST(Histogram, OrdersNegativeZeroAndPositiveValuesOfAnySize) {
  Recorded mixed;
  for (int i = 0; i < 1000; ++i) {
    mixed.add_all({{-1e200, -2.5, 0.0, 3e-300, 7e250}});
  }

  EXPECT_NEAR(mixed.histogram.percentile(0.1), -1e200, 1e197);
  EXPECT_NEAR(mixed.histogram.percentile(0.3), -2.5, 0.0025);
  EXPECT_EQ(mixed.histogram.percentile(0.5), 0);
  EXPECT_NEAR(mixed.histogram.percentile(0.7), 3e-300, 3e-303);
  EXPECT_NEAR(mixed.histogram.percentile(0.9), 7e250, 7e247);
}

TEST(Histogram, OrdersWithinNegativeOctaves) {
  Recorded negative;
  for (int i = 1; i <= 4000; ++i) negative.add(-i / 1000.0);

  EXPECT_NEAR(negative.histogram.percentile(0.25), -3.0, 0.003);
  EXPECT_NEAR(negative.histogram.percentile(0.5), -2.0, 0.002);
  EXPECT_NEAR(negative.histogram.percentile(0.75), -1.0, 0.002);
}

TEST(Histogram, TakesInfinity) {
  Recorded with_infinity;
  for (int i = 0; i < 2000; ++i) {
    with_infinity.add(i < 1000 ? 1.5 : std::numeric_limits<double>::infinity());
  }

  EXPECT_NEAR(with_infinity.histogram.percentile(0.25), 1.5, 0.0015);
  EXPECT_TRUE(std::isinf(with_infinity.histogram.percentile(0.75)));
}

TEST(Histogram, KeepsSmallWholeNumbersExact) {
  Recorded counts;
  for (int i = 0; i < 10'000; ++i) counts.add(i % 1000);

  EXPECT_EQ(counts.histogram.percentile(0), 0);
  EXPECT_EQ(counts.histogram.percentile(1), 999);
  EXPECT_NEAR(counts.histogram.percentile(0.5), 499.5, 0.5);
  Recorded sevens;
  for (int i = 0; i < 5'000; ++i) sevens.add(i % 2 == 0 ? 7 : 9);
  EXPECT_EQ(sevens.histogram.percentile(0.25), 7);
  EXPECT_EQ(sevens.histogram.percentile(0.75), 9);
}

TEST(Histogram, TreatsMinusZeroAsZero) {
  Recorded zeros;
  for (int i = 0; i < 2'000; ++i) zeros.add(-0.0);

  EXPECT_FALSE(std::signbit(zeros.histogram.min()));
  EXPECT_EQ(zeros.histogram.percentile(0.5), 0);
}

TEST(Histogram, MergesToTheSameStateInAnyOrderAndPartition) {
  const auto values = latencies(3'000);
  Recorded whole;
  whole.add_all(values);

  // Exact parts, a spilled one, and the order of merging.
  PageSlab slab;
  std::vector<Recorded> parts(4);
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts[i < 2'000 ? 0 : 1 + i % 3].add(values[i]);
  }
  Histogram forward;
  for (const auto& part : parts) forward.merge(part.histogram, slab);
  Histogram backward;
  for (std::size_t i = parts.size(); i > 0; --i) backward.merge(parts[i - 1].histogram, slab);

  for (const auto* merged : {&forward, &backward}) {
    EXPECT_EQ(merged->count(), 3'000U);
    EXPECT_EQ(merged->sum(), whole.histogram.sum());
    for (const double fraction : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
      EXPECT_EQ(merged->percentile(fraction), whole.histogram.percentile(fraction));
    }
  }
}

TEST(Histogram, StaysExactWhenMergedPartsAreFew) {
  PageSlab slab;
  Recorded first;
  first.add_all({{1.1, 3.3}});
  Recorded second;
  second.add_all({{2.2}});
  Histogram merged;

  EXPECT_EQ(merged.percentile(0.5), 0);
  merged.merge(first.histogram, slab);
  EXPECT_DOUBLE_EQ(merged.percentile(0.5), 2.2);
  merged.merge(second.histogram, slab);

  EXPECT_EQ(merged.percentile(0.5), 2.2);
}

TEST(Histogram, StartsAgainAfterClear) {
  Recorded reused;
  reused.add_all(latencies(5'000));
  reused.histogram.clear(reused.slab);
  EXPECT_EQ(reused.histogram.count(), 0U);
  EXPECT_EQ(reused.histogram.percentile(0.5), 0);

  for (int i = 0; i < 2'000; ++i) reused.add(5);

  EXPECT_EQ(reused.histogram.percentile(0.001), 5);
  EXPECT_EQ(reused.histogram.percentile(0.999), 5);
  EXPECT_EQ(reused.histogram.sum(), 10'000);
}

TEST(HistogramCountAbove, IsTheSameExactAndInBuckets) {
  PageSlab slab;
  Histogram few;
  Histogram many;
  for (int i = 0; i < 1000; ++i) few.record(i, slab);
  for (int i = 0; i < 100'000; ++i) many.record(i % 1000, slab);
  EXPECT_EQ(few.count_above(899), 100);
  EXPECT_EQ(many.count_above(899), 10'000);
  EXPECT_EQ(many.count_above(0), 99'900);
  EXPECT_EQ(many.count_above(1e6), 0);
  few.clear(slab);
  many.clear(slab);
}

}  // namespace
}  // namespace proofload::metrics
