#include "output/json_output.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include <gtest/gtest.h>

#include "output/sample_test_values.h"

namespace proofload::output {
namespace {

using testing::at_wall;
using testing::request_tags;
using testing::tag_set;

constexpr std::int64_t kAt = 1795442387609421453;

class JsonLinesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
  }
  const metrics::Metric& metric(std::string_view name, metrics::MetricType type) {
    return **registry_.get_or_create(name, type);
  }
  std::string lines(std::initializer_list<metrics::Sample> samples) {
    JsonLines lines(context_);
    std::string out;
    for (const auto& sample : samples) lines.append(out, sample);
    return out;
  }

  metrics::Registry registry_;
  OutputContext context_;
};

// The expected lines of the next two tests are k6 2.2's.
TEST_F(JsonLinesTest, DescribeAMetricOnceBeforeItsFirstPoint) {
  const auto& tags = tag_set(registry_, {{"group", ""}, {"scenario", "a"}});
  const auto& metric = registry_.builtin().data_sent;
  EXPECT_EQ(
      lines({{&metric, &tags, 0, at_wall(1795442410514799094), {}},
             {&metric, &tags, 233, at_wall(1795442411013885873), {}}}),
      R"({"type":"Metric","data":{"name":"data_sent","type":"counter","contains":"data","thresholds":[],"submetrics":null},"metric":"data_sent"}
{"metric":"data_sent","type":"Point","data":{"time":"2026-11-23T14:00:10.514799094Z","value":0,"tags":{"group":"","scenario":"a"}}}
{"metric":"data_sent","type":"Point","data":{"time":"2026-11-23T14:00:11.013885873Z","value":233,"tags":{"group":"","scenario":"a"}}}
)");
}

TEST_F(JsonLinesTest, TellThresholdsSubMetricsAndMetadata) {
  const auto thresholds = *metrics::Thresholds::create(
      registry_, {{"http_req_duration", {{"p(95)<2000", false, {}}, {"avg<1000", false, {}}}},
                  {"http_req_duration{page:home}", {{"max<5000", false, {}}}}});
  metrics::add_default_submetric(registry_);
  context_.thresholds = &thresholds;
  context_.system_tags.add(metrics::SystemTag::kVu);
  context_.system_tags.add(metrics::SystemTag::kIter);
  const auto& metric = registry_.builtin().http_req_duration;
  EXPECT_EQ(
      lines({{&metric, &request_tags(registry_), 20.942483, at_wall(kAt), {.vu = 1}}}),
      R"({"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time","thresholds":["p(95)<2000","avg<1000"],"submetrics":[{"name":"http_req_duration{page:home}","suffix":"page:home","tags":{"page":"home"}},{"name":"http_req_duration{expected_response:true}","suffix":"expected_response:true","tags":{"expected_response":"true"}}]},"metric":"http_req_duration"}
{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-23T13:59:47.609421453Z","value":20.942483,"tags":{"expected_response":"true","group":"","ip":"127.0.0.1","method":"GET","name":"http://127.0.0.1:38080/json?ms=20","page":"home","proto":"HTTP/1.1","scenario":"default","status":"200","team":"blue","url":"http://127.0.0.1:38080/json?ms=20"},"metadata":{"iter":"0","vu":"1"}}}
)");
}

TEST_F(JsonLinesTest, TellWhichThresholdsCanEndTheRun) {
  metric("hits", metrics::MetricType::kRate);
  metric("misses", metrics::MetricType::kRate);
  const auto thresholds = *metrics::Thresholds::create(
      registry_, {{"hits", {{"rate>0.1", true, std::chrono::seconds(10)}}},
                  {"misses", {{"rate<0.1", true, {}}}}});
  context_.thresholds = &thresholds;
  const auto& tags = tag_set(registry_, {});
  const auto out = lines({{registry_.find("hits"), &tags, 1, at_wall(kAt), {}},
                          {registry_.find("misses"), &tags, 1, at_wall(kAt), {}}});
  EXPECT_NE(
      out.find(
          R"("thresholds":[{"threshold":"rate>0.1","abortOnFail":true,"delayAbortEval":"10s"}])"),
      std::string::npos);
  EXPECT_NE(
      out.find(
          R"("thresholds":[{"threshold":"rate<0.1","abortOnFail":true,"delayAbortEval":null}])"),
      std::string::npos);
}

TEST_F(JsonLinesTest, HaveNoMetadataForWhatNoVuRecorded) {
  context_.system_tags.add(metrics::SystemTag::kVu);
  const auto& tags = tag_set(registry_, {});
  const auto out = lines({{&registry_.builtin().vus, &tags, 2, at_wall(kAt), {}}});
  EXPECT_EQ(
      out.substr(out.find('\n') + 1),
      R"({"metric":"vus","type":"Point","data":{"time":"2026-11-23T13:59:47.609421453Z","value":2,"tags":{}}}
)");
}

TEST_F(JsonLinesTest, EscapeWhatScriptsPutIntoTags) {
  const auto& tags = tag_set(registry_, {{"say", "\"a\"\n<b> & \\"}});
  const auto out = lines({{&registry_.builtin().vus, &tags, 1, at_wall(kAt), {}}});
  EXPECT_NE(out.find(R"("tags":{"say":"\"a\"\n<b> & \\"}})"), std::string::npos);
}

TEST(JsonOutput, IsDescribedByItsFile) {
  EXPECT_EQ(JsonOutput("a.ndjson", {}).description(), "json (a.ndjson)");
  EXPECT_EQ(JsonOutput("", {}).description(), "json(stdout)");
  EXPECT_EQ(JsonOutput("-", {}).description(), "json(stdout)");
}

}  // namespace
}  // namespace proofload::output
