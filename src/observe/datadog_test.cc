#include "observe/datadog.h"

#include <gmock/gmock.h>

#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// The shape that "Query timeseries points" (v1) documents.
constexpr const char* kReply = R"({"status":"ok","from_date":1000000,"to_date":1120000,"series":[
  {"metric":"trace.http.request.hits","scope":"env:prod","interval":60,"length":4,
   "pointlist":[[1000000.0,120.5],[1060000.0,null],[1120000.0,130],["x",1]]}]})";

class DatadogTest : public testing::Test {
 protected:
  void answer(int status, const std::string& body, const std::string& type = "application/json") {
    server_.http().Get("/api/v1/query",
                       [=, this](const httplib::Request& request, httplib::Response& response) {
                         from_ = request.get_param_value("from");
                         query_ = request.get_param_value("query");
                         keys_ = request.get_header_value("DD-API-KEY") + "," +
                                 request.get_header_value("DD-APPLICATION-KEY");
                         response.status = status;
                         response.set_content(body, type);
                       });
    server_.start();
  }
  Result<std::vector<evidence::Series>> ask() {
    return query_datadog(server_.url("/"), {.api = "a", .application = "b"},
                         "sum:trace.http.request.hits{env:prod}.as_rate()",
                         WallTime(std::chrono::seconds(1000)),
                         WallTime(std::chrono::seconds(1120)));
  }

  TestServer server_;
  std::string from_;
  std::string query_;
  std::string keys_;
};

TEST_F(DatadogTest, IsAskedInSecondsAndAnswersInMillisecondsWithGaps) {
  answer(200, kReply);
  const auto series = ask();

  ASSERT_TRUE(series) << series.error().message();
  EXPECT_EQ(from_, "1000");
  EXPECT_EQ(query_, "sum:trace.http.request.hits{env:prod}.as_rate()");
  EXPECT_EQ(keys_, "a,b");
  ASSERT_THAT(*series, SizeIs(1));
  ASSERT_THAT(series->front().points, SizeIs(2));
  EXPECT_EQ(series->front().points[1].value, 130);
  EXPECT_EQ(series->front().points[1].at, WallTime(std::chrono::seconds(1120)));
}

TEST_F(DatadogTest, OfAnUnknownMetricHasNoSeries) {
  answer(200, R"({"status":"ok","series":[]})");
  const auto series = ask();

  ASSERT_TRUE(series);
  EXPECT_THAT(*series, SizeIs(0));
}

TEST_F(DatadogTest, TellsItsRefusal) {
  answer(200, R"({"status":"error","error":"Error parsing query"})");
  EXPECT_THAT(ask().error().message(), HasSubstr("Error parsing query"));
}

TEST_F(DatadogTest, WantsItsKeys) {
  answer(403, R"({"errors":["Forbidden"]})");
  EXPECT_THAT(ask().error().hint(), HasSubstr("token"));
}

TEST_F(DatadogTest, IsNotBehindALoginPage) {
  answer(200, "<!doctype html>", "text/html");
  EXPECT_THAT(ask().error().message(), HasSubstr("an HTML page"));
}

}  // namespace
}  // namespace proofload::observe
