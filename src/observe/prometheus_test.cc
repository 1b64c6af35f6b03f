#include "observe/prometheus.h"

#include <atomic>
#include <fstream>
#include <memory>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "observe/prometheus_json.h"
#include "observe/signals.h"
#include "observe/test_process.h"
#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Result<Json> data_of(int status, const std::string& body) {
  return prometheus_data({.url = "http://prom/api/v1/query",
                          .status = status,
                          .content_type = "application/json",
                          .body = body});
}

std::vector<evidence::Series> series_of(const std::string& data) {
  auto series = prometheus_series(Json::parse(data));
  EXPECT_TRUE(series);
  return series ? *std::move(series) : std::vector<evidence::Series>();
}

TEST(PrometheusData, TellsWhatTheServerRefuses) {
  const auto data = data_of(400, R"({"status":"error","errorType":"bad_data","error":"1:3: huh"})");

  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().message(), "http://prom/api/v1/query: refuses (bad_data): 1:3: huh");
  EXPECT_EQ(data.error().hint(), "correct the query");
}

TEST(PrometheusData, SaysThatAnotherApiAnswers) {
  for (const char* body : {"{}", "[]", "1", "null", R"({"status":"success"})", R"({"data":[]})"}) {
    const auto data = data_of(200, body);
    ASSERT_FALSE(data) << body;
    EXPECT_THAT(data.error().message(), HasSubstr("not of Prometheus' API")) << body;
  }
  EXPECT_THAT(data_of(200, "<html>").error().message(), HasSubstr("HTML"));
  EXPECT_THAT(data_of(401, "{}").error().hint(), HasSubstr("token"));
}

TEST(PrometheusSeries, ReadsVectorsMatricesAndScalars) {
  const auto matrix = series_of(R"({"resultType":"matrix","result":[{"metric":
      {"__name__":"up","job":"a","instance":"h:1"},"values":[[1.5,"1"],[2.5,"0"]]}]})");
  ASSERT_THAT(matrix, SizeIs(1));
  EXPECT_EQ(matrix[0].name, "up");
  EXPECT_EQ(matrix[0].instance, "h:1");
  EXPECT_EQ(evidence::label_value(matrix[0].labels, "job"), "a");
  ASSERT_THAT(matrix[0].points, SizeIs(2));
  EXPECT_EQ(matrix[0].points[0].at, WallTime(milliseconds(1500)));

  const auto vector =
      series_of(R"({"resultType":"vector","result":[{"metric":{},"value":[1,"7"]}]})");
  EXPECT_EQ(vector.at(0).points.at(0).value, 7);
  EXPECT_EQ(series_of(R"({"resultType":"scalar","result":[1,"8"]})").at(0).points.at(0).value, 8);
}

TEST(PrometheusSeries, LeavesOutWhatIsNoPoint) {
  EXPECT_THAT(series_of(R"({"resultType":"matrix","result":[7, null, {"metric":5}, {"values":3},
      {"metric":{"a":1},"values":[[1,"NaN"],[2,"+Inf"],[3,"x"],[4],[5,6],["6","7"],[-1,"1"],
      [1e300,"1"],{}],"histograms":[[1,{}]]}]})"),
              IsEmpty());
}

TEST(PrometheusSeries, KeepsTimeAscending) {
  const auto series = series_of(R"({"resultType":"matrix","result":[{"metric":{},"values":
      [[1,"1"],[1,"2"],[0,"3"],[2,"4"]]}]})");
  EXPECT_THAT(series.at(0).points, SizeIs(2));
}

TEST(Prometheus, AsksForLongRangesInPiecesWithoutAGapOrARepetition) {
  TestServer server;
  std::vector<double> starts;
  server.http().Post("/prefix/api/v1/query_range", [&](const httplib::Request& request,
                                                       httplib::Response& response) {
    const double start = std::stod(request.get_param_value("start"));
    const double end = std::stod(request.get_param_value("end"));
    const double step = std::stod(request.get_param_value("step"));
    starts.push_back(start);
    Json values = Json::array();
    for (double at = start; at <= end; at += step) values.push_back({at, "1"});
    Json reply{{"status", "success"}};
    reply["data"]["resultType"] = "matrix";
    reply["data"]["result"] = Json::array({Json{{"metric", Json::object()}, {"values", values}}});
    response.set_content(reply.dump(), "application/json");
  });
  server.start();
  Prometheus prometheus({.url = server.url("/prefix/")});

  const auto series = prometheus.query_range("up", WallTime(milliseconds(1'000'500)),
                                             WallTime(seconds(26'000)), seconds(1));

  ASSERT_TRUE(series) << series.error().message();
  EXPECT_THAT(starts, ElementsAre(1000, 11000, 21000));
  ASSERT_THAT(*series, SizeIs(1));
  const auto& points = series->at(0).points;
  ASSERT_EQ(points.size(), 25'001);
  for (std::size_t i = 1; i < points.size(); ++i) {
    ASSERT_EQ(points[i].at - points[i - 1].at, seconds(1)) << i;
  }
}

TEST(Prometheus, WidensTheStepOfARangeThatNeverEnds) {
  TestServer server;
  std::set<std::string> steps;
  int count = 0;
  server.http().Post(
      "/api/v1/query_range", [&](const httplib::Request& request, httplib::Response& response) {
        steps.insert(request.get_param_value("step"));
        ++count;
        response.set_content(R"({"status":"success","data":{"resultType":"matrix","result":[]}})",
                             "application/json");
      });
  server.start();
  Prometheus prometheus({.url = server.url()});

  ASSERT_TRUE(prometheus.query_range("up", WallTime{}, WallTime(seconds(1'000'000)), seconds(1)));

  EXPECT_THAT(steps, ElementsAre("6.000"));
  EXPECT_LE(count, 20);
}

// A Prometheus of Debian that scrapes a page of ours five times a second as job "catalog", and a
// dead target as job "lost".
struct Rig {
  Rig() {
    server.http().Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(fmt::format("process_cpu_seconds_total {}\n"
                                       "process_resident_memory_bytes 1e6\n"
                                       "hikaricp_connections_active{{pool=\"main\"}} 9\n",
                                       0.1 * ++scrape_count),
                           "text/plain");
    });
    server.start();
    const int port = DeadPort(false).port();
    const std::string config = (folder.path() / "prometheus.yml").string();
    std::ofstream(config) << fmt::format(
        "global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}\n"
        "scrape_configs:\n"
        "- {{job_name: catalog, static_configs: [{{targets: ['{}']}}]}}\n"
        "- {{job_name: lost, static_configs: [{{targets: ['127.0.0.1:{}']}}]}}\n",
        server.url().substr(7), dead.port());
    process.emplace(
        std::vector<std::string>{kProgram, "--config.file=" + config,
                                 "--storage.tsdb.path=" + (folder.path() / "data").string(),
                                 fmt::format("--web.listen-address=127.0.0.1:{}", port)},
        (folder.path() / "log").string());
    prometheus.emplace(HttpRequest{.url = fmt::format("http://127.0.0.1:{}", port)});
    for (int i = 0; i < 600 && !prometheus->check_ready(); ++i) poll(nullptr, 0, 50);
    for (int i = 0; i < 600 && scrape_count < 12; ++i) poll(nullptr, 0, 50);
  }

  static constexpr const char* kProgram = "/usr/bin/prometheus";
  TemporaryFolder folder;
  TestServer server;
  DeadPort dead{false};
  std::atomic<int> scrape_count = 0;
  std::optional<TestProcess> process;
  std::optional<Prometheus> prometheus;
};

class RealPrometheus : public testing::Test {
 protected:
  // One for all: it waits five seconds before its first scrape.
  static void SetUpTestSuite() {
    if (access(Rig::kProgram, X_OK) == 0) rig = std::make_unique<Rig>();
  }
  static void TearDownTestSuite() { rig.reset(); }

  void SetUp() override {
    if (!rig) GTEST_SKIP() << "NOT TESTED: Prometheus is missing (apt install prometheus)";
    ASSERT_GE(rig->scrape_count, 12) << "it does not scrape";
  }

  inline static std::unique_ptr<Rig> rig;
};

TEST_F(RealPrometheus, TellsItsVersionItsTargetsAndItsTime) {
  const auto version = rig->prometheus->version();
  ASSERT_TRUE(version) << version.error().message();
  EXPECT_THAT(*version, testing::MatchesRegex("[0-9]+\\.[0-9]+.*"));

  const auto targets = rig->prometheus->targets();
  ASSERT_TRUE(targets);
  ASSERT_THAT(*targets, SizeIs(2));
  EXPECT_EQ(targets->at(0).pool, "catalog");
  EXPECT_EQ(targets->at(0).health, "up");
  EXPECT_EQ(targets->at(0).scrape_interval, "200ms");
  EXPECT_EQ(targets->at(1).health, "down");
  EXPECT_THAT(targets->at(1).last_error, HasSubstr("connection refused"));

  const auto skew = rig->prometheus->clock_skew();
  ASSERT_TRUE(skew);
  EXPECT_LT(std::chrono::abs(*skew), seconds(1));
}

TEST_F(RealPrometheus, IsMeasuredToScrapeAsOftenAsItDoes) {
  const auto interval = rig->prometheus->scrape_interval("up{job=\"catalog\"}");

  ASSERT_TRUE(interval) << interval.error().message();
  EXPECT_EQ(interval->series_count, 1);
  EXPECT_NEAR(to_milliseconds(interval->median), 200, 50);
  const auto none = rig->prometheus->scrape_interval("up{job=\"nobody\"}");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message(), HasSubstr("no two samples"));
}

TEST_F(RealPrometheus, GivesTheSignalsOfAComponent) {
  const WallTime now = wall_now();

  const auto signals = rig->prometheus->signals("catalog", "{job=\"catalog\"}", now - seconds(60),
                                                now, rate_window(milliseconds(200)));

  ASSERT_TRUE(signals) << signals.error().message();
  ASSERT_THAT(*signals, SizeIs(3));
  EXPECT_EQ(signals->at(0).name, "CPU");
  EXPECT_NEAR(signals->at(0).points.back().value, 0.5, 0.2);  // 0.1 s of CPU five times a second
  EXPECT_GE(signals->at(0).points.size(), 8);
  EXPECT_EQ(signals->at(1).name, "memory");
  EXPECT_EQ(signals->at(2).object, "main");
  EXPECT_EQ(signals->at(2).points.back().value, 9);
  EXPECT_THAT(signals->at(2).source, HasSubstr("hikaricp_connections_active"));
  EXPECT_THAT(signals->at(2).source, HasSubstr(" by http://127.0.0.1:"));
}

TEST_F(RealPrometheus, AnswersARangeAboveItsOwnLimit) {
  const WallTime now = wall_now();

  const auto series =
      rig->prometheus->query_range("up{job=\"catalog\"}", now - seconds(15'000), now, seconds(1));

  ASSERT_TRUE(series) << series.error().message();
  ASSERT_THAT(*series, SizeIs(1));
  EXPECT_FALSE(series->at(0).points.empty());
}

TEST_F(RealPrometheus, SaysWhatIsWrongWithAQuery) {
  const auto series = rig->prometheus->query("up{");

  ASSERT_FALSE(series);
  EXPECT_THAT(series.error().message(), HasSubstr("refuses (bad_data)"));
}

}  // namespace
}  // namespace proofload::observe
