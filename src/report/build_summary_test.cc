#include "report/build_summary.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/recorder.h"
#include "metrics/tags.h"

namespace proofload::report {
namespace {

using std::chrono::seconds;

std::vector<std::string> names(const std::vector<SummaryMetric>& metrics) {
  std::vector<std::string> out;
  out.reserve(metrics.size());
  for (const auto& metric : metrics) out.push_back(metric.full_name());
  return out;
}

// Records samples as one engine thread does, and builds the summary of a run of two seconds.
class BuildSummary : public ::testing::Test {
 protected:
  void thresholds(const metrics::ThresholdConfigs& configs) {
    thresholds_ = *metrics::Thresholds::create(registry_, configs);
  }
  const metrics::TagSet& tags(std::string_view scenario, std::string_view group,
                              std::string_view check = "") {
    metrics::TagBuilder builder;
    if (!scenario.empty()) builder.set(metrics::SystemTag::kScenario, scenario);
    builder.set(metrics::SystemTag::kGroup, group);
    if (!check.empty()) builder.set(metrics::SystemTag::kCheck, check);
    return registry_.tag_store().intern(builder);
  }
  void record(const metrics::Metric& metric, const metrics::TagSet& tags, double value) {
    recorder_.record(metric, tags, value, TimePoint());
  }
  Summary build(const SummaryOptions& options = {}) {
    metrics::Accumulator totals(registry_);
    totals.merge(recorder_.seal(0));
    thresholds_.evaluate_final(totals, seconds(2));
    return build_summary({registry_, totals, thresholds_, seconds(2)}, options);
  }

  metrics::Registry registry_;
  metrics::Thresholds thresholds_;
  metrics::Recorder recorder_{registry_, {.has_scopes = true}};
};

TEST_F(BuildSummary, HoldsWhatHasSamplesOrAThreshold) {
  ASSERT_TRUE(registry_.get_or_create("never_counted", metrics::MetricType::kCounter));
  ASSERT_TRUE(registry_.get_or_create("never_used", metrics::MetricType::kTrend));
  ASSERT_TRUE(registry_.get_or_create("forgotten", metrics::MetricType::kGauge));
  thresholds(
      {{"never_used", {{"avg<1", false, {}}}}, {"never_counted{x:y}", {{"count>0", false, {}}}}});
  record(registry_.builtin().iterations, tags("default", ""), 1);
  record(registry_.builtin().iteration_start_lag, tags("default", ""), 1);
  const auto summary = build();
  EXPECT_THAT(names(summary.metrics),
              ::testing::UnorderedElementsAre("iterations", "never_counted", "never_counted{x:y}",
                                              "never_used"));
}

TEST_F(BuildSummary, TakesStatisticsFromTheWholeRunsTime) {
  thresholds({{"iterations", {{"count>5", false, {}}}}});
  for (int i = 0; i < 3; ++i) record(registry_.builtin().iterations, tags("default", ""), 1);
  const auto summary = build();
  ASSERT_EQ(summary.metrics.size(), 1U);
  const auto& iterations = summary.metrics[0];
  EXPECT_EQ(iterations.value("count"), 3);
  EXPECT_EQ(iterations.value("rate"), 1.5);
  ASSERT_EQ(iterations.thresholds.size(), 1U);
  EXPECT_EQ(iterations.thresholds[0].expression, "count>5");
  EXPECT_EQ(iterations.thresholds[0].statistic, "count");
  EXPECT_EQ(iterations.thresholds[0].observed, 3);
  EXPECT_FALSE(iterations.thresholds[0].ok);
}

TEST_F(BuildSummary, KeepsChecksInTheOrderInWhichTheyWereMade) {
  const auto& checks = registry_.builtin().checks;
  record(checks, tags("buy", "::shop", "paid"), 1);
  record(checks, tags("buy", "::shop", "paid"), 0);
  record(checks, tags("browse", "", "list ok"), 1);
  const auto summary = build();
  ASSERT_EQ(summary.checks.size(), 2U);
  EXPECT_EQ(summary.checks[0].scenario, "buy");
  EXPECT_EQ(summary.checks[0].group, "::shop");
  EXPECT_EQ(summary.checks[0].name, "paid");
  EXPECT_EQ(summary.checks[0].passes, 1);
  EXPECT_EQ(summary.checks[0].fails, 1);
  EXPECT_EQ(summary.checks[1].name, "list ok");
}

TEST_F(BuildSummary, SplitsMetricsByScenarioAndGroup) {
  const auto& requests = registry_.builtin().http_reqs;
  record(requests, tags("buy", ""), 1);
  record(requests, tags("buy", "::shop"), 2);
  record(requests, tags("", "::setup"), 4);
  const auto summary = build();
  ASSERT_EQ(summary.scenarios.size(), 1U);
  EXPECT_EQ(summary.scenarios[0].name, "buy");
  ASSERT_EQ(summary.scenarios[0].metrics.size(), 1U);
  EXPECT_EQ(summary.scenarios[0].metrics[0].value("count"), 3);
  const auto shop = std::find_if(summary.groups.begin(), summary.groups.end(),
                                 [](const auto& group) { return group.path == "::shop"; });
  ASSERT_NE(shop, summary.groups.end());
  EXPECT_EQ(shop->scenario, "buy");
  ASSERT_EQ(shop->metrics.size(), 1U);
  EXPECT_EQ(shop->metrics[0].value("count"), 2);
}

TEST_F(BuildSummary, AsksTrendsForTheStatisticsOfTheOptions) {
  record(registry_.builtin().iteration_duration, tags("default", ""), 4);
  const auto summary = build({.trend_stats = {"max", "count"}});
  ASSERT_EQ(summary.metrics.size(), 1U);
  EXPECT_EQ(summary.metrics[0].values,
            (std::vector<std::pair<std::string, double>>{{"max", 4}, {"count", 1}}));
}

}  // namespace
}  // namespace proofload::report
