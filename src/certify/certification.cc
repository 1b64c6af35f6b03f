#include "certify/certification.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "analysis/usl.h"
#include "base/duration.h"
#include "certify/conservation.h"
#include "certify/judge_slos.h"
#include "certify/profile_listener.h"
#include "certify/sent_load.h"

namespace proofload::certify {
namespace {

using evidence::ProfileResult;
using evidence::ProfileState;

// Counts what a journey requests.
class RequestCounter final : public LoadListener {
 public:
  explicit RequestCounter(std::size_t rows) : counts_(rows + 1) {}
  void on_requests(std::size_t row, const metrics::Histogram* answered,
                   std::uint64_t failed) override {
    counts_.at(row) += (answered == nullptr ? 0 : answered->count()) + failed;
    failed_ += failed;
  }
  std::optional<std::string> on_second(const SecondFacts&) override { return std::nullopt; }

  const std::vector<std::uint64_t>& counts() const { return counts_; }
  std::uint64_t failed() const { return failed_; }

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t failed_ = 0;
};

load::Scenario dry_scenario(const plan::Journey& journey) {
  load::Scenario scenario;
  scenario.name = journey.name;
  scenario.exec = journey.exec;
  load::SharedIterationsConfig config;
  config.vus = 1;
  config.iterations = kDryIterations;
  config.max_duration = std::chrono::minutes(1);
  scenario.executor = config;
  return scenario;
}

}  // namespace

Certification::Certification(const plan::Plan& plan, CertifyOptions options, LoadDriver& driver,
                             CertifyProgress& progress, const RunFolder* folder)
    : plan_(plan),
      options_(std::move(options)),
      driver_(driver),
      progress_(progress),
      folder_(folder) {}

Certification::~Certification() = default;

Result<plan::JourneyShapes> Certification::measure_journeys() {
  plan::JourneyShapes shapes;
  for (const plan::Journey& journey : plan_.load.journeys) {
    RequestCounter counter(plan_.service.endpoints.size());
    LoadOrder order{.plan = plan_, .scenarios = {}, .script_scenario = {}, .profile = {}};
    order.scenarios.push_back(dry_scenario(journey));
    const LoadOutcome outcome = PL_TRY(driver_.run(order, counter));
    if (outcome.error) return *outcome.error;
    plan::JourneyShape shape{.took = outcome.took / kDryIterations, .requests = {}};
    for (std::size_t row = 0; row < counter.counts().size(); ++row) {
      const bool is_named = row < plan_.service.endpoints.size();
      const double each = static_cast<double>(counter.counts()[row]) / kDryIterations;
      if (each > 0) shape.requests[is_named ? plan_.service.endpoints[row].name : ""] += each;
    }
    if (shape.requests.empty()) {
      return Error(ErrorKind::kScript,
                   fmt::format("the journey `{}` sent no request in {} iterations", journey.name,
                               kDryIterations))
          .with_hint(fmt::format("run it alone: proofload run {}", plan_.load.script));
    }
    shapes[journey.name] = std::move(shape);
  }
  return shapes;
}

bool Certification::is_wanted(const plan::Profile& profile) const {
  return options_.only.empty() ||
         std::find(options_.only.begin(), options_.only.end(), profile.name) != options_.only.end();
}

Duration Certification::scaled(Duration duration) const {
  const auto scaled =
      Duration(std::llround(static_cast<double>(duration.count()) * options_.time_scale));
  const Duration least = std::chrono::seconds(1);
  return duration == Duration::zero() ? duration : std::max(scaled, least);
}

void Certification::run_profiles(const plan::JourneyShapes& shapes, evidence::Result& result) {
  shapes_ = &shapes;
  requests_per_journey_ = 0;
  for (const auto& [name, share] : plan::shares(plan_.load.journeys)) {
    requests_per_journey_ += share * shapes.at(name).all_requests();
  }
  bool is_over = false;
  bool is_first = true;
  for (const plan::Profile& profile : plan_.load.profiles) {
    ProfileResult skipped{
        .name = profile.name, .load = plan::describe(profile), .state = ProfileState::kSkipped};
    if (!is_wanted(profile)) {
      skipped.reasons.emplace_back("not asked for");
      result.profiles.push_back(std::move(skipped));
      continue;
    }
    if (is_over) {
      skipped.reasons.emplace_back("an earlier profile had already decided");
      result.profiles.push_back(std::move(skipped));
      continue;
    }
    for (std::int64_t i = 0; i < profile.repeat && !is_over; ++i) {
      ProfileResult ran = is_first ? run_profile(profile) : run_after_reset(profile);
      is_first = false;
      if (profile.repeat > 1) ran.name += fmt::format("#{}", i + 1);
      const bool is_broken = std::any_of(
          ran.slos.begin(), ran.slos.end(),
          [](const evidence::SloResult& slo) { return slo.state == evidence::SloState::kBroken; });
      const bool is_ended =
          ran.state == ProfileState::kHalted || ran.state == ProfileState::kAborted;
      is_over = is_ended || (is_broken && !options_.keeps_going);
      result.profiles.push_back(std::move(ran));
    }
  }
  result.failures = std::move(failures_);
  result.events.insert(result.events.end(), events_.begin(), events_.end());
  for (const std::string& version : versions_) {
    result.service_version += (result.service_version.empty() ? "" : ", ") + version;
  }
}

ProfileResult Certification::run_after_reset(const plan::Profile& profile) {
  if (options_.reset == nullptr) return run_profile(profile);
  progress_.say("the data is put back: " + plan_.service.dataset->reset);
  const auto done = options_.reset();
  if (done) return run_profile(profile);
  return {.name = profile.name,
          .load = plan::describe(profile),
          .state = ProfileState::kInvalid,
          .reasons = {done.error().message()}};
}

ProfileResult Certification::run_profile(const plan::Profile& profile) {
  progress_.say(fmt::format("{}: {}", profile.name, plan::describe(profile)));
  if (std::holds_alternative<plan::SpikeLoad>(profile.load)) return run_spike(profile);
  if (std::holds_alternative<plan::CapacityLoad>(profile.load)) return run_capacity(profile);
  return run_hold(profile);
}

void Certification::take_profiles(const std::string& profile, const ProfileLog& log,
                                  Duration second) {
  ProfileCapture* capture = options_.profiles;
  if (capture == nullptr || !capture->can_capture()) return;
  const auto slo = onset_->check(log, second);
  const auto asked = capture->asked();
  if (!slo && !asked) return;
  const std::string reason = slo ? *slo + " began to break" : *asked;
  if (capture->start(profile, reason)) note(profile, "profiles are taken: " + reason);
}

void Certification::note(const std::string& profile, const std::string& text) {
  progress_.say(fmt::format("{}: {}", profile, text));
  events_.push_back({.at = wall_now(), .profile = profile, .text = text});
}

ProfileResult Certification::send(const plan::Profile& profile, const LoadOrder& order,
                                  const Hold& hold) {
  ProfileResult result{.name = profile.name, .load = plan::describe(profile)};
  result.measured_from = hold.measured_from;
  result.started = wall_now();
  const bool has_rate = !hold.stages.empty();
  listener_ = std::make_unique<ProfileListener>(ProfileListener::Config{
      .plan = plan_,
      .expected = hold.expected,
      .offered = [this, has_rate, hold](Duration at) -> std::optional<double> {
        if (!has_rate) return std::nullopt;
        return plan::rate_at(hold.start_per_second, hold.stages, at) * requests_per_journey_;
      },
      .asked_to_halt = [this]() -> std::optional<std::string> {
        return folder_ == nullptr ? std::nullopt : folder_->halt_request();
      },
      .asked_to_lower = [this]() -> std::optional<LoadRequest> {
        return folder_ == nullptr ? std::nullopt : load_request(folder_->path());
      },
      .replicas = options_.replicas,
      .on_notice = [this, &profile](const std::string& text) { note(profile.name, text); },
      .on_second =
          [this, &profile, hold](const evidence::Second& second, const ProfileLog& log) {
            progress_.second(profile.name, hold.expected, second);
            take_profiles(profile.name, log, second.since_start);
          }});
  onset_.emplace(plan_);
  if (options_.conservation != nullptr) options_.conservation->begin();
  const auto outcome = driver_.run(order, *listener_);
  if (!outcome) {
    result.state = ProfileState::kInvalid;
    result.reasons.push_back(outcome.error().message());
    return result;
  }
  result.took = outcome->took;
  for (const std::string& version : outcome->versions) {
    if (std::find(versions_.begin(), versions_.end(), version) == versions_.end()) {
      versions_.push_back(version);
    }
  }
  judge_sent_load({.plan = plan_,
                   .shapes = *shapes_,
                   .outcome = *outcome,
                   .listener = *listener_,
                   .versions = versions_,
                   .is_mix_planned = order.script_scenario.empty()},
                  result);
  for (evidence::FailureSample failure : outcome->failures) {
    failure.profile = profile.name;
    failures_.push_back(std::move(failure));
  }
  if (options_.conservation != nullptr) options_.conservation->end(*outcome, result);
  std::vector<std::string> names;
  for (const plan::Endpoint& endpoint : plan_.service.endpoints) names.push_back(endpoint.name);
  names.emplace_back("(other)");
  result.endpoints = listener_->log().endpoints(names, hold.measured_from);
  result.seconds = listener_->log().seconds();
  return result;
}

ProfileResult Certification::run_hold(const plan::Profile& profile) {
  const auto& load = std::get<plan::HoldLoad>(profile.load);
  LoadOrder order{
      .plan = plan_, .scenarios = {}, .script_scenario = load.scenario, .profile = profile.name};
  plan::Profile scaled_profile = profile;
  auto& scaled_load = std::get<plan::HoldLoad>(scaled_profile.load);
  scaled_load.ramp = scaled(load.ramp);
  scaled_load.hold = scaled(load.hold);
  scaled_load.warm_up = load.warm_up == Duration::zero() ? load.warm_up : scaled(load.warm_up);
  Hold hold{.measured_from = scaled_load.ramp + scaled_load.warm_up,
            .expected = scaled_load.ramp + scaled_load.hold};
  if (load.vus) {
    order.scenarios = plan::compile_vus(plan_, scaled_load);
  } else if (load.scenario.empty()) {
    hold.stages = plan::stages_of(scaled_profile, requests_per_journey_, hold.start_per_second);
    hold.max_vus = plan::max_vus(profile, plan::arithmetic(plan_, profile, *shapes_));
    order.scenarios = plan::compile_rate(plan_, hold.start_per_second, hold.stages, hold.max_vus);
  }
  ProfileResult result = send(profile, order, hold);
  if (result.seconds.empty()) return result;
  result.slos = judge_hold(plan_, profile, listener_->log(), result);
  return result;
}

ProfileResult Certification::run_spike(const plan::Profile& profile) {
  plan::Profile scaled_profile = profile;
  auto& load = std::get<plan::SpikeLoad>(scaled_profile.load);
  load.rise = scaled(load.rise);
  load.hold = scaled(load.hold);
  load.recover_within = scaled(load.recover_within);
  Hold hold;
  hold.stages = plan::stages_of(scaled_profile, requests_per_journey_, hold.start_per_second);
  for (const plan::RateStage& stage : hold.stages) hold.expected += stage.duration;
  hold.max_vus = plan::max_vus(profile, plan::arithmetic(plan_, profile, *shapes_));
  LoadOrder order{
      .plan = plan_,
      .scenarios = plan::compile_rate(plan_, hold.start_per_second, hold.stages, hold.max_vus),
      .script_scenario = {},
      .profile = profile.name};
  ProfileResult result = send(profile, order, hold);
  if (result.seconds.empty()) return result;
  result.slos = judge_spike(plan_, scaled_profile, listener_->log(), result);
  return result;
}

// Up the stairs until a step breaks an SLO, then halves the last one three times.
ProfileResult Certification::run_capacity(const plan::Profile& profile) {
  constexpr int kStepsMax = 40;
  constexpr int kHalvings = 3;
  const auto& load = std::get<plan::CapacityLoad>(profile.load);
  ProfileResult whole{.name = profile.name, .load = plan::describe(profile)};
  whole.started = wall_now();
  CapacitySearch search(load.from_per_second, load.step_per_second, kStepsMax, kHalvings);
  while (const auto rate = search.next()) {
    plan::Profile step = profile;
    plan::HoldLoad held{.per_second = *rate, .unit = load.unit};
    held.hold = load.hold.value_or(std::chrono::seconds(30));
    held.warm_up = std::min<Duration>(held.hold / 6, std::chrono::seconds(5));
    step.load = held;
    progress_.say(fmt::format("{}: {:.6g} {}/s", profile.name, *rate, unit_name(load.unit)));
    ProfileResult ran = run_hold(step);
    const bool is_stopped =
        ran.state == ProfileState::kHalted || ran.state == ProfileState::kAborted;
    if (is_stopped || ran.state == ProfileState::kInvalid) {
      whole.state = ran.state == ProfileState::kHalted ? ProfileState::kValid : ran.state;
      whole.reasons = ran.reasons;
    }
    // A step that was lowered shows no limit of the service.
    const bool is_lowered = ran.state == ProfileState::kIncomplete && ran.withheld_iterations > 0;
    if (is_lowered) whole.reasons = ran.reasons;
    if (!is_lowered) {
      search.note(is_step_good(ran), served_per_second(ran));
      const double journeys =
          load.unit == plan::RateUnit::kJourneys ? *rate : *rate / requests_per_journey_;
      whole.levels.push_back(level_of(ran, listener_->log(), journeys));
    }
    append_step(whole, std::move(ran));
    if (is_lowered) {
      whole.state = ProfileState::kIncomplete;
      break;
    }
    if (is_stopped || whole.state == ProfileState::kInvalid) break;
    whole.state = ProfileState::kValid;
  }
  whole.took = wall_now() - whole.started;
  whole.scaling = analysis::fit_scaling(whole.levels);
  whole.slos = judge_capacity(profile, search, requests_per_journey_, whole);
  return whole;
}

}  // namespace proofload::certify
