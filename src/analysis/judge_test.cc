#include "analysis/judge.h"

#include <cmath>
#include <memory>
#include <random>

#include <gtest/gtest.h>

namespace proofload::analysis {
namespace {

using evidence::SloResult;
using evidence::SloState;

class JudgeTest : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const auto& one : histograms_) one->clear(slab_);
  }
  metrics::Histogram& add_block(std::uint64_t failed = 0) {
    histograms_.push_back(std::make_unique<metrics::Histogram>());
    list_.push_back({histograms_.back().get(), failed});
    return *histograms_.back();
  }
  // `count` exponential latencies with that mean in a block of a second.
  void add_exponential(int count, double mean, std::uint64_t failed = 0) {
    metrics::Histogram& histogram = add_block(failed);
    std::exponential_distribution<double> latency(1 / mean);
    for (int i = 0; i < count; ++i) histogram.record(latency(random_), slab_);
  }
  Blocks blocks() const { return {.all = list_, .length = std::chrono::seconds(1), .from = {}}; }

  std::mt19937 random_{7};
  metrics::PageSlab slab_;
  std::vector<std::unique_ptr<metrics::Histogram>> histograms_;
  std::vector<Block> list_;
};

TEST_F(JudgeTest, AnIntervalBelowTheLimitIsMet) {
  for (int i = 0; i < 60; ++i) add_exponential(100, 10);
  SloResult slo{.limit = 60};
  judge_latency(99, blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kMet) << slo.reason;
  EXPECT_NEAR(*slo.value, 46, 4);  // -10 ln 0.01
  EXPECT_LT(slo.interval->low, *slo.value);
  EXPECT_GT(slo.interval->high, *slo.value);
  EXPECT_FALSE(slo.first_breach);
}

TEST_F(JudgeTest, AnIntervalAboveTheLimitIsBrokenFromItsFirstBadWindowOn) {
  for (int i = 0; i < 30; ++i) add_exponential(100, 10);
  for (int i = 0; i < 30; ++i) add_exponential(100, 100);
  SloResult slo{.limit = 60};
  judge_latency(99, blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kBroken);
  EXPECT_EQ(slo.first_breach, std::chrono::seconds(30));
}

TEST_F(JudgeTest, TooFewSamplesDecideNothing) {
  for (int i = 0; i < 10; ++i) add_exponential(10, 10);
  SloResult slo{.limit = 1000};
  judge_latency(99, blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kUndecided);
  EXPECT_EQ(slo.reason, "100 samples, 368 are needed");
}

TEST_F(JudgeTest, FailuresAreSlowerThanEveryAnswer) {
  for (int i = 0; i < 60; ++i) add_exponential(98, 10, 2);
  SloResult slo{.limit = 60};
  judge_latency(99, blocks(), slo);
  EXPECT_TRUE(std::isinf(*slo.value));
  EXPECT_EQ(slo.state, SloState::kBroken);
}

TEST_F(JudgeTest, BlocksThatDifferWidenTheInterval) {
  for (int i = 0; i < 60; ++i) add_exponential(100, 10);
  SloResult even{.limit = 46};
  judge_latency(99, blocks(), even);
  list_.clear();
  for (int i = 0; i < 60; ++i) add_exponential(100, i % 10 == 0 ? 30 : 4);
  SloResult uneven{.limit = 46};
  judge_latency(99, blocks(), uneven);
  EXPECT_GT((uneven.interval->high - uneven.interval->low) / *uneven.value,
            1.5 * (even.interval->high - even.interval->low) / *even.value);
}

// Ninety-five of a hundred intervals hold the true percentile, give or take what chance allows.
TEST_F(JudgeTest, IntervalsHoldTheTruthAsOftenAsTheySay) {
  const double truth = -10 * std::log(0.01);
  int held = 0;
  constexpr int kRuns = 300;
  for (int run = 0; run < kRuns; ++run) {
    list_.clear();
    for (int i = 0; i < 30; ++i) add_exponential(50, 10);
    SloResult slo{.limit = 60};
    judge_latency(99, blocks(), slo);
    held += slo.interval->low <= truth && truth <= slo.interval->high ? 1 : 0;
  }
  EXPECT_GT(held, kRuns * 0.91);
}

TEST_F(JudgeTest, NoErrorAmongTooFewRequestsDecidesNothing) {
  for (int i = 0; i < 38; ++i) add_exponential(100, 10);
  SloResult slo{.limit = 0.1};
  judge_error_rate(blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kUndecided);
  add_exponential(100, 10);
  judge_error_rate(blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kMet);
  EXPECT_EQ(slo.samples, 3900);
}

TEST_F(JudgeTest, ManyErrorsBreakAnErrorRateEvenInAShortRun) {
  for (int i = 0; i < 10; ++i) add_exponential(70, 10, 30);
  SloResult slo{.limit = 0.1};
  judge_error_rate(blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kBroken);
  EXPECT_EQ(*slo.value, 30);
  EXPECT_EQ(slo.first_breach, Duration::zero());
}

TEST_F(JudgeTest, ABurstOfErrorsCountsLessThanAsManySpreadOut) {
  for (int i = 0; i < 60; ++i) add_exponential(99, 10, 1);
  SloResult spread{.limit = 2};
  judge_error_rate(blocks(), spread);
  EXPECT_EQ(spread.state, SloState::kMet);
  list_.clear();
  for (int i = 0; i < 60; ++i) add_exponential(i == 30 ? 40 : 100, 10, i == 30 ? 60 : 0);
  SloResult burst{.limit = 2};
  judge_error_rate(blocks(), burst);
  EXPECT_EQ(burst.state, SloState::kUndecided);
}

TEST_F(JudgeTest, ARateIsHeldWhenItsIntervalIsAboveTheLimit) {
  for (int i = 0; i < 30; ++i) add_exponential(99 + i % 3, 1);
  SloResult slo{.limit = 95};
  judge_rate(blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kMet);
  slo.limit = 101;
  judge_rate(blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kBroken);
}

std::vector<CreepPoint> series(double start, double growth_an_hour, double noise) {
  std::mt19937 random(3);
  std::normal_distribution<double> off(0, noise);
  std::vector<CreepPoint> points;
  for (int minute = 0; minute < 240; ++minute) {
    points.push_back({minute / 60.0, start + growth_an_hour * minute / 60.0 + off(random)});
  }
  return points;
}

TEST(JudgeCreep, FindsAGrowthThatNoiseHides) {
  SloResult slo{.limit = 5};
  judge_creep(series(100, 20, 10), slo);
  EXPECT_EQ(slo.state, SloState::kBroken);
  EXPECT_NEAR(*slo.value, 20 / 1.4, 3);  // of 140, the value in the middle
}

TEST(JudgeCreep, LeavesAStableSeriesAlone) {
  SloResult slo{.limit = 5};
  judge_creep(series(100, 0, 5), slo);
  EXPECT_EQ(slo.state, SloState::kMet);
}

TEST(JudgeCreep, DecidesNothingByAFewPoints) {
  SloResult slo{.limit = 5};
  const auto points = series(100, 20, 1);
  judge_creep(std::span(points).first(5), slo);
  EXPECT_EQ(slo.state, SloState::kUndecided);
}

TEST(JudgeDelivered, IsWhatWasSentOfTheSchedule) {
  SloResult slo{.limit = 99};
  judge_delivered(1000, 990, slo);
  EXPECT_EQ(slo.state, SloState::kMet);
  judge_delivered(1000, 989, slo);
  EXPECT_EQ(slo.state, SloState::kBroken);
}

TEST_F(JudgeTest, NothingMeasuredIsNothingDecided) {
  SloResult slo{.limit = 60};
  judge_latency(99, blocks(), slo);
  EXPECT_EQ(slo.state, SloState::kUndecided);
  EXPECT_FALSE(slo.value);
}

}  // namespace
}  // namespace proofload::analysis
