#include "app/script_survey.h"

#include <gmock/gmock.h>

namespace proofload::app {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;

std::string objective(const std::string& metric, const std::string& expression) {
  const auto slo = slo_of_threshold(metric, expression);
  return slo ? slo->id + ": " + slo->objective : "none";
}

TEST(ThresholdAsSlo, IsALatencyAnErrorRateOrAThroughput) {
  EXPECT_EQ(objective("http_req_duration", "p(99.9)<500"),
            "latency-p99_9: latency: {p99.9: 500ms}");
  EXPECT_EQ(objective("http_req_duration", "med<=200.5"), "latency-p50: latency: {p50: 200.5ms}");
  EXPECT_EQ(objective("http_req_failed", "rate<0.001"), "errors: error_rate: {max: 0.1%}");
  EXPECT_EQ(objective("http_reqs", "rate>=100"), "throughput: throughput: {sustains: 100/s}");
  EXPECT_EQ(objective("http_req_duration{expected_response:true}", "p(95)<300"),
            "latency-p95: latency: {p95: 300ms}");
}

TEST(ThresholdAsSlo, OfAScenarioIsJudgedInItsProfile) {
  const auto slo = slo_of_threshold("http_req_duration{scenario:steady}", "p(95)<300");

  ASSERT_TRUE(slo);
  EXPECT_EQ(slo->id, "latency-p95-steady");
  EXPECT_THAT(slo->profiles, ElementsAre("steady"));
}

TEST(ThresholdAsSlo, IsNothingWhereNoPlanSaysTheSame) {
  EXPECT_EQ(objective("http_req_duration", "avg<200"), "none");
  EXPECT_EQ(objective("http_req_duration", "p(95)>200"), "none");
  EXPECT_EQ(objective("http_req_duration", "p(100)<200"), "none");
  EXPECT_EQ(objective("http_req_duration{name:home}", "p(95)<200"), "none");
  EXPECT_EQ(objective("http_req_duration{scenario:a,name:b}", "p(95)<200"), "none");
  EXPECT_EQ(objective("http_req_failed", "rate<2"), "none");
  EXPECT_EQ(objective("checks", "rate>0.9"), "none");
  EXPECT_EQ(objective("http_reqs", "count>5"), "none");
  EXPECT_EQ(objective("http_reqs", "what?"), "none");
}

TEST(ScenarioAsProfile, KeepsRatesAndVusAndLeavesTheRestToTheScript) {
  load::Scenario scenario{.name = "steady"};
  scenario.executor = load::ConstantArrivalRateConfig{.rate = 90,
                                                      .time_unit = minutes(1),
                                                      .duration = minutes(5),
                                                      .pre_allocated_vus = 5,
                                                      .max_vus = 40};
  const plan::DraftProfile rate = profile_of_scenario(scenario);
  EXPECT_EQ(rate.load, "journeys: 1.5/s");
  EXPECT_EQ(rate.hold, minutes(5));
  EXPECT_EQ(rate.more, "max_vus: 40");

  scenario.executor = load::ConstantVusConfig{.vus = 7, .duration = minutes(1)};
  EXPECT_EQ(profile_of_scenario(scenario).load, "vus: 7");

  scenario.executor = load::RampingVusConfig{};
  const plan::DraftProfile ramping = profile_of_scenario(scenario);
  EXPECT_EQ(ramping.load, "scenario: steady");
  EXPECT_FALSE(ramping.hold);
}

}  // namespace
}  // namespace proofload::app
