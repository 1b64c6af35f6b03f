#include "metrics/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/accumulator.h"

namespace proofload::metrics {
namespace {

using ::testing::ElementsAre;
using Kind = Aggregation::Kind;

constexpr TimePoint at(int milliseconds_after_start) {
  return TimePoint(std::chrono::milliseconds(milliseconds_after_start));
}

class RecorderTest : public ::testing::Test {
 protected:
  const TagSet& tags(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
    TagBuilder builder;
    for (const auto& [key, value] : pairs) builder.set(key, value);
    return table_.intern(builder);
  }
  double value(const Metric& metric, Kind kind) {
    return totals_.sink(metric).value({.kind = kind}, std::chrono::seconds(1)).value_or(-1);
  }

  Registry registry_;
  const BuiltIn& builtin_ = registry_.builtin();
  TagTable table_{registry_};
  Accumulator totals_{registry_};
};

TEST_F(RecorderTest, AddsUpSecondsAndThreadsInAnyOrder) {
  Recorder one(registry_);
  Recorder other(registry_);
  const auto& set = tags({{"group", ""}});
  one.record(builtin_.iterations, set, 1, at(1));
  auto early = one.seal(1);
  one.record(builtin_.iterations, set, 2, at(2));
  other.record(builtin_.iterations, set, 4, at(2));

  totals_.merge(other.seal(2));
  totals_.merge(one.seal(2));
  totals_.merge(std::move(early));

  EXPECT_EQ(value(builtin_.iterations, Kind::kCount), 7);
}

TEST_F(RecorderTest, SealsOnlyWhatIsNew) {
  Recorder recorder(registry_);
  const auto& set = tags({});
  recorder.record(builtin_.iterations, set, 5, at(1));
  totals_.merge(recorder.seal(1));

  auto empty = recorder.seal(2);

  EXPECT_EQ(empty->index(), 2U);
  const Sink* sink = empty->sinks().find(builtin_.iterations);
  EXPECT_TRUE(sink == nullptr || sink->is_empty());
  totals_.merge(std::move(empty));
  EXPECT_EQ(value(builtin_.iterations, Kind::kCount), 5);
}

TEST_F(RecorderTest, UsesEmptiedFramesAgain) {
  Recorder recorder(registry_);
  auto first = recorder.seal(1);
  const Frame* memory = first.get();
  totals_.merge(std::move(first));
  recorder.seal(2);

  EXPECT_EQ(recorder.seal(3).get(), memory);
}

TEST_F(RecorderTest, LetsFramesOutliveIt) {
  std::unique_ptr<Frame> frame;
  {
    Recorder recorder(registry_);
    recorder.record(builtin_.iterations, tags({}), 3, at(1));
    frame = recorder.seal(1);
  }

  totals_.merge(std::move(frame));

  EXPECT_EQ(value(builtin_.iterations, Kind::kCount), 3);
}

TEST_F(RecorderTest, CountsInTheSubmetricsTheTagsBelongTo) {
  const auto* home = *registry_.metric_or_submetric("http_req_duration{page:home}");
  const auto* other_metric = *registry_.metric_or_submetric("http_reqs{page:home}");
  Recorder recorder(registry_);
  recorder.record(builtin_.http_req_duration, tags({{"page", "home"}}), 10, at(1));
  recorder.record(builtin_.http_req_duration, tags({{"page", "cart"}}), 30, at(1));
  totals_.merge(recorder.seal(1));

  EXPECT_EQ(value(builtin_.http_req_duration, Kind::kAvg), 20);
  EXPECT_EQ(value(*home, Kind::kAvg), 10);
  EXPECT_FALSE(totals_.is_observed(*other_metric));
}

TEST_F(RecorderTest, RecordsTheNineSamplesOfARequest) {
  Recorder recorder(registry_);
  recorder.record_http(tags({{"status", "500"}}), {.at = at(9),
                                                   .duration = 7,
                                                   .blocked = 1,
                                                   .connecting = 0.5,
                                                   .tls_handshaking = 0.25,
                                                   .sending = 2,
                                                   .waiting = 4,
                                                   .receiving = 1.5,
                                                   .is_failed = true});
  totals_.merge(recorder.seal(1));

  EXPECT_EQ(value(builtin_.http_reqs, Kind::kCount), 1);
  EXPECT_EQ(value(builtin_.http_req_duration, Kind::kMax), 7);
  EXPECT_EQ(value(builtin_.http_req_blocked, Kind::kMax), 1);
  EXPECT_EQ(value(builtin_.http_req_connecting, Kind::kMax), 0.5);
  EXPECT_EQ(value(builtin_.http_req_tls_handshaking, Kind::kMax), 0.25);
  EXPECT_EQ(value(builtin_.http_req_sending, Kind::kMax), 2);
  EXPECT_EQ(value(builtin_.http_req_waiting, Kind::kMax), 4);
  EXPECT_EQ(value(builtin_.http_req_receiving, Kind::kMax), 1.5);
  EXPECT_EQ(value(builtin_.http_req_failed, Kind::kRate), 1);
  EXPECT_EQ(registry_.tag_store().series_count(), 9U);
}

TEST_F(RecorderTest, LeavesOutHttpReqFailedWithoutAResponseCallback) {
  Recorder recorder(registry_);
  recorder.record_http(tags({}), {.at = at(9), .duration = 7});
  totals_.merge(recorder.seal(1));

  EXPECT_TRUE(totals_.is_observed(builtin_.http_reqs));
  EXPECT_FALSE(totals_.is_observed(builtin_.http_req_failed));
}

TEST_F(RecorderTest, CountsASeriesOnce) {
  Recorder recorder(registry_);
  const auto& set = tags({{"page", "home"}});
  for (int i = 0; i < 3; ++i) {
    recorder.record(builtin_.iterations, set, 1, at(i));
    recorder.record_http(set, {.at = at(i)});
  }

  EXPECT_EQ(registry_.tag_store().series_count(), 9U);
}

TEST_F(RecorderTest, KeepsATableOfChecks) {
  Recorder one(registry_);
  Recorder other(registry_);
  const auto& first = tags({{"scenario", "buy"}, {"group", "::cart"}, {"check", "is 200"}});
  const auto& second = tags({{"scenario", "buy"}, {"group", ""}, {"check", "has items"}});
  one.record(builtin_.checks, first, 1, at(1));
  one.record(builtin_.checks, second, 0, at(1));
  other.record(builtin_.checks, first, 0, at(1));
  other.record(builtin_.checks, first, 1, at(2));
  totals_.merge(one.seal(1));
  totals_.merge(other.seal(1));

  const auto checks = totals_.checks();

  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[0].key.name, "is 200");
  EXPECT_EQ(checks[0].key.group, "::cart");
  EXPECT_EQ(checks[0].count.passes, 2);
  EXPECT_EQ(checks[0].count.fails, 1);
  EXPECT_EQ(checks[1].key.name, "has items");
  EXPECT_EQ(checks[1].count.passes, 0);
  EXPECT_EQ(checks[1].count.fails, 1);
}

TEST_F(RecorderTest, DoesNotTakeACustomMetricTaggedCheckForACheck) {
  Recorder recorder(registry_);
  const auto* custom = *registry_.get_or_create("verdicts", MetricType::kRate);
  recorder.record(*custom, tags({{"check", "mine"}}), 1, at(1));
  totals_.merge(recorder.seal(1));

  EXPECT_TRUE(totals_.checks().empty());
}

TEST_F(RecorderTest, KeepsSinksPerScenarioAndGroupWhenAsked) {
  Recorder recorder(registry_, {.has_scopes = true});
  const auto& root = tags({{"scenario", "buy"}, {"group", ""}});
  const auto& cart = tags({{"scenario", "buy"}, {"group", "::cart"}});
  recorder.record(builtin_.http_reqs, root, 1, at(1));
  recorder.record(builtin_.http_reqs, cart, 1, at(1));
  recorder.record(builtin_.http_reqs, cart, 1, at(1));
  totals_.merge(recorder.seal(1));

  const auto scopes = totals_.scopes();

  ASSERT_EQ(scopes.size(), 2U);
  EXPECT_EQ(scopes[0].key.scenario, "buy");
  EXPECT_EQ(scopes[0].key.group, std::nullopt);
  ASSERT_NE(scopes[0].sinks, nullptr);
  EXPECT_EQ(scopes[0].sinks->find(builtin_.http_reqs)->value({.kind = Kind::kCount}, {}), 3);
  EXPECT_EQ(scopes[1].key.group, "::cart");
  ASSERT_NE(scopes[1].sinks, nullptr);
  EXPECT_EQ(scopes[1].sinks->find(builtin_.http_reqs)->value({.kind = Kind::kCount}, {}), 2);
}

TEST_F(RecorderTest, ListsGroupsWithoutSinksOtherwise) {
  Recorder recorder(registry_);
  recorder.record(builtin_.http_reqs, tags({{"group", "::cart"}}), 1, at(1));
  totals_.merge(recorder.seal(1));

  const auto scopes = totals_.scopes();

  ASSERT_EQ(scopes.size(), 1U);
  EXPECT_EQ(scopes[0].key.group, "::cart");
  EXPECT_EQ(scopes[0].sinks, nullptr);
}

TEST_F(RecorderTest, CapturesRawSamplesWithTheirOrigin) {
  SampleQueue queue;
  Recorder recorder(registry_, {.samples = &queue});
  const auto& set = tags({{"page", "home"}});
  recorder.record(builtin_.iterations, set, 1, at(5), {.vu = 7, .iteration = 3});
  EXPECT_TRUE(queue.take().empty());

  recorder.seal(1);
  const auto chunks = queue.take();

  ASSERT_EQ(chunks.size(), 1U);
  ASSERT_EQ(chunks[0].size(), 1U);
  const Sample& sample = chunks[0][0];
  EXPECT_EQ(sample.metric, &builtin_.iterations);
  EXPECT_EQ(sample.tags, &set);
  EXPECT_EQ(sample.value, 1);
  EXPECT_EQ(sample.at, at(5));
  EXPECT_EQ(sample.origin.vu, 7U);
  EXPECT_EQ(sample.origin.iteration, 3);
}

TEST_F(RecorderTest, CapturesHttpSamplesInK6sOrder) {
  SampleQueue queue;
  Recorder recorder(registry_, {.samples = &queue});
  recorder.record_http(tags({}), {.at = at(1), .is_failed = false});
  recorder.flush_samples();

  const auto chunks = queue.take();
  ASSERT_EQ(chunks.size(), 1U);
  std::vector<std::string> names;
  for (const auto& sample : chunks[0]) names.push_back(sample.metric->name);

  EXPECT_THAT(names,
              ElementsAre("http_reqs", "http_req_duration", "http_req_blocked",
                          "http_req_connecting", "http_req_tls_handshaking", "http_req_sending",
                          "http_req_waiting", "http_req_receiving", "http_req_failed"));
}

TEST_F(RecorderTest, HandsOverAFullChunkAtOnce) {
  SampleQueue queue;
  Recorder recorder(registry_, {.samples = &queue});
  const auto& set = tags({});
  for (std::size_t i = 0; i < SampleQueue::kChunkSamples; ++i) {
    recorder.record(builtin_.iterations, set, 1, at(1));
  }

  EXPECT_EQ(queue.take().size(), 1U);
}

TEST_F(RecorderTest, TakesAMetricThatALaterVuDeclares) {
  Recorder recorder(registry_);
  recorder.record(builtin_.iterations, tags({}), 1, at(1));
  totals_.merge(recorder.seal(1));

  const auto* late = *registry_.get_or_create("late_metric", MetricType::kTrend);
  recorder.record(*late, tags({}), 4.5, at(2));
  totals_.merge(recorder.seal(2));

  EXPECT_EQ(value(*late, Kind::kAvg), 4.5);
}

}  // namespace
}  // namespace proofload::metrics
