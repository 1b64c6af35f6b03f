#include "observe/series_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::observe {
namespace {

using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

WallTime second(int n) {
  return WallTime(seconds(n));
}
bool every(std::string_view) {
  return true;
}

TEST(SeriesStore, KeepsInstancesAndLabelsApart) {
  SeriesStore store;
  const std::vector<MetricSample> page{{"a", {{"l", "1"}}, 1}, {"a", {{"l", "2"}}, 2}};
  store.add("http://one/", second(1), page);
  store.add("http://one/", second(2), page);
  store.add("http://two/", second(2), page);

  const auto series = store.select("http://one/", second(0), second(9), every);

  ASSERT_THAT(series, SizeIs(2));
  EXPECT_THAT(series[0].points, SizeIs(2));
  EXPECT_EQ(series[1].labels[0].second, "2");
  EXPECT_EQ(store.series_count(), 4);
}

TEST(SeriesStore, SelectsByNameAndTimeBothEndsIncluded) {
  SeriesStore store;
  const std::vector<MetricSample> page{{"a", {}, 1}, {"b", {}, 2}};
  for (int i = 1; i <= 5; ++i) store.add("x", second(i), page);

  const auto series =
      store.select("x", second(2), second(4), [](std::string_view name) { return name == "b"; });

  ASSERT_THAT(series, SizeIs(1));
  EXPECT_EQ(series[0].points.front().at, second(2));
  EXPECT_EQ(series[0].points.back().at, second(4));
  EXPECT_THAT(store.select("x", second(6), second(9), every), IsEmpty());
}

TEST(SeriesStore, TakesTheFirstOfASeriesThatOccursTwice) {
  SeriesStore store;
  const std::vector<MetricSample> page{{"a", {}, 1}, {"a", {}, 2}};
  store.add("x", second(1), page);

  const auto series = store.select("x", second(0), second(9), every);

  ASSERT_THAT(series, SizeIs(1));
  ASSERT_THAT(series[0].points, SizeIs(1));
  EXPECT_EQ(series[0].points[0].value, 1);
}

TEST(SeriesStore, LeavesOutATimeThatRunsBackwards) {
  SeriesStore store;
  const std::vector<MetricSample> page{{"a", {}, 1}};
  store.add("x", second(5), page);
  store.add("x", second(4), page);

  EXPECT_EQ(store.point_count(), 1);
}

TEST(SeriesStore, RefusesMoreSeriesThanItMayHold) {
  SeriesStore store({.series_max = 2});
  const std::vector<MetricSample> page{{"a", {}, 1}, {"b", {}, 1}, {"c", {}, 1}};

  EXPECT_EQ(store.add("x", second(1), page), 1);
  EXPECT_EQ(store.add("x", second(2), page), 1);
  EXPECT_EQ(store.point_count(), 4);
}

TEST(SeriesStore, ThinsThePastInsteadOfGrowing) {
  SeriesStore store({.points_max = 100});
  const std::vector<MetricSample> page{{"a", {}, 1}};
  for (int i = 0; i < 10'000; ++i) store.add("x", second(i), page);

  const auto series = store.select("x", second(0), second(10'000), every);

  EXPECT_LE(store.point_count(), 100);
  ASSERT_THAT(series, SizeIs(1));
  EXPECT_EQ(series[0].points.front().at, second(0));
  EXPECT_EQ(series[0].points.back().at, second(9999));
  EXPECT_EQ(series[0].points[series[0].points.size() - 2].at, second(9998));
}

TEST(SeriesStore, ThinsAllSeriesOfAnInstanceAtTheSameMoments) {
  SeriesStore store({.points_max = 50});
  const std::vector<MetricSample> early{{"a", {}, 1}};
  const std::vector<MetricSample> both{{"a", {}, 1}, {"b", {}, 1}};
  for (int i = 0; i < 7; ++i) store.add("x", second(i), early);
  for (int i = 7; i < 200; ++i) store.add("x", second(i), both);

  const auto series = store.select("x", second(7), second(200), every);

  ASSERT_THAT(series, SizeIs(2));
  ASSERT_EQ(series[0].points.size(), series[1].points.size());
  for (std::size_t i = 0; i < series[0].points.size(); ++i) {
    EXPECT_EQ(series[0].points[i].at, series[1].points[i].at);
  }
}

}  // namespace
}  // namespace proofload::observe
