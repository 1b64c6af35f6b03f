#include "load/fixed_vus.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "load/virtual_run.h"

namespace proofload::load {
namespace {

using namespace std::chrono_literals;

Scenario scenario(ExecutorConfig executor, Duration graceful_stop = 30s) {
  Scenario result;
  result.name = "a";
  result.graceful_stop = graceful_stop;
  result.executor = std::move(executor);
  return result;
}

std::vector<std::int64_t> sorted_iterations(const VirtualRun& run) {
  std::vector<std::int64_t> list;
  for (const VirtualRun::Start& start : run.starts()) list.push_back(start.iteration);
  std::ranges::sort(list);
  return list;
}

std::int64_t starts_of_vu(const VirtualRun& run, std::uint32_t vu) {
  return std::ranges::count(run.starts(), vu, &VirtualRun::Start::vu);
}

class OnThreads : public testing::TestWithParam<std::uint32_t> {
 protected:
  VirtualRun::Options options() const { return {.threads = GetParam()}; }
};

using SharedIterationsOn = OnThreads;
using PerVuIterationsOn = OnThreads;
using ConstantVusOn = OnThreads;
INSTANTIATE_TEST_SUITE_P(Threads, SharedIterationsOn, testing::Values(1, 2, 3));
INSTANTIATE_TEST_SUITE_P(Threads, PerVuIterationsOn, testing::Values(1, 2, 3));
INSTANTIATE_TEST_SUITE_P(Threads, ConstantVusOn, testing::Values(1, 2, 3));

TEST_P(SharedIterationsOn, LetsFastVusTakeMore) {
  VirtualRun::Options fast_first = options();
  fast_first.time_of = [](std::uint32_t vu, std::int64_t) { return vu == 1 ? 10ms : 95ms; };
  VirtualRun run({scenario(SharedIterationsConfig{2, 20, {}})}, fast_first);
  run.run();

  EXPECT_EQ(run.totals().completed, 20);
  EXPECT_EQ(run.totals().dropped, 0);
  EXPECT_EQ(starts_of_vu(run, 2), 2);
  EXPECT_EQ(sorted_iterations(run).front(), 0);
  EXPECT_EQ(sorted_iterations(run).back(), 19);
  EXPECT_EQ(run.totals().finished, 190ms);
}

TEST_P(SharedIterationsOn, DropsWhatItDidNotGetTo) {
  VirtualRun run({scenario(SharedIterationsConfig{2, 100, 1s})},
                 {.threads = GetParam(), .iteration_time = 300ms});
  run.run();

  EXPECT_EQ(run.totals().completed, 8);  // the last two end within the graceful period
  EXPECT_EQ(run.totals().dropped, 92);
  EXPECT_EQ(run.totals().finished, 1200ms);
}

TEST_P(PerVuIterationsOn, GivesEachVuItsOwnNumber) {
  VirtualRun run({scenario(PerVuIterationsConfig{3, 4, {}})}, options());
  run.run();

  for (const std::uint32_t vu : {1U, 2U, 3U}) EXPECT_EQ(starts_of_vu(run, vu), 4);
  EXPECT_EQ(run.totals().finished, 400ms);
  const std::vector<std::int64_t> numbers = sorted_iterations(run);
  EXPECT_EQ(std::set(numbers.begin(), numbers.end()).size(), 12U);
  EXPECT_EQ(numbers.back(), 11);
}

TEST_P(PerVuIterationsOn, DropsTheRemainderOfEachVu) {
  VirtualRun::Options one_slow = options();
  one_slow.time_of = [](std::uint32_t vu, std::int64_t) {
    return vu == 2 ? Duration(400ms) : Duration(10ms);
  };
  VirtualRun run({scenario(PerVuIterationsConfig{2, 10, 1s}, 0s)}, one_slow);
  run.run();

  EXPECT_EQ(starts_of_vu(run, 1), 10);
  EXPECT_EQ(starts_of_vu(run, 2), 3);
  EXPECT_EQ(run.totals().interrupted, 1);
  EXPECT_EQ(run.totals().dropped, 7);
}

// The observed case: VU 1 sleeps 1.5 s, VU 2 sleeps 10 s; one second and one of grace.
TEST_P(ConstantVusOn, InterruptsWhatOutlastsTheGracefulStop) {
  VirtualRun::Options sleepers = options();
  sleepers.time_of = [](std::uint32_t vu, std::int64_t) {
    return vu == 1 ? Duration(1500ms) : Duration(10s);
  };
  VirtualRun run({scenario(ConstantVusConfig{2, 1s}, 1s)}, sleepers);
  run.run();

  EXPECT_EQ(run.totals().started, 2);
  EXPECT_EQ(run.totals().completed, 1);
  EXPECT_EQ(run.totals().interrupted, 1);
  EXPECT_EQ(run.totals().dropped, 0);
  EXPECT_EQ(run.totals().finished, 2s);
}

TEST_P(ConstantVusOn, StartsNothingAfterTheDuration) {
  VirtualRun run({scenario(ConstantVusConfig{3, 1s})}, options());
  run.run();

  EXPECT_EQ(run.totals().started, 30);
  EXPECT_EQ(run.totals().finished, 1s);
  EXPECT_EQ(run.busiest(), 3);
}

TEST_P(ConstantVusOn, InterruptsAtOnceWhenTheTestIsAborted) {
  VirtualRun run({scenario(ConstantVusConfig{2, 20s})},
                 {.threads = GetParam(), .iteration_time = 1200ms, .abort_at = 2500ms});
  run.run();

  EXPECT_EQ(run.totals().completed, 4);
  EXPECT_EQ(run.totals().interrupted, 2);
  EXPECT_EQ(run.totals().dropped, 0);
  EXPECT_EQ(run.totals().finished, 2500ms);
}

TEST_P(SharedIterationsOn, DropsNothingWhenTheTestIsAborted) {
  VirtualRun run({scenario(SharedIterationsConfig{2, 100, {}})},
                 {.threads = GetParam(), .abort_at = 250ms});
  run.run();

  EXPECT_EQ(run.totals().started, 6);
  EXPECT_EQ(run.totals().dropped, 0);
}

TEST_P(ConstantVusOn, WaitsForItsStartTime) {
  Scenario late = scenario(ConstantVusConfig{1, 1s});
  late.start_time = 5s;
  VirtualRun run({late}, options());
  run.run();

  EXPECT_EQ(run.starts().front().at, 5s);
  EXPECT_EQ(run.totals().finished, 6s);
}

TEST_P(ConstantVusOn, NeverBeginsWhenTheTestIsAbortedBefore) {
  Scenario late = scenario(ConstantVusConfig{2, 1s});
  late.start_time = 5s;
  VirtualRun run({late}, {.threads = GetParam(), .abort_at = 1s});
  run.run();

  EXPECT_EQ(run.totals().started, 0);
  EXPECT_EQ(run.totals().finished, 1s);
}

TEST_P(ConstantVusOn, SharesVusWithALaterScenario) {
  Scenario first = scenario(ConstantVusConfig{2, 1s}, 500ms);
  Scenario second = scenario(ConstantVusConfig{2, 1s}, 500ms);
  second.name = "b";
  second.start_time = 1500ms;
  VirtualRun run({first, second}, {.threads = GetParam(), .iteration_time = 700ms});
  run.run();

  EXPECT_EQ(run.deal().planned_vus, 2);
  EXPECT_EQ(run.totals(0).completed, 4);
  EXPECT_EQ(run.totals(1).completed, 4);
}

TEST(SharedIterations, OfAllSegmentsAddUpToTheWhole) {
  std::set<std::int64_t> numbers;
  std::int64_t completed = 0;
  for (const char* text : {"0:1/3", "1/3:2/3", "2/3:1"}) {
    const ExecutionTuple tuple = *ExecutionTuple::create(*ExecutionSegment::parse(text),
                                                         *parse_segment_sequence("0,1/3,2/3,1"));
    VirtualRun run({scenario(SharedIterationsConfig{10, 1000, {}})}, {.tuple = tuple});
    run.run();
    completed += run.totals().completed;
    for (const VirtualRun::Start& start : run.starts()) numbers.insert(start.in_test);
  }
  EXPECT_EQ(completed, 1000);
  EXPECT_EQ(numbers.size(), 1000U);
  EXPECT_EQ(*numbers.rbegin(), 999);
}

}  // namespace
}  // namespace proofload::load
