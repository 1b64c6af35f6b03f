#include "observe/scraper.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Scraper::Options kFast{.interval = milliseconds(50)};
constexpr WallTime kLater = WallTime::max();

bool every(std::string_view) {
  return true;
}

ScrapeTarget target(std::string component, std::string url) {
  return {.component = std::move(component), .request = {.url = std::move(url)}};
}

TEST(Scraper, KeepsAPointARoundOfEverySeries) {
  TestServer server;
  std::atomic<int> count = 0;
  server.http().Get("/metrics", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(fmt::format("hits_total {}\nup 1\n", ++count), "text/plain");
  });
  server.start();
  const Scraper scraper({target("catalog", server.url("/metrics"))}, kFast);

  ASSERT_TRUE(scraper.wait_for_rounds(3, seconds(10)));

  const auto series = scraper.series("catalog", WallTime{}, kLater, every);
  ASSERT_THAT(series, SizeIs(2));
  EXPECT_EQ(series[0].instance, server.url("/metrics"));
  ASSERT_GE(series[0].points.size(), 3);
  EXPECT_EQ(series[0].points[0].value, 1);
  EXPECT_EQ(series[0].points[2].value, 3);
  EXPECT_GT(series[0].points[1].at, series[0].points[0].at);
  EXPECT_THAT(scraper.series("orders", WallTime{}, kLater, every), IsEmpty());
}

TEST(Scraper, GathersTheInstancesOfAComponent) {
  TestServer one;
  one.get("/metrics", "up 1\n");
  one.start();
  TestServer two;
  two.get("/metrics", "up 1\n");
  two.start();
  const Scraper scraper(
      {target("catalog", one.url("/metrics")), target("catalog", two.url("/metrics"))}, kFast);

  ASSERT_TRUE(scraper.wait_for_rounds(1, seconds(10)));

  EXPECT_THAT(scraper.series("catalog", WallTime{}, kLater, every), SizeIs(2));
}

TEST(Scraper, SaysOfEachTargetHowOldItsDataAreAndWhatIsWrong) {
  TestServer server;
  server.get("/metrics", "up 1\nnonsense\n");
  server.get("/login", "<html>Log in</html>", "text/html");
  server.start();
  const DeadPort refusing(false);
  const Scraper scraper(
      {target("good", server.url("/metrics")), target("page", server.url("/login")),
       target("lost", server.url("/nowhere")), target("dead", refusing.url("/"))},
      kFast);

  ASSERT_TRUE(scraper.wait_for_rounds(2, seconds(10)));

  const auto targets = scraper.targets();
  EXPECT_LT(wall_now() - targets[0].last_success.value_or(WallTime{}), seconds(10));
  EXPECT_THAT(targets[0].error, IsEmpty());
  EXPECT_EQ(targets[0].bad_line_count, 1);
  EXPECT_EQ(targets[0].series_count, 1);
  EXPECT_FALSE(targets[1].last_success);
  EXPECT_THAT(targets[1].error, HasSubstr("no metrics"));
  EXPECT_THAT(targets[2].error, HasSubstr("answers 404"));
  EXPECT_THAT(targets[3].error, HasSubstr("nothing answers there"));
  EXPECT_THAT(targets[3].hint, Not(IsEmpty()));
  EXPECT_GE(targets[3].failure_count, 2);
}

TEST(Scraper, LosesNothingOfTheOthersToASilentTarget) {
  TestServer server;
  server.get("/metrics", "up 1\n");
  server.start();
  const DeadPort silent(true);
  const Scraper scraper({target("silent", silent.url("/")), target("good", server.url("/metrics"))},
                        {.interval = milliseconds(100)});

  ASSERT_TRUE(scraper.wait_for_rounds(5, seconds(10)));

  const auto series = scraper.series("good", WallTime{}, kLater, every);
  ASSERT_THAT(series, SizeIs(1));
  ASSERT_GE(series[0].points.size(), 5);
  EXPECT_LT(series[0].points[4].at - series[0].points[0].at, milliseconds(1500));
}

TEST(Scraper, LeavesAGapWhileATargetIsAway) {
  TestServer server;
  std::atomic<int> round = 0;
  server.http().Get("/metrics", [&](const httplib::Request&, httplib::Response& response) {
    if (++round == 2) {
      response.status = 503;
    } else {
      response.set_content("up 1\n", "text/plain");
    }
  });
  server.start();
  const Scraper scraper({target("a", server.url("/metrics"))}, {.interval = milliseconds(200)});

  ASSERT_TRUE(scraper.wait_for_rounds(3, seconds(10)));

  const auto series = scraper.series("a", WallTime{}, kLater, every);
  ASSERT_THAT(series, SizeIs(1));
  EXPECT_GE(series[0].points[1].at - series[0].points[0].at, milliseconds(250));
  EXPECT_EQ(scraper.targets()[0].failure_count, 1);
}

TEST(Scraper, EndsWithinAnIntervalThoughATargetIsSilent) {
  const DeadPort silent(true);
  TimePoint start;
  {
    const Scraper scraper({target("silent", silent.url("/"))}, {.interval = milliseconds(300)});
    start = monotonic_now();
  }
  EXPECT_LT(monotonic_now() - start, milliseconds(1500));
}

}  // namespace
}  // namespace proofload::observe
