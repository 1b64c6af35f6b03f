#include "load/gate.h"

#include <gtest/gtest.h>

#include "load/virtual_run.h"

namespace proofload::load {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{1000s};

int admitted(Gate& gate, int starts) {
  int count = 0;
  for (int i = 0; i < starts; ++i) count += gate.admits(i, kNow) ? 1 : 0;
  return count;
}

Scenario at_100_a_second_for_10s() {
  Scenario scenario;
  scenario.name = "a";
  scenario.executor = ConstantArrivalRateConfig{100, {}, 10s, 10, {}};
  return scenario;
}

TEST(Gate, LetsEverythingThroughUntilItIsToldOtherwise) {
  Gate gate;
  EXPECT_EQ(admitted(gate, 1000), 1000);
  EXPECT_EQ(gate.withheld(), 0);
}

TEST(Gate, LetsTheShareThroughEvenly) {
  Gate gate;
  gate.set_share(250);
  EXPECT_EQ(admitted(gate, 1000), 250);
  EXPECT_EQ(gate.withheld(), 750);
  for (int i = 0; i < 100; i += 4) EXPECT_EQ(admitted(gate, 4), 1) << i;
}

TEST(Gate, LetsNothingThroughAtZero) {
  Gate gate;
  gate.set_share(0);
  EXPECT_EQ(admitted(gate, 1000), 0);
}

TEST(Gate, IsClosedUntilItsTimeWhichIsNeverShortened) {
  Gate gate;
  gate.close_until(kNow + 5s);
  gate.close_until(kNow + 1s);
  EXPECT_FALSE(gate.admits(0, kNow + 4999ms));
  EXPECT_TRUE(gate.admits(0, kNow + 5s));
}

class GateOfAnArrivalRate : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Threads, GateOfAnArrivalRate, testing::Values(1, 2, 3));

TEST_P(GateOfAnArrivalRate, WithholdsTicksWhichCountAsDroppedAndAskForNoVu) {
  VirtualRun run({at_100_a_second_for_10s()}, {.threads = GetParam(), .iteration_time = 10ms});
  run.run(5s);
  const auto before = run.totals().started;
  run.state().gate().set_share(500);
  run.run();
  EXPECT_NEAR(static_cast<double>(run.totals().started - before), 250, 1);
  EXPECT_EQ(run.totals().started + run.totals().dropped, 1001);
  EXPECT_EQ(run.totals().dropped, run.state().gate().withheld());
  EXPECT_EQ(run.totals().warnings, 0);
}

TEST_P(GateOfAnArrivalRate, StartsNothingWhileItIsClosedAndGoesOnAfterwardsOnSchedule) {
  VirtualRun run({at_100_a_second_for_10s()}, {.threads = GetParam(), .iteration_time = 10ms});
  run.run(2s);
  run.state().gate().close_until(VirtualRun::at(4s));
  run.run();
  for (const VirtualRun::Start& start : run.starts()) {
    EXPECT_FALSE(start.at > 2s && start.at < 4s) << to_seconds(start.at);
    EXPECT_EQ(start.at, start.due);
  }
  EXPECT_NEAR(static_cast<double>(run.totals().dropped), 200, 2);
}

}  // namespace
}  // namespace proofload::load
