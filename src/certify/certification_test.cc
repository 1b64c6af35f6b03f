#include "certify/certification.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::certify {
namespace {

using evidence::ProfileResult;
using evidence::ProfileState;
using evidence::SloState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kPlan = R"(version: 1
name: t
service: {environment: test, base_url: "http://127.0.0.1:1", endpoints: {get: GET /}}
slos:
  - {id: p95, latency: {p95: 100ms}}
  - {id: errors, error_rate: {max: 2%}}
load:
  script: s.js
  journeys: {get: {}}
  profiles:
    PROFILE
observe: {scrape: ["http://127.0.0.1:1/metrics"]}
safety: {halt_when: ["error_rate > 50% for 3s", "served < 20% of offered for 5s"], halt_owner: {role: a, contact: b}, allow_targets: [127.0.0.1:1], max_requests: 2000/s}
)";

// What a service does at a rate of requests a second, in the n-th second of a load.
struct Behaviour {
  double latency_ms = 5;
  double failed_share = 0;
  double dropped_share = 0;
  bool is_generator_late = false;
};
using Model = std::function<Behaviour(double rate, int second)>;

// Sends an arrival rate in no time: a request for each iteration.
class FakeDriver final : public LoadDriver {
 public:
  explicit FakeDriver(Model model) : model_(std::move(model)) {}

  Result<std::map<std::string, std::string>> files(const plan::Plan&) override {
    return std::map<std::string, std::string>{};
  }

  Result<LoadOutcome> run(const LoadOrder& order, LoadListener& listener) override {
    LoadOutcome outcome;
    const auto* load =
        std::get_if<load::RampingArrivalRateConfig>(&order.scenarios.front().executor);
    if (load == nullptr) return dry(listener);
    std::vector<plan::RateStage> stages;
    int seconds = 0;
    for (const load::Stage& stage : load->stages) {
      stages.push_back({*stage.duration, static_cast<double>(*stage.target) / 1000});
      seconds += static_cast<int>(to_seconds(*stage.duration));
    }
    const double start = static_cast<double>(*load->start_rate) / 1000;
    int at = 0;
    for (; at < seconds && !outcome.was_stopped; ++at) {
      const double rate = plan::rate_at(start, stages, std::chrono::milliseconds(at * 1000 + 500));
      outcome.was_stopped = send_second(rate, at, listener);
    }
    outcome.took = std::chrono::seconds(at);
    outcome.versions = versions;
    sent_seconds.push_back(at);
    return outcome;
  }

  std::vector<std::string> versions{"1.0"};
  std::vector<int> sent_seconds;  // of each load

 private:
  static Result<LoadOutcome> dry(LoadListener& listener) {
    metrics::PageSlab slab;
    metrics::Histogram answered;
    for (int i = 0; i < 3; ++i) answered.record(5, slab);
    listener.on_requests(0, &answered, 0);
    answered.clear(slab);
    return LoadOutcome{.took = std::chrono::milliseconds(300)};
  }

  bool send_second(double rate, int at, LoadListener& listener) const {
    const Behaviour behaviour = model_(rate, at);
    metrics::PageSlab slab;
    metrics::Histogram answered;
    const auto all = static_cast<std::uint64_t>(rate);
    const auto dropped = static_cast<std::uint64_t>(rate * behaviour.dropped_share);
    const auto failed = static_cast<std::uint64_t>(rate * behaviour.failed_share);
    for (std::uint64_t i = 0; i < all - dropped - failed; ++i) {
      answered.record(behaviour.latency_ms, slab);
    }
    listener.on_requests(0, &answered, failed);
    answered.clear(slab);
    return listener
        .on_second({.since_start = std::chrono::seconds(at),
                    .vus = 1,
                    .started_iterations = all - dropped,
                    .dropped_iterations = dropped,
                    .is_generator_late = behaviour.is_generator_late})
        .has_value();
  }

  Model model_;
};

class NoProgress final : public CertifyProgress {
 public:
  void say(std::string_view) override {}
  void second(const std::string&, Duration, const evidence::Second&) override {}
};

class CertificationTest : public ::testing::Test {
 protected:
  evidence::Result certify(const std::string& profiles, const Model& model,
                           CertifyOptions options = {}) {
    std::string text(kPlan);
    text.replace(text.find("PROFILE"), 7, profiles);
    plan::Diagnostics diagnostics;
    const plan::Plan plan = plan::read_plan(text, ".", {}, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render("plan", text);
    driver_ = std::make_unique<FakeDriver>(model);
    driver_->versions = versions_;
    NoProgress progress;
    Certification certification(plan, std::move(options), *driver_, progress, nullptr);
    const auto shapes = certification.measure_journeys();
    EXPECT_TRUE(shapes);
    evidence::Result result;
    certification.run_profiles(*shapes, result);
    return result;
  }
  static SloState state_of(const ProfileResult& profile, std::string_view id) {
    for (const evidence::SloResult& slo : profile.slos) {
      if (slo.id == id) return slo.state;
    }
    ADD_FAILURE() << id << " was not judged";
    return SloState::kInvalid;
  }

  std::vector<std::string> versions_{"1.0"};
  std::unique_ptr<FakeDriver> driver_;
};

constexpr const char* kSteady = "steady: {journeys: 50/s, ramp: 5s, hold: 20s, warm_up: 5s}";

TEST_F(CertificationTest, AHealthyServiceMeetsItsSlosInAValidProfile) {
  const auto result = certify(kSteady, [](double, int) { return Behaviour{}; });
  const ProfileResult& steady = result.profiles.at(0);
  EXPECT_EQ(steady.state, ProfileState::kValid);
  EXPECT_EQ(state_of(steady, "p95"), SloState::kMet);
  EXPECT_EQ(state_of(steady, "errors"), SloState::kMet);
  EXPECT_EQ(steady.slos[0].samples, 15 * 50);
  EXPECT_EQ(result.service_version, "1.0");
}

TEST_F(CertificationTest, RampAndWarmUpDoNotCount) {
  const auto result = certify(kSteady, [](double, int second) {
    return Behaviour{.latency_ms = second < 10 ? 900.0 : 5.0};
  });
  EXPECT_EQ(state_of(result.profiles.at(0), "p95"), SloState::kMet);
}

TEST_F(CertificationTest, AHaltRuleStopsTheLoadInTheSecondItBecomesTrue) {
  const auto result = certify(kSteady, [](double, int second) {
    return Behaviour{.failed_share = second >= 8 ? 1.0 : 0.0};
  });
  const ProfileResult& steady = result.profiles.at(0);
  EXPECT_EQ(steady.state, ProfileState::kHalted);
  EXPECT_THAT(steady.reasons.at(0), HasSubstr("error_rate > 50% for 3s: 100.0 % of requests"));
  EXPECT_EQ(driver_->sent_seconds.at(0), 11);
}

TEST_F(CertificationTest, ASlowServiceThatEatsAllVusIsIncompleteAndBroken) {
  const auto result = certify(
      kSteady, [](double, int) { return Behaviour{.latency_ms = 400, .dropped_share = 0.3}; });
  const ProfileResult& steady = result.profiles.at(0);
  EXPECT_EQ(steady.state, ProfileState::kIncomplete);
  EXPECT_EQ(state_of(steady, "p95"), SloState::kBroken);
  EXPECT_EQ(state_of(steady, "errors"), SloState::kUndecided);
}

TEST_F(CertificationTest, ALateGeneratorMakesItInvalid) {
  const auto result = certify(kSteady, [](double, int second) {
    return Behaviour{.latency_ms = 400, .is_generator_late = second % 2 == 0};
  });
  EXPECT_EQ(result.profiles.at(0).state, ProfileState::kInvalid);
  EXPECT_EQ(state_of(result.profiles.at(0), "p95"), SloState::kInvalid);
}

TEST_F(CertificationTest, AnotherVersionInMidRunMakesItInvalid) {
  versions_ = {"1.0", "1.1"};
  const auto result = certify(kSteady, [](double, int) { return Behaviour{}; });
  EXPECT_EQ(result.profiles.at(0).state, ProfileState::kInvalid);
  EXPECT_THAT(result.profiles.at(0).reasons.at(0), HasSubstr("versions 1.0, 1.1"));
}

TEST_F(CertificationTest, AfterABrokenSloTheOtherProfilesAreSkippedUnlessItKeepsGoing) {
  const std::string both = std::string("gate: {journeys: 50/s, hold: 20s}\n    ") + kSteady;
  const Model slow = [](double, int) { return Behaviour{.latency_ms = 400}; };
  EXPECT_EQ(certify(both, slow).profiles.at(1).state, ProfileState::kSkipped);
  EXPECT_EQ(certify(both, slow, {.keeps_going = true}).profiles.at(1).state, ProfileState::kValid);
}

TEST_F(CertificationTest, ASoakThatCreepsIsBrokenAlthoughEverySloHolds) {
  const std::string soak = "soak: {journeys: 20/s, hold: 1h, latency_creep_max: 5%/h}";
  const auto result = certify(
      soak, [](double, int second) { return Behaviour{.latency_ms = 40 + second / 100.0}; });
  EXPECT_EQ(state_of(result.profiles.at(0), "p95"), SloState::kMet);
  EXPECT_EQ(state_of(result.profiles.at(0), "latency-creep"), SloState::kBroken);
}

TEST_F(CertificationTest, ASpikeIsJudgedByErrorsAndBySoonItRecovers) {
  const std::string spike =
      "spike: {base: 50/s, peak: 500/s, unit: journeys, rise: 5s, hold: 10s, error_rate_max: 5%, "
      "recover_within: 30s}";
  // The peak ends after 30 + 5 + 10 + 5 seconds; it is slow for twelve more.
  const auto result = certify(spike, [](double rate, int second) {
    return Behaviour{.latency_ms = rate > 100 || (second >= 40 && second < 62) ? 700.0 : 5.0};
  });
  const ProfileResult& profile = result.profiles.at(0);
  ASSERT_EQ(profile.slos.at(1).id, "spike-recovery");
  EXPECT_EQ(profile.slos.at(1).value, 12);
  EXPECT_EQ(profile.slos.at(1).state, SloState::kMet);
  EXPECT_EQ(state_of(profile, "spike-errors"), SloState::kMet);
}

TEST_F(CertificationTest, ASpikeThatIsStillBadAtTheEndHasNotRecovered) {
  const std::string spike =
      "spike: {base: 50/s, peak: 500/s, unit: journeys, rise: 5s, hold: 10s, recover_within: 20s}";
  const auto result = certify(
      spike, [](double, int second) { return Behaviour{.latency_ms = second > 30 ? 700.0 : 5.0}; });
  EXPECT_EQ(state_of(result.profiles.at(0), "spike-recovery"), SloState::kBroken);
}

TEST_F(CertificationTest, CapacityIsTheLastRateThatHeldBracketedByTheFirstThatDidNot) {
  const std::string capacity = "capacity: {from: 50/s, step: 50/s, unit: journeys, hold: 20s}";
  const auto result = certify(capacity, [](double rate, int) {
    return Behaviour{.latency_ms = rate > 330 ? 500.0 : 20.0};
  });
  const ProfileResult& profile = result.profiles.at(0);
  ASSERT_EQ(profile.slos.at(0).id, "capacity");
  EXPECT_EQ(profile.slos.at(0).state, SloState::kMet);
  // 50, 100 ... 300 hold, 350 does not; then 325 does, 337.5 and 331.25 do not.
  EXPECT_EQ(profile.slos.at(0).value, 325);
  EXPECT_EQ(profile.slos.at(0).interval->high, 331.25);
  EXPECT_EQ(driver_->sent_seconds.size(), 10);
}

TEST_F(CertificationTest, WithoutALimitCapacitySaysThatItFoundNone) {
  const std::string capacity = "capacity: {from: 100/s, step: 50/s, unit: journeys, hold: 20s}";
  const auto result = certify(capacity, [](double, int) { return Behaviour{}; });
  const ProfileResult& profile = result.profiles.at(0);
  EXPECT_THAT(profile.slos.at(0).reason, HasSubstr("the limit was not found"));
}

TEST_F(CertificationTest, MoreThanThePlansMaximumIsHalted) {
  const auto result =
      certify("steady: {journeys: 5000/s, hold: 10s}", [](double, int) { return Behaviour{}; });
  EXPECT_EQ(result.profiles.at(0).state, ProfileState::kHalted);
  EXPECT_EQ(driver_->sent_seconds.at(0), 1);
}

TEST_F(CertificationTest, AScaledProfileIsShorter) {
  certify(kSteady, [](double, int) { return Behaviour{}; }, {.time_scale = 0.2});
  EXPECT_THAT(driver_->sent_seconds, ElementsAre(5));
}

}  // namespace
}  // namespace proofload::certify
