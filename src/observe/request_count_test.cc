#include "observe/request_count.h"

#include <gtest/gtest.h>

namespace proofload::observe {
namespace {

evidence::Series series(std::string name, evidence::Labels labels, double value) {
  return {.name = std::move(name),
          .labels = std::move(labels),
          .instance = "a:1",
          .points = {{WallTime(), 1}, {WallTime() + std::chrono::seconds(1), value}}};
}

using All = std::vector<evidence::Series>;

double between(const All& before, const All& after) {
  return requests_between(*request_totals(before), *request_totals(after)).value_or(-1);
}

TEST(RequestCount, IsTheGrowthOfAllSeriesOfTheFirstCounterThatHasData) {
  const All before{series("http_requests_total", {{"code", "200"}}, 10),
                   series("http_requests_total", {{"code", "500"}}, 1)};
  const All after{series("http_requests_total", {{"code", "200"}}, 110),
                  series("http_requests_total", {{"code", "500"}}, 6)};
  EXPECT_EQ(between(before, after), 105);
}

TEST(RequestCount, LeavesOutWhatMachinesAskFor) {
  const std::string metric = "http_server_request_duration_seconds_count";
  const All before{series(metric, {{"http_route", "/cart"}}, 10),
                   series(metric, {{"http_route", "/metrics"}}, 100)};
  const All after{series(metric, {{"http_route", "/cart"}}, 15),
                  series(metric, {{"http_route", "/metrics"}}, 200)};
  EXPECT_TRUE(request_totals(after)->has_routes);
  EXPECT_EQ(between(before, after), 5);
}

TEST(RequestCount, CountsNewSeriesAndRestartedOnesFromNothing) {
  const All before{series("http_requests_total", {{"path", "/a"}}, 1000)};
  const All after{series("http_requests_total", {{"path", "/a"}}, 40),
                  series("http_requests_total", {{"path", "/b"}}, 2)};
  EXPECT_EQ(between(before, after), 42);
}

TEST(RequestCount, IsUnknownWithoutACounterOrWhenItsNameChanges) {
  EXPECT_FALSE(request_totals(All{series("process_cpu_seconds_total", {}, 3)}));
  const auto one = request_totals(All{series("http_requests_total", {}, 3)});
  const auto other = request_totals(All{series("http_request_duration_seconds_count", {}, 3)});
  EXPECT_FALSE(requests_between(*one, *other));
}

}  // namespace
}  // namespace proofload::observe
