#include "metrics/metric.h"

#include <gtest/gtest.h>

namespace proofload::metrics {
namespace {

std::string error_of(const Result<const Metric*>& result) {
  return result ? "" : result.error().message();
}

TEST(MetricName, NeedsTwoToOneHundredTwentyNineWordCharactersAndNoDigitInFront) {
  EXPECT_TRUE(is_valid_metric_name("ab"));
  EXPECT_TRUE(is_valid_metric_name("_9"));
  EXPECT_TRUE(is_valid_metric_name(std::string(129, 'x')));
  EXPECT_FALSE(is_valid_metric_name(""));
  EXPECT_FALSE(is_valid_metric_name("a"));
  EXPECT_FALSE(is_valid_metric_name("9a"));
  EXPECT_FALSE(is_valid_metric_name("bad-name"));
  EXPECT_FALSE(is_valid_metric_name("bad.name"));
  EXPECT_FALSE(is_valid_metric_name(std::string(130, 'x')));
}

TEST(Registry, KnowsTheBuiltInMetricsByName) {
  const Registry registry;

  EXPECT_EQ(registry.find("http_req_duration"), &registry.builtin().http_req_duration);
  EXPECT_EQ(registry.find("data_sent")->contains, ValueType::kData);
  EXPECT_EQ(registry.find("checks")->type, MetricType::kRate);
  EXPECT_EQ(registry.find("nonsense"), nullptr);
}

TEST(Registry, MarksOnlyOurOwnMetricsAsSuch) {
  const Registry registry;

  EXPECT_TRUE(registry.find("iteration_start_lag")->is_own);
  EXPECT_FALSE(registry.find("iteration_duration")->is_own);
}

TEST(Registry, GivesTheSameMetricToEveryVuThatDeclaresIt) {
  Registry registry;

  const auto first = registry.get_or_create("orders", MetricType::kCounter);
  const auto second = registry.get_or_create("orders", MetricType::kCounter);

  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ(*first, *second);
}

TEST(Registry, RefusesAConflictInK6sWords) {
  Registry registry;
  ASSERT_TRUE(registry.get_or_create("c_one", MetricType::kCounter));

  EXPECT_EQ(error_of(registry.get_or_create("c_one", MetricType::kGauge)),
            "metric 'c_one' already exists but with type counter, instead of gauge");
  EXPECT_EQ(error_of(registry.get_or_create("c_one", MetricType::kCounter, ValueType::kTime)),
            "metric 'c_one' already exists but with a value type default, instead of time");
  EXPECT_EQ(error_of(registry.get_or_create("bad-name", MetricType::kCounter)),
            "Invalid metric name: 'bad-name'. Metric names must only include up to 128 ASCII "
            "letters, numbers, or underscores and start with a letter or an underscore.");
}

TEST(Registry, MakesASubmetricOfItsParentsKind) {
  Registry registry;

  const auto submetric = registry.metric_or_submetric("http_req_duration{page:home}");

  ASSERT_TRUE(submetric);
  EXPECT_EQ((*submetric)->name, "http_req_duration{page:home}");
  EXPECT_EQ((*submetric)->selector, "page:home");
  EXPECT_EQ((*submetric)->type, MetricType::kTrend);
  EXPECT_EQ((*submetric)->contains, ValueType::kTime);
  EXPECT_EQ((*submetric)->parent, &registry.builtin().http_req_duration);
  ASSERT_EQ(registry.builtin().http_req_duration.submetrics.size(), 1U);
  EXPECT_EQ(registry.builtin().http_req_duration.submetrics[0], *submetric);
  EXPECT_EQ(registry.all()[(*submetric)->id], *submetric);
}

TEST(Registry, ReadsSelectorsLikeK6) {
  struct Case {
    const char* key;
    std::vector<Tag> tags;
  };
  Registry registry;
  for (const auto& [key, tags] : std::vector<Case>{
           {"checks{ status : 200 }", {{"status", "200"}}},
           {"checks{\"status\":'201'}", {{"status", "201"}}},
           {"checks{url:http://x/a:b}", {{"url", "http://x/a:b"}}},
           {"checks{b:2,a:1}", {{"a", "1"}, {"b", "2"}}},
           {"checks{group:::shop::cart}", {{"group", "::shop::cart"}}},
       }) {
    const auto metric = registry.metric_or_submetric(key);
    ASSERT_TRUE(metric) << key;
    EXPECT_EQ((*metric)->selector_tags, tags) << key;
  }
}

TEST(Registry, TreatsTwoSpellingsOfASelectorAsOneSubmetric) {
  Registry registry;

  EXPECT_EQ(*registry.metric_or_submetric("checks{a:1,b:2}"),
            *registry.metric_or_submetric("checks{b:2, a:1}"));
}

TEST(Registry, SaysWhatIsWrongWithAThresholdsKey) {
  Registry registry;

  EXPECT_EQ(error_of(registry.metric_or_submetric("nope{a:b}")),
            "metric 'nope' does not exist in the script");
  EXPECT_EQ(error_of(registry.metric_or_submetric("checks{a:b")),
            "parsing metric name failed, metric \"checks{a:b\" has unmatched opening/close curly "
            "brace");
  EXPECT_EQ(error_of(registry.metric_or_submetric("checks}a:b{")),
            "parsing metric name failed, metric \"checks}a:b{\" closing curly brace appears before "
            "opening one");
  EXPECT_EQ(
      error_of(registry.metric_or_submetric("checks{a:b}c")),
      "parsing metric name failed, metric \"checks{a:b}c\" lacks a closing curly brace in its "
      "last position");
  EXPECT_EQ(error_of(registry.metric_or_submetric("checks{a:1,b}")),
            "parsing metric name failed, metric \"b\" tag expression is malformed");
  EXPECT_EQ(error_of(registry.metric_or_submetric("checks{a:}")),
            "parsing metric name failed, metric \"a:\" tag expression is malformed");
}

}  // namespace
}  // namespace proofload::metrics
