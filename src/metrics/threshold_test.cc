#include "metrics/threshold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/recorder.h"

namespace proofload::metrics {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string parse_error(std::string_view source) {
  const auto parsed = parse_threshold(source);
  return parsed ? "" : parsed.error().message();
}

TEST(ThresholdExpression, ReadsMethodOperatorAndLimit) {
  const auto parsed = parse_threshold(" p(99.9)  <=\t200.5 ");

  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->aggregation.kind, Aggregation::Kind::kPercentile);
  EXPECT_EQ(parsed->aggregation.percentile, 99.9);
  EXPECT_EQ(parsed->comparison, ThresholdOperator::kLessOrEqual);
  EXPECT_EQ(parsed->limit, 200.5);
}

TEST(ThresholdExpression, ComparesAsItsOperatorSays) {
  struct Case {
    const char* source;
    bool at_4;
    bool at_5;
    bool at_6;
  };
  for (const auto& [source, at_4, at_5, at_6] :
       {Case{"avg<5", true, false, false}, Case{"avg<=5", true, true, false},
        Case{"avg>5", false, false, true}, Case{"avg>=5", false, true, true},
        Case{"avg==5", false, true, false}, Case{"avg===5", false, true, false},
        Case{"avg!=5", true, false, true}}) {
    const auto parsed = parse_threshold(source);
    ASSERT_TRUE(parsed) << source;
    EXPECT_EQ(parsed->holds_for(4), at_4) << source;
    EXPECT_EQ(parsed->holds_for(5), at_5) << source;
    EXPECT_EQ(parsed->holds_for(6), at_6) << source;
  }
}

TEST(ThresholdExpression, IsRefusedInK6sWords) {
  EXPECT_EQ(parse_error("p(95) is low"),
            "failed parsing threshold expression \"p(95) is low\"; reason: malformed threshold "
            "expression");
  EXPECT_EQ(parse_error("mean<5"),
            "failed parsing threshold expression's \"mean<5\" left hand side; reason: failed "
            "parsing method from expression");
  EXPECT_EQ(parse_error("p(x)<5"),
            "failed parsing threshold expression's \"p(x)<5\" left hand side; reason: malformed "
            "percentile value; reason: strconv.ParseFloat: parsing \"x\": invalid syntax");
  EXPECT_EQ(parse_error("p(101)<5"),
            "failed parsing threshold expression's \"p(101)<5\" left hand side; reason: malformed "
            "percentile value; reason: 101 is not between 0 and 100");
  EXPECT_EQ(parse_error("avg<5ms"),
            "failed parsing threshold expression's \"avg<5ms\" right hand side; reason: "
            "strconv.ParseFloat: parsing \"5ms\": invalid syntax");
  EXPECT_EQ(parse_error("avg<"),
            "failed parsing threshold expression's \"avg<\" right hand side; reason: "
            "strconv.ParseFloat: parsing \"\": invalid syntax");
}

class ThresholdsTest : public ::testing::Test {
 protected:
  std::string create_error(const ThresholdConfigs& configs) {
    const auto thresholds = Thresholds::create(registry_, configs);
    return thresholds ? "" : thresholds.error().message();
  }
  void record(const Metric& metric, double value, std::string_view page = "") {
    TagBuilder tags;
    if (!page.empty()) tags.set("page", page);
    recorder_.record(metric, table_.intern(tags), value, TimePoint());
    totals_.merge(recorder_.seal(1));
  }
  const Metric& custom(std::string_view name, MetricType type) {
    return **registry_.get_or_create(name, type);
  }

  Registry registry_;
  TagTable table_{registry_};
  Recorder recorder_{registry_};
  Accumulator totals_{registry_};
};

TEST_F(ThresholdsTest, MustFitTheTypeOfTheirMetric) {
  EXPECT_EQ(create_error({{"http_reqs", {{"p(95)<1"}}}}),
            "invalid threshold \"p(95)<1\" applied on metric http_reqs; reason: unsupported "
            "aggregation method p on metric of type counter. supported aggregation methods for "
            "this metric are: count, rate");
  EXPECT_EQ(create_error({{"http_req_duration{page:home}", {{"count>1"}}}}),
            "invalid threshold \"count>1\" applied on metric http_req_duration{page:home}; reason: "
            "unsupported aggregation method count on metric of type trend. supported aggregation "
            "methods for this metric are: avg, min, max, med, p");
  EXPECT_EQ(create_error({{"checks", {{"rate>0.9"}}}, {"vus", {{"value>0"}}}}), "");
}

TEST_F(ThresholdsTest, NeedAMetricThatExists) {
  EXPECT_EQ(create_error({{"no_such_metric", {{"count>1"}}}}),
            "invalid threshold defined on no_such_metric; reason: no metric name "
            "\"no_such_metric\" found");
  EXPECT_EQ(create_error({{"checks{a:b", {{"rate>1"}}}}),
            "unable to validate threshold expressions; reason: parsing metric name failed, metric "
            "\"checks{a:b\" has unmatched opening/close curly brace");
}

TEST_F(ThresholdsTest, NameTheMetricsThatCrossedThemSorted) {
  const auto& orders = custom("orders", MetricType::kCounter);
  const auto& wait = custom("wait", MetricType::kTrend);
  auto thresholds = *Thresholds::create(
      registry_,
      {{"wait", {{"avg<5"}, {"max<100"}}}, {"orders", {{"count>5"}}}, {"vus", {{"value<100"}}}});
  record(orders, 3);
  record(wait, 8);
  record(registry_.builtin().vus, 1);

  const auto verdict = thresholds.evaluate(totals_, seconds(2));

  EXPECT_THAT(verdict.crossed, ElementsAre("orders", "wait"));
  EXPECT_FALSE(verdict.should_abort);
  const auto of_wait = thresholds.of(wait);
  ASSERT_EQ(of_wait.size(), 2U);
  EXPECT_FALSE(of_wait[0]->ok);
  EXPECT_EQ(of_wait[0]->observed, 8);
  EXPECT_TRUE(of_wait[1]->ok);
}

TEST_F(ThresholdsTest, LookOnlyAtTheSamplesOfTheirSubmetric) {
  auto thresholds =
      *Thresholds::create(registry_, {{"http_req_duration{page:home}", {{"max<10"}}}});
  record(registry_.builtin().http_req_duration, 500, "cart");
  EXPECT_THAT(thresholds.evaluate(totals_, seconds(2)).crossed, IsEmpty());

  record(registry_.builtin().http_req_duration, 50, "home");

  EXPECT_THAT(thresholds.evaluate(totals_, seconds(4)).crossed,
              ElementsAre("http_req_duration{page:home}"));
}

TEST_F(ThresholdsTest, NameMetricsWithEmptyListsAndTheirParents) {
  const Metric& sold = custom("sold", MetricType::kCounter);
  const Metric& unsold = custom("unsold", MetricType::kCounter);
  const auto thresholds = *Thresholds::create(registry_, {{"sold{shop:north}", {}}});
  EXPECT_TRUE(thresholds.names(sold));
  EXPECT_TRUE(thresholds.names(**registry_.metric_or_submetric("sold{shop:north}")));
  EXPECT_FALSE(thresholds.names(unsold));
}

TEST_F(ThresholdsTest, WaitForSamplesWhileTheTestRunsButNotAtItsEnd) {
  custom("my_trend", MetricType::kTrend);
  custom("my_rate", MetricType::kRate);
  custom("my_gauge", MetricType::kGauge);
  custom("my_counter", MetricType::kCounter);
  auto thresholds = *Thresholds::create(registry_, {{"my_trend", {{"p(95)<500"}}},
                                                    {"my_rate", {{"rate>0.9"}}},
                                                    {"my_gauge", {{"value>0"}}},
                                                    {"my_counter", {{"count>0"}}}});

  EXPECT_THAT(thresholds.evaluate(totals_, seconds(2)).crossed, IsEmpty());
  // A rate without samples holds, a trend's statistics are 0, and so are counts and gauges.
  EXPECT_THAT(thresholds.evaluate_final(totals_, seconds(2)).crossed,
              ElementsAre("my_counter", "my_gauge"));
}

TEST_F(ThresholdsTest, AbortAtOnceWithoutADelay) {
  auto thresholds = *Thresholds::create(
      registry_, {{"iterations", {{.expression = "count<1", .abort_on_fail = true}}}});
  record(registry_.builtin().iterations, 1);

  EXPECT_TRUE(thresholds.evaluate(totals_, seconds(2)).should_abort);
}

TEST_F(ThresholdsTest, AbortOnlyOnceTheDelayHasPassed) {
  auto thresholds = *Thresholds::create(
      registry_,
      {{"iterations",
        {{.expression = "count<1", .abort_on_fail = true, .delay_abort_eval = seconds(10)}}}});
  record(registry_.builtin().iterations, 1);

  EXPECT_FALSE(thresholds.evaluate(totals_, seconds(10)).should_abort);
  EXPECT_TRUE(thresholds.evaluate(totals_, seconds(12)).should_abort);
}

TEST_F(ThresholdsTest, EvaluateACountersRateOverTheWholeRun) {
  auto thresholds = *Thresholds::create(registry_, {{"iterations", {{"rate>10"}}}});
  record(registry_.builtin().iterations, 50);

  EXPECT_THAT(thresholds.evaluate(totals_, seconds(4)).crossed, IsEmpty());
  EXPECT_THAT(thresholds.evaluate(totals_, seconds(6)).crossed, ElementsAre("iterations"));
}

TEST_F(ThresholdsTest, SpeakLikeK6) {
  const std::vector<std::string> crossed = {"good", "iterations"};

  EXPECT_EQ(crossed_text(crossed), "thresholds on metrics 'good, iterations' have been crossed");
  EXPECT_EQ(aborted_text(crossed),
            "thresholds on metrics 'good, iterations' were crossed; at least one has abortOnFail "
            "enabled, stopping test prematurely");
}

TEST_F(ThresholdsTest, LeaveK6sOwnSubmetricToItsOwnFunction) {
  EXPECT_TRUE(registry_.builtin().http_req_duration.submetrics.empty());

  add_default_submetric(registry_);

  ASSERT_EQ(registry_.builtin().http_req_duration.submetrics.size(), 1U);
  EXPECT_EQ(registry_.builtin().http_req_duration.submetrics[0]->name,
            "http_req_duration{expected_response:true}");
}

}  // namespace
}  // namespace proofload::metrics
