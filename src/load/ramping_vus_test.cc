#include "load/ramping_vus.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "load/virtual_run.h"

namespace proofload::load {
namespace {

using namespace std::chrono_literals;

Scenario scenario(RampingVusConfig config, Duration graceful_stop = 30s) {
  Scenario result;
  result.name = "a";
  result.graceful_stop = graceful_stop;
  result.executor = std::move(config);
  return result;
}

class RampingVusOn : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Threads, RampingVusOn, testing::Values(1, 2, 3));

TEST_P(RampingVusOn, FollowsTheStages) {
  VirtualRun run({scenario({0, {{5s, 5}, {2s, 5}, {5s, 0}}, {}})},
                 {.threads = GetParam(), .iteration_time = 10ms});
  run.run();

  EXPECT_EQ(run.running_at(500ms), 0);
  EXPECT_EQ(run.running_at(1500ms), 1);
  EXPECT_EQ(run.running_at(4500ms), 4);
  EXPECT_EQ(run.running_at(6500ms), 5);
  EXPECT_EQ(run.running_at(8500ms), 4);
  EXPECT_EQ(run.running_at(11500ms), 1);
  EXPECT_EQ(run.totals().finished, 12s);
  EXPECT_EQ(run.totals().interrupted, 0);
}

TEST_P(RampingVusOn, StopsTheLastStartedFirst) {
  VirtualRun run({scenario({3, {{3s, 0}}, {}})}, {.threads = GetParam(), .iteration_time = 50ms});
  run.run();

  const auto last_start_of = [&](std::uint32_t vu) {
    Duration last{};
    for (const VirtualRun::Start& start : run.starts()) {
      if (start.vu == vu) last = start.at;
    }
    return last;
  };
  EXPECT_EQ(last_start_of(3), 950ms);
  EXPECT_EQ(last_start_of(2), 1950ms);
  EXPECT_EQ(last_start_of(1), 2950ms);
}

TEST_P(RampingVusOn, InterruptsAfterTheGracefulRampDown) {
  VirtualRun run({scenario({2, {{1s, 2}, {0s, 0}, {10s, 0}, {0s, 1}, {5s, 1}}, 2s})},
                 {.threads = GetParam(), .iteration_time = 3100ms});
  run.run();

  ASSERT_EQ(run.totals().started, 4);
  EXPECT_EQ(run.totals().interrupted, 2);
  EXPECT_EQ(run.starts()[0].ended, 3s);
  EXPECT_EQ(run.starts()[2].at, 11s);
  EXPECT_EQ(run.totals().finished, 17200ms);  // its second iteration ends in the graceful stop
}

TEST_P(RampingVusOn, KeepsAVuThatTheRampWantsBack) {
  VirtualRun run({scenario({1, {{0s, 2}, {1s, 2}, {0s, 1}, {1s, 1}, {0s, 2}, {1s, 2}}, 30s})},
                 {.threads = GetParam(), .iteration_time = 2500ms});
  run.run();

  EXPECT_EQ(run.deal().slots[0].size(), 2U);
  EXPECT_EQ(run.totals().started, 4);  // both at 0 s, and both again at 2.5 s
  EXPECT_EQ(run.totals().completed, 4);
}

TEST_P(RampingVusOn, GivesTheGracefulStopTheLastWord) {
  VirtualRun run({scenario({1, {{2s, 1}}, 30s}, 1s)},
                 {.threads = GetParam(), .iteration_time = 10s});
  run.run();

  EXPECT_EQ(run.totals().interrupted, 1);
  EXPECT_EQ(run.totals().finished, 3s);
}

TEST_P(RampingVusOn, JumpsInAZeroLengthStage) {
  VirtualRun run({scenario({1, {{1s, 1}, {0s, 6}, {1s, 6}}, {}})},
                 {.threads = GetParam(), .iteration_time = 10ms});
  run.run();

  EXPECT_EQ(run.running_at(999ms), 1);
  EXPECT_EQ(run.running_at(1s), 6);
  EXPECT_EQ(run.totals().started, 100 + 600);
}

TEST_P(RampingVusOn, InterruptsAtOnceWhenTheTestIsAborted) {
  VirtualRun run({scenario({3, {{10s, 10}}, {}})},
                 {.threads = GetParam(), .iteration_time = 7s, .abort_at = 1s});
  run.run();

  EXPECT_EQ(run.totals().interrupted, 3);
  EXPECT_EQ(run.totals().finished, 1s);
}

TEST(RampingVus, OfAllSegmentsRunAsManyVusAsTheWhole) {
  const RampingVusConfig config{1, {{4s, 9}, {0s, 4}, {4s, 0}}, {}};
  std::vector<std::unique_ptr<VirtualRun>> parts;
  for (const char* text : {"0:1/4", "1/4:1"}) {
    const ExecutionTuple tuple =
        *ExecutionTuple::create(*ExecutionSegment::parse(text), *parse_segment_sequence("0,1/4,1"));
    parts.push_back(std::make_unique<VirtualRun>(
        std::vector{scenario(config)}, VirtualRun::Options{.iteration_time = 5ms, .tuple = tuple}));
    parts.back()->run();
  }
  VirtualRun whole({scenario(config)}, {.iteration_time = 5ms});
  whole.run();

  for (Duration at = 101ms; at < 8s; at += 97ms) {
    EXPECT_EQ(parts[0]->running_at(at) + parts[1]->running_at(at), whole.running_at(at));
  }
}

}  // namespace
}  // namespace proofload::load
