#include "app/observed_run.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "analysis/limits.h"
#include "analysis/verdict.h"
#include "app/report_files.h"
#include "base/log.h"
#include "certify/run_folder.h"
#include "certify/watch.h"
#include "metrics/frame.h"
#include "plan/hash.h"
#include "report/sentences.h"

namespace proofload::app {
namespace {

constexpr const char* kProfile = "run";

// The run's requests by second.
class SecondsOf final : public RunObserver {
 public:
  explicit SecondsOf(TestSession& session) : session_(session) {}
  ~SecondsOf() override { latencies_.clear(slab_); }
  SecondsOf(const SecondsOf&) = delete;
  SecondsOf& operator=(const SecondsOf&) = delete;

  void on_frame(const metrics::Frame& frame) override {
    const metrics::BuiltIn& builtin = session_.state().registry.builtin();
    const metrics::Sink* duration = frame.sinks().find(builtin.http_req_duration);
    if (duration != nullptr && duration->trend() != nullptr) {
      latencies_.merge(*duration->trend(), slab_);
    }
    const metrics::Sink* failed = frame.sinks().find(builtin.http_req_failed);
    if (failed != nullptr && failed->rate() != nullptr) second_.failed += failed->rate()->trues;
    const metrics::Sink* dropped = frame.sinks().find(builtin.dropped_iterations);
    if (dropped != nullptr && dropped->counter() != nullptr) {
      second_.dropped_iterations += static_cast<std::uint64_t>(dropped->counter()->sum.value());
    }
  }
  void on_second(std::int64_t vus) override {
    second_.vus = vus;
    close();
  }

  std::vector<evidence::Second> take() {
    if (latencies_.count() > 0) close();
    return std::exchange(seconds_, {});
  }

 private:
  void close() {
    second_.requests = latencies_.count();
    second_.p50 = latencies_.percentile(0.50);
    second_.p95 = latencies_.percentile(0.95);
    second_.p99 = latencies_.percentile(0.99);
    seconds_.push_back(second_);
    second_ = {.since_start = second_.since_start + std::chrono::seconds(1)};
    latencies_.clear(slab_);
  }

  TestSession& session_;
  metrics::PageSlab slab_;
  metrics::Histogram latencies_;
  evidence::Second second_;
  std::vector<evidence::Second> seconds_;
};

// A script's thresholds are promises without an interval: what they saw at the end counts.
std::vector<evidence::SloResult> slos_of(const metrics::Thresholds& thresholds) {
  std::vector<evidence::SloResult> slos;
  for (const metrics::Threshold& one : thresholds.all()) {
    evidence::SloResult slo{
        .id = one.metric->name,
        .profile = kProfile,
        .objective = fmt::format("{} {}", one.metric->name, one.config.expression)};
    const auto comparison = one.expression.comparison;
    slo.limit = one.expression.limit;
    slo.is_minimum = comparison == metrics::ThresholdOperator::kGreater ||
                     comparison == metrics::ThresholdOperator::kGreaterOrEqual;
    slo.value = one.observed;
    slo.state = one.ok ? evidence::SloState::kMet : evidence::SloState::kBroken;
    slos.push_back(std::move(slo));
  }
  return slos;
}

std::string findings_text(const evidence::Result& result) {
  std::string text = "\nWhat limited it\n";
  for (const evidence::Finding* finding : report::findings_by_impact(result)) {
    text += fmt::format("  {}\n", report::finding_sentence(*finding));
    if (!finding->recommendation.empty())
      text += fmt::format("    -> {}\n", finding->recommendation);
  }
  if (!result.findings.empty()) return text;
  if (result.signals.empty()) return text + "  No data: none of the service's signals was seen.\n";
  if (result.verdict.slos != evidence::SloLine::kBroken) {
    return text + fmt::format("  No threshold was crossed; {} signals were watched.\n",
                              result.signals.size());
  }
  return text + fmt::format("  No cause was found among {} signals.\n", result.signals.size());
}

Result<std::string> keep(const ObserveRequest& request, evidence::Result& result) {
  const auto folder =
      PL_TRY(certify::RunFolder::create(request.store, result.plan, result.started));
  result.run = folder.id();
  PL_TRY(write_reports(folder, result));
  return folder.path();
}

}  // namespace

Result<plan::Plan> observed_plan(const ObserveRequest& request) {
  plan::Plan plan;
  plan::Component service{.name = "service", .match = request.match};
  for (const std::string& source : request.sources) {
    const std::size_t equals = source.find('=');
    const std::string kind = source.substr(0, equals);
    const std::string url = equals == std::string::npos ? "" : source.substr(equals + 1);
    if (url.find("://") == std::string::npos || (kind != "prometheus" && kind != "scrape")) {
      return Error(ErrorKind::kUsage,
                   fmt::format("--observe {}: nothing that can be observed", source))
          .with_hint("prometheus=URL or scrape=URL, such as scrape=http://127.0.0.1:8080/metrics");
    }
    if (kind == "prometheus") {
      plan.observe.prometheus = url;
    } else {
      plan.observe.scrape.push_back(url);
    }
  }
  if (!plan.observe.prometheus.empty() && request.match.empty()) {
    return Error(ErrorKind::kUsage, "--observe prometheus needs --match")
        .with_hint("which series are the service's: --match 'job=\"shop\"'");
  }
  if (!request.match.empty()) {
    if (plan.observe.prometheus.empty()) {
      return Error(ErrorKind::kUsage, "--match needs --observe prometheus=URL");
    }
    plan.service.components.push_back(std::move(service));
  }
  return plan;
}

RunResult run_observed(TestSession& session, const ObserveRequest& request, const plan::Plan& plan,
                       Presenter& presenter) {
  const certify::Watch watch(plan);
  SecondsOf seconds(session);
  evidence::Result result;
  result.started = wall_now();
  RunResult ran = run_test(session, presenter, &seconds);
  result.ended = wall_now();
  evidence::ProfileResult profile{.name = kProfile, .load = "as the script says"};
  profile.started = result.started;
  profile.took = result.ended - result.started;
  profile.seconds = seconds.take();
  if (profile.seconds.empty()) return ran;  // it never began
  profile.slos = slos_of(session.thresholds());
  profile.state = ran.error && ran.error->kind() != ErrorKind::kThresholds
                      ? evidence::ProfileState::kAborted
                      : evidence::ProfileState::kValid;
  if (profile.state == evidence::ProfileState::kAborted) profile.reasons = {ran.error->message()};
  result.profiles.push_back(std::move(profile));
  result.plan = std::filesystem::path(session.request().script).stem().string();
  result.script_hash = plan::sha256(session.state().script_source);
  result.version = request.version;
  result.is_partial = true;  // no plan: it certifies nothing
  result.stamps = {"NO PLAN"};
  result.command = fmt::format("proofload run {}", session.request().script);
  std::vector<std::string> problems;
  result.signals = watch.all_signals(result.started, result.ended, problems);
  for (const std::string& problem : problems) log(LogLevel::kWarning, problem);
  result.findings = analysis::find_limits(result);
  result.verdict = analysis::decide_verdict(result);
  std::string text = findings_text(result);
  const auto kept = keep(request, result);
  if (kept) {
    text += fmt::format("Report: {}/report.html\n", *kept);
  } else {
    log_error(kept.error());
  }
  presenter.print(text);
  return ran;
}

}  // namespace proofload::app
