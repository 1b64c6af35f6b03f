#include "report/metric_order.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "report/summary_test_values.h"

namespace proofload::report {
namespace {

std::vector<std::string> sorted_names(const std::vector<SummaryMetric>& metrics) {
  std::vector<std::string> out;
  for (const auto* metric : sorted_by_name(metrics)) out.push_back(metric->full_name());
  return out;
}

SummaryMetric metric(std::string_view name) {
  return testing::named(name, metrics::MetricType::kCounter);
}

TEST(SortedByName, PutsSubMetricsRightAfterTheirMetric) {
  EXPECT_EQ(sorted_names({metric("a_b"), metric("a{z:1}"), metric("a{b:1}"), metric("a")}),
            (std::vector<std::string>{"a", "a{b:1}", "a{z:1}", "a_b"}));
}

TEST(SortedByName, ComparesSubMetricsWithTheirBrace) {
  EXPECT_EQ(sorted_names({metric("a{g:::x}"), metric("a{g:::x::y}")}),
            (std::vector<std::string>{"a{g:::x::y}", "a{g:::x}"}));
}

TEST(SortedByName, IgnoresCaseAndPutsPunctuationFirst) {
  EXPECT_EQ(sorted_names({metric("Zed"), metric("a1"), metric("aB"), metric("a_"), metric("Ab"),
                          metric("ab")}),
            (std::vector<std::string>{"a_", "a1", "ab", "aB", "Ab", "Zed"}));
}

TEST(SectionOf, GoesByTheBeginningOfTheName) {
  EXPECT_EQ(section_of("http_reqs"), "HTTP");
  EXPECT_EQ(section_of("http_cache"), "CUSTOM");
  EXPECT_EQ(section_of("vus_per_host"), "EXECUTION");
  EXPECT_EQ(section_of("data_sent"), "NETWORK");
  EXPECT_EQ(section_of("browser_web_vital_lcp"), "WEB_VITALS");
  EXPECT_EQ(section_of("browser_data_sent"), "BROWSER");
  EXPECT_EQ(section_of("grpc_req_duration"), "GRPC");
  EXPECT_EQ(section_of("ws_sessions"), "WEBSOCKET");
}

TEST(IsListed, HidesPartsOfARequestUnlessFull) {
  EXPECT_FALSE(is_listed("http_req_waiting", false));
  EXPECT_TRUE(is_listed("http_req_waiting", true));
  EXPECT_FALSE(is_listed("group_duration", true));
  EXPECT_FALSE(is_listed("checks", true));
}

TEST(PathId, IsTheMd5OfThePath) {
  EXPECT_EQ(path_id(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(path_id("::outer::inner::is 200"), "6725000f84f8fcff6a87227bb109b94d");
}

}  // namespace
}  // namespace proofload::report
