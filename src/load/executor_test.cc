// What must hold for every executor, over many made-up scenarios.
#include "load/executor.h"

#include <random>

#include <gtest/gtest.h>

#include "load/virtual_run.h"

namespace proofload::load {
namespace {

using namespace std::chrono_literals;

class MadeUp {
 public:
  explicit MadeUp(std::uint32_t seed) : random_(seed) {}

  std::vector<Scenario> scenarios() {
    std::vector<Scenario> list(static_cast<std::size_t>(number(1, 4)));
    for (std::size_t i = 0; i < list.size(); ++i) {
      list[i].name = "s" + std::to_string(i);
      list[i].start_time = number(0, 3) * 700ms;
      list[i].graceful_stop = number(0, 3) * 400ms;
      list[i].executor = executor();
    }
    return list;
  }
  // Odd, so that no two things happen at the same time by accident.
  Duration time() { return Duration(number(1, 900) * 1'000'003 + number(1, 999)); }
  std::int64_t number(std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution(from, to)(random_);
  }

 private:
  ExecutorConfig executor() {
    const std::int64_t vus = number(1, 7);
    switch (number(0, 5)) {
      case 0:
        return SharedIterationsConfig{vus, vus + number(0, 30), 1s};
      case 1:
        return PerVuIterationsConfig{vus, number(1, 9), 1s};
      case 2:
        return ConstantVusConfig{vus, number(1, 3) * 1s};
      case 3:
        return RampingVusConfig{vus, stages(9), number(0, 2) * 900ms};
      case 4:
        return ConstantArrivalRateConfig{number(1, 200), {}, 2s, vus, vus + number(0, 9)};
      default:
        return RampingArrivalRateConfig{number(0, 20), 1s, stages(150), vus, vus + number(0, 9)};
    }
  }
  std::vector<Stage> stages(std::int64_t target_max) {
    std::vector<Stage> list(static_cast<std::size_t>(number(1, 5)));
    for (Stage& stage : list) stage = {number(0, 3) * 450ms, number(0, target_max)};
    return list;
  }

  std::mt19937 random_;
};

std::int64_t due_ticks(const Scenario& scenario) {
  if (const auto* c = std::get_if<ConstantArrivalRateConfig>(&scenario.executor)) {
    return ArrivalSchedule(*c, ExecutionTuple()).tick_count();
  }
  if (const auto* c = std::get_if<RampingArrivalRateConfig>(&scenario.executor)) {
    return ArrivalSchedule(*c, ExecutionTuple()).tick_count();
  }
  return -1;
}

void expect_accounted(const Scenario& scenario, const VirtualRun::Totals& totals) {
  EXPECT_EQ(totals.started, totals.completed + totals.interrupted);
  EXPECT_LE(totals.finished, scenario.start_offset() + end_offset(requirements(scenario, {})));
  const std::int64_t due = due_ticks(scenario);
  if (due >= 0) {
    EXPECT_EQ(totals.started + totals.dropped, due);
  }
}

// The harness checks on its way that no VU serves two at once and that every iteration ends once.
TEST(Executors, AccountForEveryIterationAndGiveEveryVuBack) {
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    MadeUp made_up(seed);
    std::vector<Scenario> list = made_up.scenarios();
    sort_scenarios(list);
    const Duration iteration_time = made_up.time();
    for (const std::uint32_t threads : {1U, 2U, 5U}) {
      VirtualRun run(list, {.threads = threads, .iteration_time = iteration_time});
      run.run();
      for (std::size_t i = 0; i < list.size(); ++i) {
        ASSERT_TRUE(run.state(i).is_finished());
        expect_accounted(list[i], run.totals(i));
      }
      EXPECT_EQ(run.vus_in_use(), 0);
      EXPECT_LE(run.busiest(), possible_vus(merged_requirements(list, {})));
    }
  }
}

TEST(Executors, DoTheSameOnOneThreadAndOnMany) {
  for (std::uint32_t seed = 1000; seed <= 1080; ++seed) {
    SCOPED_TRACE(seed);
    MadeUp made_up(seed);
    const std::vector<Scenario> list = made_up.scenarios();
    const Duration iteration_time = made_up.time();
    VirtualRun one(list, {.threads = 1, .iteration_time = iteration_time});
    one.run();
    VirtualRun three(list, {.threads = 3, .iteration_time = iteration_time});
    three.run();
    for (std::size_t i = 0; i < list.size(); ++i) {
      EXPECT_EQ(three.totals(i).started, one.totals(i).started);
      EXPECT_EQ(three.totals(i).completed, one.totals(i).completed);
      EXPECT_EQ(three.totals(i).dropped, one.totals(i).dropped);
      EXPECT_EQ(three.totals(i).initialized, one.totals(i).initialized);
      EXPECT_EQ(three.totals(i).finished, one.totals(i).finished);
    }
  }
}

TEST(Executors, EndAtOnceWhenTheTestIsAborted) {
  for (std::uint32_t seed = 2000; seed <= 2100; ++seed) {
    SCOPED_TRACE(seed);
    MadeUp made_up(seed);
    const std::vector<Scenario> list = made_up.scenarios();
    const Duration abort_at = made_up.time() * 3;
    VirtualRun run(list, {.threads = static_cast<std::uint32_t>(made_up.number(1, 4)),
                          .iteration_time = made_up.time(),
                          .abort_at = abort_at});
    run.run();
    for (std::size_t i = 0; i < list.size(); ++i) {
      ASSERT_TRUE(run.state(i).is_finished());
      EXPECT_LE(run.totals(i).finished, abort_at + 1ms);  // the harness takes 1 ms to initialise
    }
    EXPECT_EQ(run.vus_in_use(), 0);
  }
}

}  // namespace
}  // namespace proofload::load
