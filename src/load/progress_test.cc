#include "load/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/virtual_run.h"

namespace proofload::load {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

Scenario scenario(std::string name, ExecutorConfig config, Duration graceful_stop = 30s) {
  Scenario result;
  result.name = std::move(name);
  result.graceful_stop = graceful_stop;
  result.executor = std::move(config);
  return result;
}

// The lines at `at`, as printed without a terminal.
std::vector<std::string> lines(VirtualRun& run, std::size_t scenarios, Duration at) {
  run.run(at);
  std::vector<ScenarioProgress> list;
  for (std::size_t i = 0; i < scenarios; ++i) {
    list.push_back(scenario_progress(run.state(i), VirtualRun::at(at)));
  }
  return progress_lines(list, {});
}

std::string line(VirtualRun& run, Duration at) {
  return lines(run, 1, at)[0];
}

class ProgressOn : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Threads, ProgressOn, testing::Values(1, 2));

// All expected lines are those that k6 printed for the same scripts.

TEST_P(ProgressOn, SharedIterationsCountsWhatIsDone) {
  VirtualRun run({scenario("default", SharedIterationsConfig{2, 6, {}})},
                 {.threads = GetParam(), .iteration_time = 430ms});

  EXPECT_EQ(line(run, 1s), "default   [  67% ] 2 VUs  00m01.0s/10m0s  4/6 shared iters\n");
  EXPECT_EQ(active_vus(run.state()), 2);
  EXPECT_EQ(line(run, 2s), "default ✓ [ 100% ] 2 VUs  00m01.3s/10m0s  6/6 shared iters\n");
  EXPECT_EQ(active_vus(run.state()), 0);
}

TEST_P(ProgressOn, PerVuIterationsSaysHowManyEachVuRuns) {
  VirtualRun run({scenario("default", PerVuIterationsConfig{1, 1, {}})},
                 {.threads = GetParam(), .iteration_time = 1ms});

  EXPECT_EQ(line(run, 1s), "default ✓ [ 100% ] 1 VUs  00m00.0s/10m0s  1/1 iters, 1 per VU\n");
}

TEST_P(ProgressOn, ConstantVusStopsAfterItsDuration) {
  VirtualRun::Options sleepers{.threads = GetParam()};
  sleepers.time_of = [](std::uint32_t vu, std::int64_t) {
    return vu == 1 ? Duration(1500ms) : Duration(10s);
  };
  VirtualRun run({scenario("a", ConstantVusConfig{2, 1s}, 1s)}, sleepers);

  EXPECT_EQ(line(run, 999ms), "a   [ 100% ] 2 VUs  1.0s/1s\n");
  EXPECT_EQ(line(run, 1999ms), "a ↓ [ 100% ] 2 VUs  1s\n");
  EXPECT_EQ(active_vus(run.state()), 1);
  EXPECT_EQ(line(run, 2001ms), "a ✓ [ 100% ] 2 VUs  1s\n");
}

TEST_P(ProgressOn, ConstantArrivalRateShowsBusyAndActiveVus) {
  VirtualRun run({scenario("a", ConstantArrivalRateConfig{10, {}, 2s, 1, 2})},
                 {.threads = GetParam(), .iteration_time = 1000500us});

  EXPECT_EQ(line(run, 999ms), "a   [  50% ] 2/2 VUs  1.0s/2s  10.00 iters/s\n");
  EXPECT_EQ(line(run, 1999ms), "a   [ 100% ] 2/2 VUs  2.0s/2s  10.00 iters/s\n");
  EXPECT_EQ(line(run, 2200ms), "a ↓ [ 100% ] 2/2 VUs  2s  10.00 iters/s\n");
  EXPECT_EQ(line(run, 2500ms), "a ✓ [ 100% ] 0/2 VUs  2s  10.00 iters/s\n");
}

TEST_P(ProgressOn, AlignsTheLinesOfTwoScenarios) {
  Scenario browse = scenario("browse", ConstantVusConfig{2, 3s}, 2s);
  Scenario buy = scenario("buy", RampingArrivalRateConfig{2, 1s, {{2s, 6}}, 2, 4});
  buy.start_time = 1s;
  VirtualRun run({browse, buy}, {.threads = GetParam(), .iteration_time = 3ms});

  EXPECT_THAT(lines(run, 2, 999ms), ElementsAre("browse   [  33% ] 2 VUs    1.0s/3s\n",
                                                "buy    • [   0% ] waiting  0.0s\n"));
  EXPECT_THAT(lines(run, 2, 1999ms),
              ElementsAre("browse   [  67% ] 2 VUs    2.0s/3s \n",
                          "buy      [  50% ] 0/2 VUs  1.0s/2s  3.73 iters/s\n"));
  EXPECT_THAT(lines(run, 2, 2999ms),
              ElementsAre("browse   [ 100% ] 2 VUs    3.0s/3s \n",
                          "buy    ✗ [  92% ] 0/2 VUs  1.8s/2s  5.47 iters/s\n"));
  EXPECT_THAT(lines(run, 2, 3100ms),
              ElementsAre("browse ✓ [ 100% ] 2 VUs    3s      \n",
                          "buy    ✗ [  92% ] 0/2 VUs  1.8s/2s  5.47 iters/s\n"));
}

TEST_P(ProgressOn, RampingVusPadsVusAndBothClocks) {
  VirtualRun run({scenario("a", RampingVusConfig{0, {{10s, 10}, {60s, 10}}, {}})},
                 {.threads = GetParam(), .iteration_time = 50ms});

  EXPECT_EQ(line(run, 3500ms), "a   [   5% ] 03/10 VUs  0m03.5s/1m10.0s\n");
  EXPECT_EQ(line(run, 71s), "a ✓ [ 100% ] 00/10 VUs  1m10s\n");
}

TEST_P(ProgressOn, KeepsTheStateOfTheAbort) {
  VirtualRun run({scenario("default", ConstantVusConfig{2, 20s})},
                 {.threads = GetParam(), .iteration_time = 1200ms, .abort_at = 2470ms});

  EXPECT_EQ(line(run, 5s), "default ✗ [  12% ] 2 VUs  02.5s/20s\n");
}

TEST(Progress, IsEmptyBeforeTheLaunch) {
  const Scenario one = scenario("default", ConstantVusConfig{1, 1s});
  const VuDeal deal = deal_vus(std::span(&one, 1), ExecutionTuple());
  const ScenarioState state({one, ExecutionTuple(), deal.slots[0], 1});

  EXPECT_THAT(progress_lines(
                  std::vector{ScenarioProgress{.name = "Run", .fraction = 1, .right = {"paused"}},
                              scenario_progress(state, VirtualRun::at(0s))},
                  {}),
              ElementsAre("Run       [ 100% ] paused\n", "default   [   0% ]\n"));
}

TEST(ProgressLines, DrawABarOnATerminal) {
  const std::vector<ScenarioProgress> list = {
      {.name = "browse", .fraction = 0.1 / 3, .right = {"2 VUs", "0.1s/3s"}},
      {.name = "buy", .status = ProgressStatus::kWaiting, .right = {"waiting", "0.9s"}},
      {.name = "done", .status = ProgressStatus::kDone, .fraction = 1}};

  EXPECT_THAT(
      progress_lines(list, {.bar_width = 40, .is_colored = true}),
      ElementsAre("browse   [>\x1b[2m-------------------------------------\x1b[22m] 2 VUs    "
                  "0.1s/3s\n",
                  "buy    \x1b[2m•\x1b[22m [\x1b[2m--------------------------------------"
                  "\x1b[22m] waiting  0.9s\n",
                  "done   \x1b[32m✓\x1b[0m [======================================"
                  "\x1b[2m\x1b[22m]\n"));
  EXPECT_EQ(progress_lines(std::span(list).subspan(0, 1), {.bar_width = 20})[0],
            "browse   [------------------] 2 VUs  0.1s/3s\n");
}

TEST(ProgressLines, ShortenALongName) {
  const ScenarioProgress one{.name = "a-scenario-with-a-very-long-name"};
  EXPECT_EQ(progress_lines(std::span(&one, 1), {})[0],
            "a-scenario-with-a-very-long...   [   0% ]\n");
}

TEST(FixedLengthDuration, IsAsWideAsTheLongest) {
  EXPECT_EQ(fixed_length_duration(1s, 3s), "1.0s");
  EXPECT_EQ(fixed_length_duration(1s, 10s), "01.0s");
  EXPECT_EQ(fixed_length_duration(1s, 1min), "0m01.0s");
  EXPECT_EQ(fixed_length_duration(61s, 10min), "01m01.0s");
  EXPECT_EQ(fixed_length_duration(61s, 1h), "0h01m01.0s");
  EXPECT_EQ(fixed_length_duration(61s, 10h), "00h01m01.0s");
  EXPECT_EQ(fixed_length_duration(25h, 24h), "1d01h00m00.0s");
  EXPECT_EQ(fixed_length_duration(1h, 240h), "00d01h00m00.0s");
  EXPECT_EQ(fixed_length_duration(12s, 3s), "12.0s");
  EXPECT_EQ(fixed_length_duration(950ms, 1s), "1.0s");
}

TEST(RunStatusText, PadsVusToTheMaximum) {
  EXPECT_EQ(run_status_text({.elapsed = 1s,
                             .duration_max = 630s,
                             .active_vus = 2,
                             .initialized_vus = 2,
                             .possible_vus = 2,
                             .complete = 4}),
            "running (00m01.0s), 2/2 VUs, 4 complete and 0 interrupted iterations");
  EXPECT_EQ(run_status_text({.is_paused = true, .initialized_vus = 4, .possible_vus = 120}),
            "paused, 000/004 VUs, 0 complete and 0 interrupted iterations");
}

}  // namespace
}  // namespace proofload::load
