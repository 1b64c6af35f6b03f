#include "certify/sent_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::certify {
namespace {

using evidence::ProfileResult;
using evidence::ProfileState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kPlan = R"(version: 1
name: t
service: {environment: test, base_url: "http://127.0.0.1:1", endpoints: {list: GET /, buy: POST /}}
slos: [{id: errors, error_rate: {max: 2%}}]
load:
  script: s.js
  journeys: {browse: {weight: 9}, buy: {weight: 1}}
  profiles: {steady: {journeys: 100/s, hold: 10s}}
observe: {scrape: ["http://127.0.0.1:1/metrics"]}
safety: {halt_when: ["served < 50% of offered for 2s", "served < 10/s for 2s"], halt_owner: {role: a, contact: b}, allow_targets: [127.0.0.1:1]}
)";

// A profile of some seconds, by what its driver says of them.
class SentLoadTest : public ::testing::Test {
 protected:
  SentLoadTest() : plan_(read()) {
    shapes_["browse"].requests = {{"list", 1}};
    shapes_["buy"].requests = {{"list", 1}, {"buy", 2}};
  }

  // Of each second: 100 iterations, 120 requests, unless said otherwise.
  void second(SecondFacts facts = {.vus = 1, .started_iterations = 100}) {
    requests(0, list_, 0);
    requests(1, buy_, buy_failures_);
    facts.since_start = std::chrono::seconds(at_++);
    stopped_ = listener_.on_second(facts);
    listener_.wanted_permille();
  }
  void seconds(int count, const SecondFacts& facts = {.vus = 1, .started_iterations = 100}) {
    for (int i = 0; i < count; ++i) second(facts);
  }
  ProfileResult judged() {
    ProfileResult result;
    judge_sent_load({plan_, shapes_, outcome_, listener_, {"1.0"}}, result);
    return result;
  }

  plan::Plan plan_;
  plan::JourneyShapes shapes_;
  LoadOutcome outcome_{.started = {{"browse", 900}, {"buy", 100}}};
  std::optional<LoadRequest> word_;
  std::optional<HaltWatch::Replicas> replicas_;
  std::vector<std::string> notices_;
  std::optional<std::string> stopped_;
  std::uint64_t list_ = 100;
  std::uint64_t buy_ = 20;
  std::uint64_t buy_failures_ = 0;
  ProfileListener listener_{
      {.plan = plan_,
       .expected = std::chrono::seconds(10),
       .offered = [](Duration) { return 120.0; },
       .asked_to_halt = [] { return std::nullopt; },
       .asked_to_lower = [this] { return word_; },
       .replicas = [this] { return replicas_; },
       .on_notice = [this](const std::string& text) { notices_.push_back(text); },
       .on_second = [](const evidence::Second&, const ProfileLog&) {}}};

 private:
  static plan::Plan read() {
    plan::Diagnostics diagnostics;
    plan::Plan plan = plan::read_plan(kPlan, ".", {}, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render("plan", kPlan);
    return plan;
  }
  void requests(std::size_t row, std::uint64_t answered, std::uint64_t failed) {
    metrics::PageSlab slab;
    metrics::Histogram histogram;
    for (std::uint64_t i = 0; i < answered; ++i) histogram.record(5, slab);
    listener_.on_requests(row, &histogram, failed);
    histogram.clear(slab);
  }
  int at_ = 0;
};

TEST_F(SentLoadTest, WhatThePlanSaidIsValidAndHasNoReasons) {
  seconds(10);
  const ProfileResult result = judged();
  EXPECT_EQ(result.state, ProfileState::kValid);
  EXPECT_THAT(result.reasons, IsEmpty());
}

TEST_F(SentLoadTest, AfterThePersonsWordItIsIncompleteAndSaysWhoAndWhy) {
  seconds(5);
  word_ = LoadRequest{500, "grace", "a sale has begun"};
  second();
  seconds(4, {.started_iterations = 50, .dropped_iterations = 50, .withheld_iterations = 50});
  const ProfileResult result = judged();
  EXPECT_EQ(listener_.wanted_permille(), 500);
  EXPECT_EQ(result.state, ProfileState::kIncomplete);
  EXPECT_EQ(result.withheld_iterations, 200);
  EXPECT_THAT(result.reasons,
              ElementsAre("grace set the load to 50 %: a sale has begun; 200 of 1000 "
                          "iterations were withheld: the load was lighter than "
                          "planned"));
  EXPECT_THAT(notices_, ElementsAre("grace set the load to 50 %: a sale has begun"));
}

TEST_F(SentLoadTest, AWordThatWasTakenBackBeforeTheProfileBeganIsNone) {
  word_ = LoadRequest{1000, "grace", "it is over"};
  seconds(10);
  EXPECT_EQ(judged().state, ProfileState::kValid);
  EXPECT_THAT(notices_, IsEmpty());
}

TEST_F(SentLoadTest, APauseHaltsNothing) {
  list_ = buy_ = 0;
  seconds(10, {.dropped_iterations = 100, .withheld_iterations = 100});
  EXPECT_EQ(stopped_, std::nullopt);
}

TEST_F(SentLoadTest, AServiceThatAsksForLessMakesItIncomplete) {
  seconds(5);
  second({.started_iterations = 60,
          .dropped_iterations = 40,
          .withheld_iterations = 40,
          .notices = {"list answered 429 with Retry-After: no new iterations of browse for 1 s"}});
  const ProfileResult result = judged();
  EXPECT_EQ(result.state, ProfileState::kIncomplete);
  EXPECT_THAT(result.reasons.at(0), HasSubstr("list answered 429 with Retry-After"));
}

TEST_F(SentLoadTest, AFewLateSecondsThatDroppedMoreThanAHundredthAreInvalid) {
  seconds(99);
  second({.dropped_iterations = 100, .is_generator_late = true});
  EXPECT_EQ(judged().state, ProfileState::kValid);
  second({.dropped_iterations = 100, .is_generator_late = true});
  const ProfileResult result = judged();
  EXPECT_EQ(result.state, ProfileState::kInvalid);
  EXPECT_THAT(result.reasons.at(0),
              HasSubstr("200 of 10100 iterations were dropped in the 2 seconds"));
}

TEST_F(SentLoadTest, AMixThatIsNotThePlansIsIncompleteWithItsNumbers) {
  seconds(10);
  outcome_.started = {{"browse", 888}, {"buy", 112}};
  const ProfileResult result = judged();
  EXPECT_EQ(result.state, ProfileState::kIncomplete);
  EXPECT_THAT(result.reasons,
              ElementsAre("the mix was not the plan's: buy was 11.2 % of the journeys, "
                          "planned 10.0 % (112 of 1000 iterations)"));
}

TEST_F(SentLoadTest, AMixWithinATenthIsThePlans) {
  seconds(10);
  outcome_.started = {{"browse", 891}, {"buy", 109}};
  EXPECT_EQ(judged().state, ProfileState::kValid);
}

TEST_F(SentLoadTest, JourneysThatFailuresCutShortLeaveTheirLastRequestsOut) {
  buy_ = 10;
  buy_failures_ = 5;
  seconds(10);
  const ProfileResult result = judged();
  EXPECT_EQ(result.state, ProfileState::kIncomplete);
  EXPECT_THAT(result.reasons.at(0),
              HasSubstr("buy was requested 150 times, and the journeys come to 200"));
}

TEST_F(SentLoadTest, AScriptThatThrowsDiceIsNotTakenAtTheWordOfThreeIterations) {
  buy_ = 12;
  seconds(10);
  EXPECT_EQ(judged().state, ProfileState::kValid);
  shapes_["buy"].requests["buy"] = 2.0 / 3;
  buy_ = 0;
  EXPECT_EQ(judged().state, ProfileState::kValid);
}

TEST_F(SentLoadTest, AnEndpointThatEveryDryIterationAskedForAndTheLoadDidNotIsNoticed) {
  buy_ = 0;
  seconds(10);
  EXPECT_THAT(judged().reasons.at(0), HasSubstr("buy was requested 0 times"));
}

}  // namespace
}  // namespace proofload::certify
