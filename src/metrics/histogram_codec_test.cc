#include "metrics/histogram_codec.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::metrics {
namespace {

struct Recorded {
  PageSlab slab;
  Histogram histogram;
};

// Response times in milliseconds around 20 ms, with zeros and failures among them.
void record(Recorded& to, int count) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> latency(3.0, 0.8);
  for (int i = 0; i < count; ++i) {
    to.histogram.record(i % 50 == 49 ? 0 : latency(random), to.slab);
  }
}

TEST(HistogramCodec, GivesBackCountSumAndExtremesExactly) {
  for (const int count : {0, 1, 128, 129, 1024, 1025, 20'000}) {
    Recorded original;
    record(original, count);
    Recorded copy;

    ASSERT_TRUE(decode_histogram(encode_histogram(original.histogram), copy.histogram, copy.slab));

    EXPECT_EQ(copy.histogram.count(), original.histogram.count()) << count;
    EXPECT_EQ(copy.histogram.sum(), original.histogram.sum()) << count;
    EXPECT_EQ(copy.histogram.min(), original.histogram.min()) << count;
    EXPECT_EQ(copy.histogram.max(), original.histogram.max()) << count;
    for (const double fraction : {0.0, 0.5, 0.95, 0.99, 1.0}) {
      const double expected = original.histogram.percentile(fraction);
      EXPECT_NEAR(copy.histogram.percentile(fraction), expected, expected * 0.001) << count;
    }
  }
}

TEST(HistogramCodec, OfAMinuteIsWhatTheSecondsAddUpTo) {
  Recorded whole;
  Recorded from_seconds;
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> latency(3.0, 0.8);
  for (int second = 0; second < 60; ++second) {
    Recorded one;
    for (int i = 0; i < 150; ++i) {
      const double value = latency(random);
      whole.histogram.record(value, whole.slab);
      one.histogram.record(value, one.slab);
    }
    ASSERT_TRUE(decode_histogram(encode_histogram(one.histogram), from_seconds.histogram,
                                 from_seconds.slab));
  }

  EXPECT_EQ(from_seconds.histogram.sum(), whole.histogram.sum());
  for (const double fraction : {0.5, 0.95, 0.99, 0.999}) {
    EXPECT_EQ(from_seconds.histogram.percentile(fraction), whole.histogram.percentile(fraction));
  }
}

TEST(HistogramCodec, TakesNegativeInfiniteAndTinyValues) {
  Recorded original;
  for (int i = 0; i < 200; ++i) {
    original.histogram.record(-i, original.slab);
    original.histogram.record(1e-320, original.slab);
    original.histogram.record(std::numeric_limits<double>::infinity(), original.slab);
  }
  Recorded copy;

  ASSERT_TRUE(decode_histogram(encode_histogram(original.histogram), copy.histogram, copy.slab));

  EXPECT_EQ(copy.histogram.count(), 600);
  EXPECT_EQ(copy.histogram.percentile(0.9), std::numeric_limits<double>::infinity());
  EXPECT_EQ(copy.histogram.min(), -199);
}

TEST(HistogramCodec, NeedsSomeHundredBytesForASecond) {
  Recorded original;
  record(original, 200);

  EXPECT_LT(encode_histogram(original.histogram).size(), 600);
}

TEST(HistogramCodec, RefusesWhatBreaksOffAnywhereAndLeavesTheOtherAsItWas) {
  for (const int count : {100, 300}) {
    Recorded original;
    record(original, count);
    const std::string bytes = encode_histogram(original.histogram);
    Recorded copy;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_FALSE(decode_histogram(bytes.substr(0, size), copy.histogram, copy.slab)) << size;
    }
    EXPECT_FALSE(decode_histogram(bytes + "x", copy.histogram, copy.slab));
    EXPECT_EQ(copy.histogram.count(), 0);
  }
}

TEST(HistogramCodec, SurvivesEveryChangedByte) {
  Recorded original;
  record(original, 300);
  const std::string bytes = encode_histogram(original.histogram);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int value = 0; value < 256; value += 3) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(value);
      Recorded copy;
      if (decode_histogram(changed, copy.histogram, copy.slab)) {
        static_cast<void>(copy.histogram.percentile(0.99));
      }
    }
  }
}

}  // namespace
}  // namespace proofload::metrics
