#include "app/k6_samples.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::app {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kJson =
    R"({"type":"Metric","data":{"name":"http_req_duration","type":"trend"},"metric":"http_req_duration"}
{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-25T10:00:00.25Z","value":10,"tags":{"method":"GET","name":"/a","expected_response":"true"}}}
{"metric":"vus","type":"Point","data":{"time":"2026-11-25T10:00:00.5Z","value":3,"tags":null}}
{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-25T10:00:02.75Z","value":30,"tags":{"method":"GET","name":"/a","expected_response":"false"}}}
{"metric":"dropped_iterations","type":"Point","data":{"time":"2026-11-25T10:00:02.8Z","value":4,"tags":{}}}
{"metric":"iterations","type":"Point","data":{"time":"2026-11-25T10:00:02.8Z","value":1,"tags":{}}}
)";

constexpr std::string_view kCsv =
    R"(metric_name,timestamp,metric_value,check,error,expected_response,method,name,extra_tags,metadata
http_req_duration,1795600800,10.000000,,,true,GET,/a,,
vus,1795600800,3.000000,,,,,,,
http_req_duration,1795600802,30.000000,,"a, ""b""",false,GET,/a,,
dropped_iterations,1795600802,4.000000,,,,,,,
iterations,1795600802,1.000000,,,,,,,
)";

constexpr std::string_view kLines =
    R"(http_req_duration,method=GET,name=/a,expected_response=true value=10,url="http://a b" 1795600800250000000
vus value=3 1795600800500000000
http_req_duration,method=GET,name=/a,expected_response=false value=30 1795600802750000000
dropped_iterations value=4i 1795600802800000000
iterations value=1 1795600802800000000
)";

Result<evidence::Result> imported(std::string_view text) {
  K6Samples samples;
  std::istringstream lines{std::string(text)};
  PL_TRY(samples.read(lines));
  return samples.result();
}

class K6SamplesOf : public ::testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Formats, K6SamplesOf, ::testing::Values(kJson, kCsv, kLines));

TEST_P(K6SamplesOf, ComeToTheSameSecondsAndEndpoints) {
  const auto result = imported(GetParam());
  ASSERT_TRUE(result) << result.error().message();
  const evidence::ProfileResult& profile = result->profiles.at(0);
  ASSERT_EQ(profile.seconds.size(), 3u);
  EXPECT_EQ(profile.seconds[0].requests, 1u);
  EXPECT_EQ(profile.seconds[0].vus, 3);
  EXPECT_NEAR(profile.seconds[0].p50, 10, 0.1);
  EXPECT_EQ(profile.seconds[1].requests, 0u);
  EXPECT_EQ(profile.seconds[2].failed, 1u);
  EXPECT_EQ(profile.dropped_iterations, 4u);
  EXPECT_EQ(profile.scheduled_iterations, 5u);
  ASSERT_EQ(profile.endpoints.size(), 1u);
  EXPECT_EQ(profile.endpoints[0].name, "GET /a");
  EXPECT_EQ(profile.endpoints[0].requests, 2u);
}

TEST_P(K6SamplesOf, AreNoPass) {
  const auto result = imported(GetParam());
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->is_partial);
  EXPECT_EQ(result->profiles.at(0).state, evidence::ProfileState::kIncomplete);
}

TEST_P(K6SamplesOf, MayEndInHalfALine) {
  const std::string_view text = GetParam();
  EXPECT_TRUE(imported(text.substr(0, text.size() - 5)));
}

TEST(K6Samples, ABadLineIsNamed) {
  const auto result =
      imported(R"({"metric":"vus","type":"Point","data":{"time":"2026-11-25T10:00:00Z","value":3}}
{"metric":"vus","type":"Point","data":{"time":"yesterday","value":3}}
{"type":"Metric"}
)");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message(), HasSubstr("line 2 is no sample"));
}

TEST(K6Samples, WhatIsNoneIsRefused) {
  for (const char* text : {"", "\n", "hello\n", "a,b,c\n1,2,3\n", "<html>\n"}) {
    EXPECT_FALSE(imported(text)) << text;
  }
  EXPECT_THAT(imported("metric_name,timestamp,metric_value\n").error().message(),
              HasSubstr("no HTTP request"));
}

}  // namespace
}  // namespace proofload::app
