#include "certify/trace_canaries.h"

#include <functional>
#include <mutex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/test_server.h"

namespace proofload::certify {
namespace {

using evidence::CheckResult;
using evidence::CheckState;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

// A request as a sampler sees it.
struct Seen {
  bool is_sampled = false;
  std::size_t number = 0;
  std::string path;
};

// What the service's traces are kept in.
class Kept final : public observe::TraceSource {
 public:
  Result<void> probe(Duration) override {
    if (is_dead) return Error(ErrorKind::kNetwork, "nothing answers there");
    return {};
  }
  std::string name() const override { return "the test's"; }
  Result<std::vector<std::vector<evidence::Span>>> traces(std::span<const std::string> ids,
                                                          Duration) override {
    const std::lock_guard lock(mutex);
    std::vector<std::vector<evidence::Span>> found;
    for (const std::string& id : ids) found.emplace_back(kept.contains(id) ? 1 : 0);
    return found;
  }

  bool is_dead = false;
  std::mutex mutex;
  std::set<std::string> kept;
};

class Canary : public ::testing::Test {
 protected:
  Canary() {
    auto kept = std::make_unique<Kept>();
    kept_ = kept.get();
    layer_.source = std::move(kept);
    plan_.service.endpoints = {{"list", "GET", "/list"}};
  }

  // With a service that samples so.
  CheckResult check(std::function<bool(const Seen&)> samples) {
    observe::TestServer service;
    std::size_t number = 0;
    service.http().Get(".*", [&](const httplib::Request& request, httplib::Response&) {
      const std::string parent = request.get_header_value("traceparent");
      const std::lock_guard lock(kept_->mutex);
      const Seen seen{parent.ends_with("-01"), number++, request.path};
      paths_.insert(request.path);
      if (parent.size() == 55 && samples(seen)) kept_->kept.insert(parent.substr(3, 32));
    });
    service.start();
    plan_.service.base_url = service.url();
    return check_trace_sampling(plan_, layer_, milliseconds(600));
  }

  Kept* kept_ = nullptr;
  TraceLayer layer_;
  plan::Plan plan_;
  std::set<std::string> paths_;
};

TEST_F(Canary, SeesASamplerThatObeysOurFlag) {
  const CheckResult result = check([](const Seen& seen) { return seen.is_sampled; });
  EXPECT_EQ(result.state, CheckState::kPass);
  EXPECT_EQ(result.evidence,
            "the test's: of 20 requests with the sampled flag 20 were found, of 20 without it 0: "
            "the service obeys the flag, so the load carries it; tail sampling is not provable: "
            "the plan names no `slow_request`");
  EXPECT_THAT(paths_, ::testing::ElementsAre("/list"));
}

TEST_F(Canary, SeesThatEveryTraceIsKept) {
  const CheckResult result = check([](const Seen&) { return true; });
  EXPECT_EQ(result.state, CheckState::kPass);
  EXPECT_THAT(result.evidence, HasSubstr("every trace is kept"));
}

TEST_F(Canary, SeesASamplerThatDecidesByItself) {
  const CheckResult result = check([](const Seen& seen) { return seen.number % 3 == 0; });
  EXPECT_EQ(result.state, CheckState::kPass);
  EXPECT_THAT(result.evidence, HasSubstr("samples by itself, whatever our flag says"));
}

TEST_F(Canary, SeesASamplerThatKeepsTooFew) {
  plan_.observe.min_sampling = 0.5;
  const CheckResult result = check([](const Seen& seen) { return seen.number % 10 == 0; });
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_EQ(result.hint, "sample 50 % or more under load");
}

TEST_F(Canary, IsNotFoundWhereNothingIsTraced) {
  const CheckResult result = check([](const Seen&) { return false; });
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_THAT(result.evidence, HasSubstr("none of 40 traces was found within 600ms"));
  EXPECT_THAT(result.hint, HasSubstr("take over `traceparent`"));
}

TEST_F(Canary, ProvesThatASlowTraceIsKeptWhenThePlanNamesASlowRequest) {
  plan_.observe.slow_request = "/slow";
  const CheckResult kept = check([](const Seen& seen) { return seen.is_sampled; });
  EXPECT_EQ(kept.state, CheckState::kPass);
  EXPECT_THAT(kept.evidence, ::testing::ContainsRegex("a request of [0-9]+ ms was found, too"));
  EXPECT_TRUE(paths_.contains("/slow"));

  const CheckResult lost =
      check([](const Seen& seen) { return seen.is_sampled && seen.path != "/slow"; });
  EXPECT_EQ(lost.state, CheckState::kWarn);
  EXPECT_THAT(lost.evidence, HasSubstr("NOT found: tail sampling does not keep it"));
}

TEST_F(Canary, IsNotSentWhereNobodyCouldFindIt) {
  kept_->is_dead = true;
  const CheckResult result = check([](const Seen&) { return true; });
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_EQ(result.evidence, "nothing answers there");
  EXPECT_TRUE(paths_.empty());
}

TEST(TraceLayer, SaysThatItsPortIsTaken) {
  plan::Observe observe;
  const auto other = *observe::OtlpReceiver::listen({.port = 0});
  observe.otlp_receiver = fmt::format("127.0.0.1:{}", other->port());
  const TraceLayer layer = open_trace_layer(observe);
  EXPECT_EQ(layer.source, nullptr);
  const CheckResult result = check_trace_sampling({}, layer);
  EXPECT_EQ(result.state, CheckState::kFail);
  EXPECT_THAT(result.evidence, HasSubstr("cannot receive traces"));
}

TEST(TraceLayer, IsNothingWithoutTracesInThePlan) {
  const TraceLayer layer = open_trace_layer({});
  EXPECT_EQ(layer.source, nullptr);
  EXPECT_EQ(layer.receiver, nullptr);
  EXPECT_FALSE(layer.problem);
}

}  // namespace
}  // namespace proofload::certify
