#include "certify/trace_recorder.h"

#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include "base/trace_context.h"

namespace proofload::certify {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

plan::Plan plan_of() {
  plan::Plan plan;
  plan.service.endpoints = {{"list", "GET", "/list"}};
  return plan;
}

// Sends a request in each of its seconds, and has some traced.
class Driver final : public LoadDriver {
 public:
  Result<std::map<std::string, std::string>> files(const plan::Plan&) override {
    return std::map<std::string, std::string>{};
  }
  Result<LoadOutcome> run(const LoadOrder& order, LoadListener& listener) override {
    runs.push_back(order.trace_run);
    for (int second = 0; second < 3; ++second) {
      listener.on_requests(0, nullptr, 10);
      for (std::uint64_t i = 0; i < 4 && order.trace_run != 0; ++i) {
        const std::uint64_t id = next_id += 2;
        ids.push_back(to_string(TraceId{order.trace_run, id}));
        if (on_sent) on_sent(ids.back());
        listener.on_traced({.id = id, .latency_ms = static_cast<double>(id)});
      }
      listener.on_second({});
    }
    return LoadOutcome{.lost_traces = lost};
  }

  std::vector<std::uint64_t> runs;
  std::vector<std::string> ids;
  std::uint64_t next_id = 1;
  std::uint64_t lost = 0;
  std::function<void(const std::string& id)> on_sent;
};

class Next final : public LoadListener {
 public:
  void on_requests(std::size_t, const metrics::Histogram*, std::uint64_t failed) override {
    requests += failed;
  }
  std::optional<std::string> on_second(const SecondFacts&) override {
    ++seconds;
    return std::nullopt;
  }

  std::uint64_t requests = 0;
  int seconds = 0;
};

// A store that has what its owner says.
class Store final : public observe::TraceSource {
 public:
  Result<void> probe(Duration) override { return {}; }
  std::string name() const override { return "the test's"; }
  Result<std::vector<std::vector<evidence::Span>>> traces(std::span<const std::string> ids,
                                                          Duration) override {
    ++calls;
    if (is_dead) return Error(ErrorKind::kNetwork, "nothing answers there");
    std::vector<std::vector<evidence::Span>> found;
    for (const std::string& id : ids) {
      std::vector<evidence::Span>& spans = found.emplace_back();
      if (has(id)) spans.resize(2);
      for (evidence::Span& span : spans) span.trace_id = id;
    }
    return found;
  }

  std::function<bool(const std::string&)> has = [](const std::string&) { return true; };
  bool is_dead = false;
  int calls = 0;
};

class Recorder : public ::testing::Test {
 protected:
  Recorder() {
    auto store = std::make_unique<Store>();
    store_ = store.get();
    layer_.source = std::move(store);
  }
  void open() {
    recorder_ = std::make_unique<TraceRecorder>(
        driver_, plan_, layer_,
        [this](const evidence::Span& span) { kept_.push_back(span.trace_id); });
  }
  void run(const std::string& profile) {
    ASSERT_TRUE(recorder_->run({.plan = plan_, .profile = profile}, next_));
  }

  plan::Plan plan_ = plan_of();
  Driver driver_;
  Next next_;
  TraceLayer layer_;
  Store* store_ = nullptr;
  std::vector<std::string> kept_;
  std::vector<std::string> problems_;
  std::unique_ptr<TraceRecorder> recorder_;
};

TEST_F(Recorder, LooksForASampleAndKeepsItsSpans) {
  open();
  run("steady");
  run("steady");
  const auto results = recorder_->finish(problems_);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].profile, "steady");
  EXPECT_EQ(results[0].source, "the test's");
  EXPECT_EQ(results[0].requests, 60);
  EXPECT_EQ(results[0].flagged, 24);
  EXPECT_EQ(results[0].asked, 24);
  EXPECT_EQ(results[0].found, 24);
  EXPECT_EQ(results[0].slow_found, 6);
  EXPECT_EQ(results[0].kept_spans, 48);
  EXPECT_TRUE(results[0].is_observed);
  EXPECT_THAT(kept_, SizeIs(48));
  EXPECT_THAT(problems_, IsEmpty());
  EXPECT_EQ(next_.requests, 60);
  EXPECT_EQ(next_.seconds, 6);
}

TEST_F(Recorder, CountsEachProfileForItself) {
  open();
  run("steady");
  run("spike");
  const auto results = recorder_->finish(problems_);
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[0].flagged, 12);
  EXPECT_EQ(results[1].profile, "spike");
}

TEST_F(Recorder, LetsDryRunsAndPlansWithoutTracesAlone) {
  open();
  run("");
  layer_.source = nullptr;
  run("steady");
  EXPECT_THAT(driver_.runs, ::testing::Each(0));
  EXPECT_THAT(recorder_->finish(problems_), IsEmpty());
}

TEST_F(Recorder, ADeadSourceIsAskedOnceAndSaid) {
  store_->is_dead = true;
  open();
  run("steady");
  const auto results = recorder_->finish(problems_);
  EXPECT_EQ(store_->calls, 1);
  EXPECT_FALSE(results[0].is_observed);
  EXPECT_EQ(results[0].asked, 0);
  ASSERT_THAT(problems_, SizeIs(1));
  EXPECT_THAT(problems_[0], HasSubstr("traces of steady are missing: nothing answers there"));
}

TEST_F(Recorder, SaysHowManyWereNotLookedFor) {
  driver_.lost = 7;
  open();
  run("steady");
  recorder_->finish(problems_);
  ASSERT_THAT(problems_, SizeIs(1));
  EXPECT_THAT(problems_[0], HasSubstr("7 requests of steady"));
}

TEST_F(Recorder, MatchesWhatOurReceiverGets) {
  layer_.receiver = *observe::OtlpReceiver::listen({.port = 0});
  layer_.source = observe::received_traces(*layer_.receiver);
  httplib::Client exporter(layer_.receiver->url());
  driver_.on_sent = [&](const std::string& id) {
    const std::string body = fmt::format(
        R"({{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{}",
           "spanId":"0b0b0b0b0b0b0b0b","startTimeUnixNano":"1","endTimeUnixNano":"2"}}]}}]}}]}})",
        id);
    exporter.Post("/v1/traces", body, "application/json");
  };
  open();
  run("steady");
  const TimePoint start = monotonic_now();
  const auto results = recorder_->finish(problems_);
  EXPECT_LT(monotonic_now() - start, std::chrono::seconds(4)) << "nothing is missing";
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].found, 12);
  EXPECT_EQ(results[0].asked, 12);
  EXPECT_EQ(results[0].spans, 12);
  EXPECT_EQ(std::set(kept_.begin(), kept_.end()), std::set(driver_.ids.begin(), driver_.ids.end()));
}

}  // namespace
}  // namespace proofload::certify
