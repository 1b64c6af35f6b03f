#include "load/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::load {
namespace {

using namespace std::chrono_literals;

Scenario scenario(ExecutorConfig executor, std::string name = "default") {
  Scenario result;
  result.name = std::move(name);
  result.executor = std::move(executor);
  return result;
}

const ExecutionTuple kWhole;

ExecutionTuple segment(std::string_view text, std::string_view sequence = "") {
  return *ExecutionTuple::create(*ExecutionSegment::parse(text), *parse_segment_sequence(sequence));
}

TEST(Describe, SaysTheSameAsK6ForEachExecutor) {
  EXPECT_EQ(describe(scenario(SharedIterationsConfig{2, 6, {}}), kWhole),
            "6 iterations shared among 2 VUs (maxDuration: 10m0s, gracefulStop: 30s)");
  EXPECT_EQ(describe(scenario(PerVuIterationsConfig()), kWhole),
            "1 iterations for each of 1 VUs (maxDuration: 10m0s, gracefulStop: 30s)");
  EXPECT_EQ(describe(scenario(ConstantVusConfig{2, 20s}), kWhole),
            "2 looping VUs for 20s (gracefulStop: 30s)");
  EXPECT_EQ(describe(scenario(RampingVusConfig{{}, {{10s, 5}, {90s, 8}}, {}}), kWhole),
            "Up to 8 looping VUs for 1m40s over 2 stages (gracefulRampDown: 30s, gracefulStop: "
            "30s)");
  EXPECT_EQ(describe(scenario(ConstantArrivalRateConfig{10, {}, 2s, 1, 2}), kWhole),
            "10.00 iterations/s for 2s (maxVUs: 1-2, gracefulStop: 30s)");
  EXPECT_EQ(describe(scenario(ConstantArrivalRateConfig{1, {}, 1min, 100, {}}), kWhole),
            "1.00 iterations/s for 1m0s (maxVUs: 100, gracefulStop: 30s)");
}

TEST(Describe, ListsWhatWasSetExplicitly) {
  Scenario browse = scenario(ConstantVusConfig{2, 3s});
  browse.exec = "browse";
  browse.graceful_stop = 2s;
  EXPECT_EQ(describe(browse, kWhole), "2 looping VUs for 3s (exec: browse, gracefulStop: 2s)");

  Scenario buy = scenario(RampingArrivalRateConfig{2, 1s, {{2s, 6}}, 2, 4});
  buy.exec = "buy";
  buy.start_time = 1s;
  EXPECT_EQ(describe(buy, kWhole),
            "Up to 6.00 iterations/s for 2s over 1 stages (maxVUs: 2-4, exec: buy, startTime: 1s, "
            "gracefulStop: 30s)");

  browse.exec.reset();
  browse.graceful_stop = 0s;
  EXPECT_EQ(describe(browse, kWhole), "2 looping VUs for 3s");
}

TEST(Describe, CountsOnlyTheSegmentsShare) {
  const ExecutionTuple half = segment("0:1/2", "0,1/2,1");
  EXPECT_EQ(describe(scenario(SharedIterationsConfig{3, 9, {}}), half),
            "6 iterations shared among 2 VUs (maxDuration: 10m0s, gracefulStop: 30s)");
  EXPECT_EQ(describe(scenario(PerVuIterationsConfig{3, 9, {}}), half),
            "9 iterations for each of 2 VUs (maxDuration: 10m0s, gracefulStop: 30s)");
  EXPECT_EQ(describe(scenario(ConstantArrivalRateConfig{10, {}, 2s, 3, 4}), half),
            "5.00 iterations/s for 2s (maxVUs: 2, gracefulStop: 30s)");
  EXPECT_EQ(describe(scenario(RampingArrivalRateConfig{2, 1s, {{2s, 6}}, 2, 4}), half),
            "Up to 3.00 iterations/s for 2s over 1 stages (maxVUs: 1-2, gracefulStop: 30s)");
}

TEST(Validate, AcceptsTheDefaults) {
  EXPECT_TRUE(validate(scenario(SharedIterationsConfig())).empty());
  EXPECT_TRUE(validate(scenario(PerVuIterationsConfig())).empty());
}

TEST(Validate, UsesK6sWords) {
  const std::vector<Scenario> fewer = {scenario(SharedIterationsConfig{5, 2, {}})};
  EXPECT_THAT(validate(fewer),
              testing::ElementsAre("scenario default has configuration errors: the number of "
                                   "iterations (2) can't be less than the number of VUs (5)"));
  const std::vector<Scenario> brief = {scenario(ConstantVusConfig{1, 200ms})};
  EXPECT_THAT(validate(brief),
              testing::ElementsAre("scenario default has configuration errors: the duration must "
                                   "be at least 1s, but is 200ms"));
  const std::vector<Scenario> none = {scenario(ConstantVusConfig{0, 1s})};
  EXPECT_THAT(validate(none),
              testing::ElementsAre("scenario default has configuration errors: the number of VUs "
                                   "must be more than 0"));
}

TEST(Validate, FindsAllMistakesAtOnce) {
  Scenario faulty = scenario(ConstantArrivalRateConfig{0, 0s, {}, -1, -2}, "no spaces");
  faulty.exec = "";
  faulty.start_time = -1s;
  EXPECT_THAT(validate(faulty),
              testing::ElementsAre(
                  "the scenario name should contain only numbers, latin letters, "
                  "underscores, and dashes",
                  "exec value cannot be empty", "the startTime can't be negative",
                  "the iteration rate must be more than 0", "the timeUnit must be more than 0",
                  "the duration is unspecified", "the number of preAllocatedVUs can't be negative",
                  "maxVUs can't be less than preAllocatedVUs"));
}

TEST(Validate, NumbersTheStages) {
  const RampingVusConfig config{0, {{{}, 0}, {-1s, {}}, {1s, 100'000'001}}, {}};
  EXPECT_THAT(validate(scenario(config)),
              testing::ElementsAre("stage 1 doesn't have a duration",
                                   "the duration for stage 2 can't be negative",
                                   "stage 2 doesn't have a target",
                                   "target for stage 3 exceeds max limit of 100000000"));
  EXPECT_THAT(validate(scenario(RampingVusConfig{0, {}, {}})),
              testing::ElementsAre(
                  "either startVUs or one of the stages' target values must be greater than 0",
                  "at least one stage has to be specified"));
}

TEST(ExecutorType, IsNamedAsInTheScript) {
  EXPECT_EQ(parse_executor_type("ramping-vus"), ExecutorType::kRampingVus);
  EXPECT_EQ(to_string(ExecutorType::kRampingArrivalRate), "ramping-arrival-rate");
  EXPECT_FALSE(parse_executor_type("externally-controlled"));
  EXPECT_EQ(empty_config(ExecutorType::kConstantVus).index(), 2U);
  EXPECT_EQ(own_fields(ExecutorType::kRampingVus)[2].name, "gracefulRampDown");
}

TEST(SortScenarios, GoesByStartTimeThenName) {
  std::vector<Scenario> list = {scenario(ConstantVusConfig(), "b"),
                                scenario(ConstantVusConfig(), "late"),
                                scenario(ConstantVusConfig(), "a")};
  list[1].start_time = 1s;
  sort_scenarios(list);
  EXPECT_EQ(list[0].name, "a");
  EXPECT_EQ(list[1].name, "b");
  EXPECT_EQ(list[2].name, "late");
}

TEST(HasWork, IsFalseWhenTheSegmentGetsNoVu) {
  const ExecutionTuple last = segment("2/3:1", "0,1/3,2/3,1");
  EXPECT_FALSE(has_work(scenario(SharedIterationsConfig{2, 100, {}}), last));
  EXPECT_TRUE(has_work(scenario(SharedIterationsConfig{3, 100, {}}), last));
}

}  // namespace
}  // namespace proofload::load
