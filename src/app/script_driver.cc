#include "app/script_driver.h"

#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "app/signal_watch.h"
#include "base/log.h"
#include "metrics/frame.h"
#include "run/load_run.h"

namespace proofload::app {
namespace {

// With a free VU an iteration starts at its time; when half of a second's are this late, we are the
// reason. (A single late one is a noisy machine's, and its lag is part of what is measured.)
constexpr double kLagMaxMs = 10;

// One load, from the script's init to its teardown.
class PlannedRun {
 public:
  PlannedRun(TestSession& session, certify::LoadListener& listener)
      : session_(session), listener_(listener) {}

  // On VU 0's fiber.
  Result<certify::LoadOutcome> run() {
    const SignalWatch signals(session_.loop(), [this](int signal) {
      outcome_.was_aborted = true;
      interrupt(signal_error(signal));
    });
    PL_TRY(session_.load());
    load_run_ = std::make_unique<run::LoadRun>(load_config());
    load_run_->set_share(listener_.wanted_permille());
    session_.state().abort = [this](k6::AbortRequest request) {
      session_.loop().post([this, request = std::move(request)] {
        interrupt(Error(ErrorKind::kScriptAborted, request.reason));
      });
    };
    const run::RunOutcome ended = load_run_->run();
    if (has_open_second_) {
      close_second();
    } else {
      pass_traces();
    }
    if (ended.error && !outcome_.was_stopped && !outcome_.was_aborted) outcome_.error = ended.error;
    outcome_.took = ended.test_run_duration;
    outcome_.generator_problems = load_run_->self_watch().warnings();
    outcome_.versions = session_.state().versions.seen();
    if (const auto* traces = session_.state().traces) {
      outcome_.lost_traces = traces->dropped_count();
    }
    take_failures();
    // A request that was on its way when its iteration was interrupted is in no sample.
    outcome_.unanswered_by_service +=
        static_cast<std::uint64_t>(session_.state().iterations_interrupted.load());
    for (const auto& count : load_run_->counts()) outcome_.started[count.name] = count.started;
    return std::move(outcome_);
  }

 private:
  void interrupt(Error reason) {
    if (load_run_) return load_run_->abort(std::move(reason));
    session_.vu().interrupt();
  }

  run::LoadRunConfig load_config() {
    run::LoadRunConfig config = session_.load_config();
    config.on_frame = [this](const metrics::Frame& frame) { add(frame); };
    config.on_second = [this] { close_second(); };
    config.no_thresholds = true;
    return config;
  }

  static std::uint64_t sum_of(const metrics::Frame& frame, const metrics::Metric& metric) {
    const metrics::Sink* sink = frame.sinks().find(metric);
    return sink == nullptr ? 0 : sink->sample_count();
  }

  void add(const metrics::Frame& frame) {
    outcome_.answered_by_service += sum_of(frame, *session_.endpoints().answered());
    outcome_.unanswered_by_service += sum_of(frame, *session_.endpoints().unanswered());
    const auto& rows = session_.endpoints().rows();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const metrics::Sink* latency = frame.sinks().find(*rows[row].latency);
      const metrics::Sink* failures = frame.sinks().find(*rows[row].failures);
      const std::uint64_t failed = failures == nullptr ? 0 : failures->sample_count();
      const metrics::Histogram* answered = latency == nullptr ? nullptr : latency->trend();
      if (failed == 0 && (answered == nullptr || answered->count() == 0)) continue;
      listener_.on_requests(row, answered, failed);
      has_open_second_ = true;
    }
    const metrics::BuiltIn& builtin = session_.state().registry.builtin();
    if (const metrics::Sink* dropped = frame.sinks().find(builtin.dropped_iterations)) {
      if (dropped->counter() != nullptr) {
        second_.dropped_iterations += static_cast<std::uint64_t>(dropped->counter()->sum.value());
      }
    }
    const metrics::Sink* lag = frame.sinks().find(builtin.iteration_start_lag);
    if (lag == nullptr || lag->trend()->count() == 0) return;
    if (lag->trend()->percentile(0.5) > kLagMaxMs) second_.is_generator_late = true;
  }

  void pass_traces() {
    k6::RequestTraces* traces = session_.state().traces;
    if (traces == nullptr) return;
    traces->drain([this](const k6::TracedRequest& one) {
      listener_.on_traced(
          {.id = one.id, .row = one.row, .is_failed = one.is_failed, .latency_ms = one.latency_ms});
    });
  }

  // On the loop's stack.
  void close_second() {
    pass_traces();
    const load::RunStatus status = load_run_->snapshot().status;
    const std::int64_t saturated = load_run_->self_watch().saturated_intervals();
    const auto started =
        static_cast<std::uint64_t>(status.complete + status.interrupted + status.active_vus);
    second_.vus = status.active_vus;
    second_.started_iterations = started > started_ ? started - started_ : 0;
    second_.is_generator_late |= saturated > saturated_;
    note_withheld();
    if (auto reason = listener_.on_second(second_); reason && !outcome_.was_stopped) {
      outcome_.was_stopped = true;
      interrupt(Error(ErrorKind::kThresholds, *std::move(reason)));
    }
    load_run_->set_share(listener_.wanted_permille());
    second_ = {.since_start = second_.since_start + std::chrono::seconds(1)};
    started_ = std::max(started_, started);
    saturated_ = saturated;
    has_open_second_ = false;
  }

  void take_failures() {
    const auto& rows = session_.endpoints().rows();
    for (k6::FailedRequest& one : session_.state().failures.take()) {
      outcome_.failures.push_back({.profile = {},
                                   .endpoint = rows[one.row].name,
                                   .method = std::move(one.method),
                                   .url = std::move(one.url),
                                   .status = static_cast<std::uint64_t>(one.status),
                                   .error = std::move(one.error),
                                   .trace_id = std::move(one.trace_id),
                                   .body = std::move(one.body),
                                   .at = one.at,
                                   .kind_count = one.kind_count});
    }
  }

  void note_withheld() {
    std::uint64_t withheld = 0;
    for (const auto& count : load_run_->counts()) withheld += count.withheld;
    second_.withheld_iterations = withheld - std::exchange(withheld_, withheld);
    if (k6::CircuitBreaker* breaker = session_.state().breaker) {
      second_.notices = breaker->take_notices();
    }
  }

  TestSession& session_;
  certify::LoadListener& listener_;
  std::unique_ptr<run::LoadRun> load_run_;
  certify::LoadOutcome outcome_;
  certify::SecondFacts second_;
  std::uint64_t started_ = 0;
  std::uint64_t withheld_ = 0;
  std::int64_t saturated_ = 0;
  bool has_open_second_ = false;  // requests have come in since the last second was closed
};

}  // namespace

SessionRequest ScriptDriver::request(const plan::Plan& plan) const {
  SessionRequest request = base_;
  request.script = std::filesystem::path(plan.folder) / plan.load.script;
  auto& env = request.flags.runtime.env;
  if (!env) env.emplace();
  for (const auto& [name, value] : plan.load.env) (*env)[name] = value;
  return request;
}

Result<std::map<std::string, std::string>> ScriptDriver::files(const plan::Plan& plan) {
  SessionRequest wanted = request(plan);
  wanted.planned = PlannedLoad();
  const auto session = PL_TRY(TestSession::create(std::move(wanted)));
  Result<void> loaded;
  session->run_on_fiber([&] { loaded = session->load(); });
  PL_TRY(std::move(loaded));
  std::map<std::string, std::string> files;
  const std::filesystem::path folder = std::filesystem::absolute(plan.folder);
  for (const auto& [path, content] : session->state().files.recorded()) {
    files[std::filesystem::path(path).lexically_proximate(folder)] = *content;
  }
  return files;
}

Result<certify::LoadOutcome> ScriptDriver::run(const certify::LoadOrder& order,
                                               certify::LoadListener& listener) {
  SessionRequest wanted = request(order.plan);
  wanted.planned = PlannedLoad{.scenarios = order.scenarios,
                               .script_scenario = order.script_scenario,
                               .endpoints = order.plan.service.endpoints,
                               .base_url = order.plan.service.base_url,
                               .allow_targets = order.plan.safety.allow_targets,
                               .version_header = order.plan.service.version_header,
                               .trace_run = order.trace_run,
                               .trace_share = order.plan.observe.trace_share,
                               .respected = order.plan.safety.respect};
  const auto session = PL_TRY(TestSession::create(std::move(wanted)));
  Result<certify::LoadOutcome> outcome = Error(ErrorKind::kInternal, "the load was not run");
  session->run_on_fiber([&] { outcome = PlannedRun(*session, listener).run(); });
  return outcome;
}

}  // namespace proofload::app
