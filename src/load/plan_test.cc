#include "load/plan.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::load {

void PrintTo(const ExecutionStep& step, std::ostream* out) {
  *out << '{' << to_seconds(step.offset) << "s, " << step.planned_vus << ", "
       << step.unplanned_vus_max << '}';
}

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const ExecutionTuple kWhole;

using Step = ExecutionStep;

Scenario scenario(std::string name, ExecutorConfig executor, Duration start = 0s,
                  Duration graceful_stop = 30s) {
  Scenario result;
  result.name = std::move(name);
  result.start_time = start;
  result.graceful_stop = graceful_stop;
  result.executor = std::move(executor);
  return result;
}

ExecutionTuple segment(std::string_view text, std::string_view sequence) {
  return *ExecutionTuple::create(*ExecutionSegment::parse(text), *parse_segment_sequence(sequence));
}

// Starts with 4, up to 6, down to 1, up to 5, down to 1, up to 4, and at once down to 1; 23
// seconds.
RampingVusConfig zigzag() {
  return {4, {{2s, 6}, {5s, 1}, {4s, 5}, {4s, 1}, {3s, 4}, {2s, 4}, {0s, 1}, {3s, 1}}, {}};
}

TEST(RampingSteps, ChangeOneVuAtATime) {
  EXPECT_THAT(ramping_steps({0, {{10s, 5}}, {}}, kWhole),
              ElementsAre(Step{0s, 0}, Step{2s, 1}, Step{4s, 2}, Step{6s, 3}, Step{8s, 4},
                          Step{10s, 5}, Step{10s, 0}));
  EXPECT_THAT(ramping_steps({3, {{6s, 0}}, {}}, kWhole),
              ElementsAre(Step{0s, 3}, Step{2s, 2}, Step{4s, 1}, Step{6s, 0}));
}

TEST(RampingSteps, JumpInAZeroLengthStage) {
  EXPECT_THAT(ramping_steps({1, {{5s, 1}, {0s, 4}, {5s, 4}, {0s, 2}, {1s, 2}}, {}}, kWhole),
              ElementsAre(Step{0s, 1}, Step{5s, 4}, Step{10s, 2}, Step{11s, 0}));
}

TEST(RampingSteps, OfAllSegmentsAddUpToTheWhole) {
  const std::string sequence = "0,1/3,1/2,1";
  const RampingVusConfig config{2, {{7s, 11}, {0s, 5}, {3s, 17}, {4s, 17}, {9s, 0}}, {}};
  const std::vector<ExecutionPlan> parts = {ramping_steps(config, segment("0:1/3", sequence)),
                                            ramping_steps(config, segment("1/3:1/2", sequence)),
                                            ramping_steps(config, segment("1/2:1", sequence))};
  const auto planned_at = [](const ExecutionPlan& plan, Duration at) {
    std::int64_t vus = 0;
    for (const ExecutionStep& step : plan) {
      if (step.offset <= at) vus = step.planned_vus;
    }
    return vus;
  };
  for (Duration at = 0s; at <= 24s; at += 17ms) {
    std::int64_t sum = 0;
    for (const ExecutionPlan& part : parts) sum += planned_at(part, at);
    ASSERT_EQ(sum, planned_at(ramping_steps(config, kWhole), at)) << to_seconds(at);
  }
}

TEST(Requirements, KeepAStoppedVuForItsGracefulRampDown) {
  EXPECT_THAT(requirements(scenario("a", zigzag()), kWhole),
              ElementsAre(Step{0s, 4}, Step{1s, 5}, Step{2s, 6}, Step{33s, 5}, Step{42s, 4},
                          Step{50s, 1}, Step{53s, 0}));
}

TEST(Requirements, FollowTheRampWithoutAGracefulPeriod) {
  RampingVusConfig config{2, {{2s, 0}}, 0s};
  EXPECT_THAT(requirements(scenario("a", config, 0s, 0s), kWhole),
              ElementsAre(Step{0s, 2}, Step{1s, 1}, Step{2s, 0}));
}

TEST(Requirements, EndWithTheGracefulStopEvenWithinARampDown) {
  EXPECT_THAT(requirements(scenario("a", zigzag(), 0s, 3s), kWhole),
              ElementsAre(Step{0s, 4}, Step{1s, 5}, Step{2s, 6}, Step{26s, 0}));
}

TEST(Requirements, ReserveUnplannedVusOfAnArrivalRate) {
  EXPECT_THAT(requirements(scenario("a", ConstantArrivalRateConfig{10, {}, 2s, 1, 5}), kWhole),
              ElementsAre(Step{0s, 1, 4}, Step{32s, 0, 0}));
}

TEST(MergedRequirements, AreThoseOfTheObservedTwoScenarioTest) {
  const std::vector<Scenario> both = {
      scenario("browse", ConstantVusConfig{2, 3s}, 0s, 2s),
      scenario("buy", RampingArrivalRateConfig{2, 1s, {{2s, 6}}, 2, 4}, 1s)};
  const ExecutionPlan plan = merged_requirements(both, kWhole);

  EXPECT_EQ(planned_vus(plan), 4);
  EXPECT_EQ(possible_vus(plan), 6);
  EXPECT_EQ(end_offset(plan), 33s);
  EXPECT_THAT(plan, ElementsAre(Step{0s, 2}, Step{1s, 4, 2}, Step{5s, 2, 2}, Step{33s, 0}));
}

TEST(MergedRequirements, LetLaterScenariosReuseVus) {
  const std::vector<Scenario> list = {
      scenario("a", ConstantVusConfig{20, 1s}, 0s, 0s),
      scenario("b", ConstantArrivalRateConfig{1, {}, 1s, 10, 20}, 1s, 0s)};
  const ExecutionPlan plan = merged_requirements(list, kWhole);

  EXPECT_EQ(planned_vus(plan), 20);
  EXPECT_EQ(possible_vus(plan), 20);
}

std::vector<std::uint32_t> vus(const std::vector<Slot>& slots) {
  std::vector<std::uint32_t> list;
  list.reserve(slots.size());
  for (const Slot& slot : slots) list.push_back(slot.vu);
  return list;
}

// Nobody is in two places at once, and planned slots use VUs that exist from the start.
void expect_sound(const VuDeal& deal) {
  std::vector<Slot> all;
  for (const auto& of_scenario : deal.slots) {
    all.insert(all.end(), of_scenario.begin(), of_scenario.end());
  }
  for (const Slot& slot : all) {
    EXPECT_GE(slot.vu, 1U);
    EXPECT_LE(slot.vu, slot.is_planned ? deal.planned_vus : deal.possible_vus);
  }
  std::ranges::sort(all, {}, [](const Slot& s) { return std::pair(s.vu, s.from); });
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].vu == all[i - 1].vu) {
      EXPECT_LE(all[i - 1].until, all[i].from) << all[i].vu;
    }
  }
}

TEST(VuDeal, GivesTheLowestFreeIds) {
  const VuDeal deal = deal_vus(
      std::vector{scenario("a", ConstantVusConfig{2, 1s}), scenario("b", ConstantVusConfig{1, 1s}),
                  scenario("later", PerVuIterationsConfig{4, 1, 1s}, 31s)},
      kWhole);

  EXPECT_THAT(vus(deal.slots[0]), ElementsAre(1, 2));
  EXPECT_THAT(vus(deal.slots[1]), ElementsAre(3));
  EXPECT_THAT(vus(deal.slots[2]), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(deal.planned_vus, 4);
  expect_sound(deal);
}

TEST(VuDeal, StartsANewSlotForEachStayOnTheRamp) {
  const VuDeal deal = deal_vus(
      std::vector{scenario("a", RampingVusConfig{2, {{0s, 1}, {10s, 1}, {0s, 2}, {5s, 2}}, 3s})},
      kWhole);

  ASSERT_EQ(deal.slots[0].size(), 3U);
  EXPECT_EQ(deal.slots[0][1].until, 3s);
  EXPECT_EQ(deal.slots[0][2].from, 10s);
  EXPECT_EQ(deal.slots[0][2].position, 1U);
  EXPECT_THAT(vus(deal.slots[0]), ElementsAre(1, 2, 2));
}

TEST(VuDeal, NumbersUnplannedVusAfterThePlannedOnes) {
  const VuDeal deal =
      deal_vus(std::vector{scenario("a", ConstantArrivalRateConfig{1, {}, 1s, 2, 4}),
                           scenario("b", ConstantVusConfig{1, 1s})},
               kWhole);

  EXPECT_THAT(vus(deal.slots[0]), ElementsAre(1, 2, 4, 5));
  EXPECT_THAT(vus(deal.slots[1]), ElementsAre(3));
  EXPECT_EQ(deal.possible_vus, 5);
  expect_sound(deal);
}

TEST(VuDeal, LetsAnArrivalRateUseWhatOthersLeftBehind) {
  const VuDeal deal =
      deal_vus(std::vector{scenario("a", ConstantVusConfig{5, 1s}, 0s, 0s),
                           scenario("b", ConstantArrivalRateConfig{1, {}, 1s, 2, 5}, 1s, 0s)},
               kWhole);

  EXPECT_THAT(vus(deal.slots[1]), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(deal.possible_vus, 5);
  expect_sound(deal);
}

TEST(VuDeal, NeverPutsAVuInTwoPlaces) {
  std::vector<Scenario> list = {
      scenario("a", zigzag(), 0s, 5s), scenario("b", zigzag(), 3s),
      scenario("c", ConstantArrivalRateConfig{5, {}, 20s, 3, 9}, 2s, 1s),
      scenario("d", ConstantArrivalRateConfig{5, {}, 5s, 1, 7}, 26s, 1s),
      scenario("e", RampingVusConfig{0, {{4s, 9}, {4s, 0}, {9s, 0}, {4s, 12}}, 1s}, 11s)};
  sort_scenarios(list);
  const VuDeal deal = deal_vus(list, kWhole);

  expect_sound(deal);
  EXPECT_EQ(deal.planned_vus, planned_vus(merged_requirements(list, kWhole)));
}

}  // namespace
}  // namespace proofload::load
