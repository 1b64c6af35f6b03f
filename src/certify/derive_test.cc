#include "certify/derive.h"

#include <gmock/gmock.h>

namespace proofload::certify {
namespace {

using evidence::Series;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pair;

observe::AccessLogEntry request(std::string method, std::string path, int minute) {
  return {.method = std::move(method),
          .path = std::move(path),
          .status = 200,
          .at = WallTime(minutes(minute) + seconds(1))};
}

TEST(RequestRates, AreOfWholeMinutesAndSilentOnesCount) {
  RequestRates rates;
  rates.add(request("GET", "/a", 0));  // the first and the last minute may be cut
  for (int i = 0; i < 120; ++i) rates.add(request("GET", "/products/" + std::to_string(i), 1));
  for (int i = 0; i < 60; ++i) rates.add(request("GET", "/a", 3));
  rates.add(request("GET", "/a", 5));
  const auto load = rates.derive(75);

  ASSERT_TRUE(load);
  EXPECT_EQ(load->intervals, 4U);  // 1, 2, 3, 4: 2/s, 0, 1/s, 0
  EXPECT_EQ(load->per_second, 1);
  EXPECT_EQ(load->median, 0);
  EXPECT_EQ(load->highest, 2);
  EXPECT_EQ(load->from, WallTime(minutes(1)));
  EXPECT_EQ(load->to, WallTime(minutes(5)));
  ASSERT_EQ(load->endpoints.size(), 2U);
  EXPECT_EQ(load->endpoints[0].path, "/products/{id}");
  EXPECT_EQ(load->endpoints[0].count, 120U);
}

TEST(RequestRates, OfNothingAreAnError) {
  EXPECT_FALSE(RequestRates().derive(95));
}

TEST(RequestRates, OfAClockThatJumpedYearsAreAnError) {
  RequestRates rates;
  rates.add(request("GET", "/a", 0));
  rates.add(request("GET", "/a", 60 * 24 * 500));
  EXPECT_FALSE(rates.derive(95));
}

Series series(evidence::Labels labels, std::vector<double> values) {
  Series one{.name = "requests", .labels = std::move(labels), .instance = {}, .points = {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    one.points.push_back({.at = WallTime(minutes(i)), .value = values[i]});
  }
  return one;
}

TEST(DerivedSeries, AreSummedAndTheirLabelsGiveTheMix) {
  const auto load =
      derive_from_series({series({{"method", "GET"}, {"route", "/products/{id}"}}, {30, 60, 90}),
                          series({{"method", "POST"}, {"route", "/checkout"}}, {10, 20, 30})},
                         50);

  ASSERT_TRUE(load);
  EXPECT_EQ(load->per_second, 80);
  EXPECT_EQ(load->highest, 120);
  ASSERT_EQ(load->endpoints.size(), 2U);
  EXPECT_EQ(load->endpoints[0].count, 750'000U);
  EXPECT_EQ(load->endpoints[1].method, "POST");
}

TEST(DerivedSeries, WithoutAPointAreAnError) {
  EXPECT_FALSE(derive_from_series({}, 95));
  EXPECT_FALSE(derive_from_series({series({}, {})}, 95));
}

plan::Plan shop() {
  plan::Plan plan;
  plan.service.endpoints = {{"list", "GET", "/products"},
                            {"detail", "GET", "/products/{id}"},
                            {"buy", "POST", "/checkout"}};
  return plan;
}

TEST(JourneyWeights, MakeTheEndpointsAsFrequentAsTheyAre) {
  const plan::JourneyShapes shapes{
      {"browse", {.took = {}, .requests = {{"list", 1}, {"detail", 2}}}},
      {"checkout", {.took = {}, .requests = {{"detail", 1}, {"buy", 1}}}}};
  // Ten times browse, once checkout.
  const auto weights = journey_weights(shop(), shapes,
                                       {{"GET", "/products/{id}", 2100},
                                        {"GET", "/products", 1000},
                                        {"POST", "/checkout", 100},
                                        {"GET", "/favicon.ico", 5}});

  EXPECT_THAT(weights, ElementsAre(Pair("browse", DoubleNear(10, 0.01)), Pair("checkout", 1)));
}

TEST(JourneyWeights, AreNeverNegative) {
  const plan::JourneyShapes shapes{{"all", {.took = {}, .requests = {{"list", 1}, {"buy", 1}}}},
                                   {"buy", {.took = {}, .requests = {{"buy", 1}}}}};
  const auto weights =
      journey_weights(shop(), shapes, {{"GET", "/products", 100}, {"POST", "/checkout", 10}});

  EXPECT_EQ(weights.at("all"), 1);
  EXPECT_EQ(weights.at("buy"), 0);
}

TEST(JourneyWeights, OfOtherEndpointsAreNone) {
  const plan::JourneyShapes shapes{{"all", {.took = {}, .requests = {{"list", 1}}}}};
  EXPECT_TRUE(journey_weights(shop(), shapes, {{"GET", "/else", 10}}).empty());
}

}  // namespace
}  // namespace proofload::certify
