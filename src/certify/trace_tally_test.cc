#include "certify/trace_tally.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/trace_context.h"
#include "certify/trace_canaries.h"
#include "certify/trace_keeper.h"

namespace proofload::certify {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr double kNone = std::numeric_limits<double>::infinity();

std::vector<TracedRequest> requests(int count, double latency_ms) {
  std::vector<TracedRequest> all;
  all.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    all.push_back({.id = static_cast<std::uint64_t>(i + 1), .latency_ms = latency_ms + i});
  }
  return all;
}

std::size_t slow_count(const std::vector<WantedTrace>& all) {
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [](const WantedTrace& one) { return one.is_slow; }));
}

TEST(MarkSlow, TakesTheSlowestTwentiethWhereNoSloIsBroken) {
  const auto wanted = mark_slow(requests(40, 10), {kNone}, 3);
  EXPECT_EQ(slow_count(wanted), 2);
  for (const WantedTrace& one : wanted) {
    EXPECT_EQ(one.is_slow, one.latency_ms >= 48);
    EXPECT_EQ(one.second, 3);
  }
  EXPECT_EQ(slow_count(mark_slow(requests(1, 10), {kNone}, 0)), 1);
  EXPECT_TRUE(mark_slow({}, {kNone}, 0).empty());
}

TEST(MarkSlow, TakesAllAboveTheLimitOfTheirRowAndAllThatFailed) {
  auto all = requests(40, 10);
  all[0].is_failed = true;
  all[1].row = 1;
  const auto wanted = mark_slow(all, {40, 5}, 0);
  EXPECT_EQ(slow_count(wanted), 1 + 1 + 9);  // 41 to 49 ms
}

TEST(SlowLimits, AreTheLeastOfTheSlosOfARow) {
  plan::Plan plan;
  plan.service.endpoints = {{"a", "GET", "/a"}, {"b", "GET", "/b"}};
  const auto slo = [](std::string endpoint, int ms) {
    return plan::Slo{.endpoint = std::move(endpoint),
                     .objective = plan::LatencyObjective{99, std::chrono::milliseconds(ms)}};
  };
  plan.slos = {slo("a", 300), slo("a", 200), plan::Slo{.objective = plan::ErrorRateObjective{}}};
  EXPECT_THAT(slow_limits(plan), ::testing::ElementsAre(200, kNone, kNone));
  plan.slos.push_back(slo("", 250));
  EXPECT_THAT(slow_limits(plan), ::testing::ElementsAre(200, 250, 250));
}

TEST(UpperShare, IsWilsonsBound) {
  EXPECT_NEAR(upper_share(0, 40), 0.0876, 0.0001);
  EXPECT_NEAR(upper_share(10, 100), 0.1744, 0.0001);
  EXPECT_NEAR(upper_share(40, 40), 1, 1e-9);
}

TraceTally tally(std::uint64_t calm_found, std::uint64_t peak_found) {
  TraceTally one;
  one.add_second(100, 10);
  one.add_second(1000, 100);
  for (std::uint64_t i = 0; i < 10; ++i) one.note({.second = 0}, i < calm_found, true);
  for (std::uint64_t i = 0; i < 100; ++i) one.note({.second = 1}, i < peak_found, true);
  return one;
}

TEST(TraceTally, CountsThePeakForItself) {
  const auto result = tally(10, 50).result(0.1);
  EXPECT_EQ(result.requests, 1100);
  EXPECT_EQ(result.flagged, 110);
  EXPECT_EQ(result.asked, 110);
  EXPECT_EQ(result.found, 60);
  EXPECT_EQ(result.peak_asked, 100);
  EXPECT_EQ(result.peak_found, 50);
  EXPECT_TRUE(result.is_observed);
}

TEST(TraceTally, IsUnobservedWhenThePeakLosesItsTraces) {
  const auto result = tally(10, 1).result(0.1);
  EXPECT_FALSE(result.is_observed);
  EXPECT_EQ(result.reason, "at the peak 1 of 100 traces were found, and the plan wants 10 %");
  EXPECT_FALSE(tally(10, 0).result(0).is_observed);
}

TEST(TraceTally, AllowsForChanceWhenASamplerKeepsJustEnough) {
  EXPECT_TRUE(tally(1, 8).result(0.1).is_observed);
}

TEST(TraceTally, SaysWhenNothingWasLookedFor) {
  TraceTally none;
  none.add_second(100, 10);
  EXPECT_THAT(none.result(0.1).reason, HasSubstr("no request of the peak"));
}

TEST(TraceTally, ChosenForBeingSlowSaysNothingOfAll) {
  TraceTally one = tally(10, 100);
  one.note({.second = 1, .is_slow = true}, false, false);
  const auto result = one.result(0.1);
  EXPECT_EQ(result.asked, 110);
  EXPECT_EQ(result.slow_asked, 1);
  EXPECT_EQ(result.slow_found, 0);
}

TEST(TraceSample, KeepsTheSlowestAndAsManyAtRandom) {
  TraceSample sample;
  for (int i = 0; i < 5000; ++i) {
    sample.offer({.id = static_cast<std::uint64_t>(i),
                  .latency_ms = static_cast<double>(i),
                  .is_slow = i % 2 == 0});
  }
  ASSERT_EQ(sample.random().size(), TraceSample::kRandom);
  double sum = 0;
  for (const WantedTrace& one : sample.random()) sum += one.latency_ms;
  EXPECT_NEAR(sum / TraceSample::kRandom, 2500, 4 * 5000 / std::sqrt(12 * TraceSample::kRandom));
  std::set<double> slowest;
  for (const WantedTrace& one : sample.slowest()) slowest.insert(one.latency_ms);
  EXPECT_EQ(slowest.size(), TraceSample::kSlowest);
  EXPECT_EQ(*slowest.begin(), 4998 - 2 * (TraceSample::kSlowest - 1));
}

class Keeper : public ::testing::Test {
 protected:
  Keeper() { reset({}); }

  void reset(TraceKeeper::Options options) {
    options.run = 0xab;
    options.keep = [this](evidence::Span span) { kept_.push_back(std::move(span.trace_id)); };
    options.on_decided = [this](const WantedTrace& trace, bool is_found) {
      decided_.emplace_back(trace.id, is_found);
    };
    keeper_ = std::make_unique<TraceKeeper>(std::move(options));
  }
  static TimePoint at(int second) { return TimePoint(seconds(1000 + second)); }
  // Of the trace of ours with that id.
  static evidence::Span span(std::uint64_t id) {
    evidence::Span one;
    one.trace_id = to_string(TraceId{0xab, id});
    return one;
  }

  std::vector<std::string> kept_;
  std::vector<std::pair<std::uint64_t, bool>> decided_;
  std::unique_ptr<TraceKeeper> keeper_;
};

TEST_F(Keeper, KeepsEverySlowTraceAndFewOthers) {
  reset({.others_max = 2});
  for (std::uint64_t id = 1; id <= 40; ++id) {
    keeper_->want({.id = id, .is_slow = id <= 20}, at(0));
    keeper_->add(span(id), at(1));
  }
  keeper_->decide(at(9));
  EXPECT_TRUE(kept_.empty()) << "spans of other services may come";
  keeper_->decide(at(10));
  EXPECT_EQ(kept_.size(), 22);
  EXPECT_EQ(decided_.size(), 40);
  EXPECT_EQ(keeper_->counts().spans, 40);
  EXPECT_EQ(keeper_->counts().kept, 22);
}

TEST_F(Keeper, KnowsWhatNeverCame) {
  keeper_->want({.id = 1}, at(0));
  keeper_->want({.id = 3}, at(0));
  EXPECT_FALSE(keeper_->has_all());
  keeper_->add(span(1), at(1));
  EXPECT_FALSE(keeper_->has_all());
  keeper_->decide_all();
  EXPECT_THAT(decided_, ::testing::ElementsAre(std::pair(1, true), std::pair(3, false)));
  EXPECT_TRUE(keeper_->has_all());
}

TEST_F(Keeper, TakesSpansThatComeBeforeTheAnswer) {
  keeper_->add(span(1), at(0));
  keeper_->want({.id = 1, .is_slow = true}, at(2));
  EXPECT_TRUE(keeper_->has_all());
  keeper_->decide_all();
  EXPECT_THAT(decided_, ::testing::ElementsAre(std::pair(1, true)));
  EXPECT_EQ(kept_.size(), 1);
}

TEST_F(Keeper, CountsWhatItHasNoRoomFor) {
  reset({.pending_max = 3, .kept_max = 2});
  keeper_->want({.id = 1, .is_slow = true}, at(0));
  keeper_->want({.id = 3, .is_slow = true}, at(0));
  for (int i = 0; i < 5; ++i) keeper_->add(span(1), at(0));
  keeper_->add(span(3), at(0));
  keeper_->add(span(5), at(0));
  keeper_->decide_all();
  EXPECT_EQ(kept_.size(), 2);
  EXPECT_EQ(keeper_->counts().kept, 2);
  EXPECT_EQ(keeper_->counts().lost, 5);
  EXPECT_THAT(decided_, ::testing::ElementsAre(std::pair(1, true), std::pair(3, true)));
}

TEST_F(Keeper, KeepsASampleOfTracesThatAreNotOurs) {
  for (int i = 0; i < 50; ++i) {
    evidence::Span other;
    other.trace_id = to_string(TraceId{7, static_cast<std::uint64_t>(i)});
    keeper_->add(std::move(other), at(0));
  }
  keeper_->decide(at(20));
  EXPECT_EQ(kept_.size(), 10);
  EXPECT_TRUE(decided_.empty());
}

}  // namespace
}  // namespace proofload::certify
