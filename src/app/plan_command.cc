#include "app/plan_command.h"

#include <filesystem>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/run_command.h"
#include "app/script_driver.h"
#include "app/script_lint.h"
#include "app/secret.h"
#include "certify/approvals.h"
#include "certify/preflight.h"
#include "plan/arithmetic.h"
#include "plan/hash.h"
#include "plan/show.h"

namespace proofload::app {
namespace {

constexpr int kPlanRefused = 104;
constexpr int kPreflightFailed = 122;

// For commands that only measure a journey.
class QuietProgress final : public certify::CertifyProgress {
 public:
  void say(std::string_view) override {}
  void second(const std::string&, Duration, const evidence::Second&) override {}
};

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// One dry iteration of each journey; nothing, and it says why, when the service or the script does
// not play along.
plan::JourneyShapes measure(const CheckedPlan& checked, const PlanRequest& request,
                            Presenter& presenter) {
  ScriptDriver driver(request.base);
  QuietProgress progress;
  certify::Certification certification(checked.plan, {}, driver, progress, nullptr);
  auto shapes = certification.measure_journeys();
  if (shapes) return *std::move(shapes);
  presenter.print_error(
      fmt::format("The journeys could not be measured: {}\nRates in requests, VUs and what can be "
                  "decided are left out.\n",
                  shapes.error().message()));
  return {};
}

}  // namespace

std::optional<CheckedPlan> check_plan(const PlanRequest& request, Presenter& presenter) {
  CheckedPlan checked{.plan = {}, .path = request.path, .text = {}, .files = {}, .hash = {}};
  auto text = certify::read_file(request.path);
  if (!text) {
    log_error(text.error());
    return std::nullopt;
  }
  checked.text = *std::move(text);
  plan::Diagnostics diagnostics;
  const std::string folder = std::filesystem::path(request.path).parent_path();
  checked.plan = plan::read_plan(checked.text, folder.empty() ? "." : folder,
                                 {request.base.environment.begin(), request.base.environment.end()},
                                 diagnostics);
  if (!diagnostics.all().empty()) {
    presenter.print_error(diagnostics.render(request.path, checked.text));
  }
  if (diagnostics.has_errors()) {
    presenter.print_error(
        fmt::format("{} in {}\n", count_text(diagnostics.error_count(), "error"), request.path));
    return std::nullopt;
  }
  auto files = ScriptDriver(request.base).files(checked.plan);
  if (!files) {
    log_error(files.error());
    return std::nullopt;
  }
  checked.files = *std::move(files);
  checked.hash = plan::plan_hash(checked.plan, checked.files);
  return checked;
}

Result<std::vector<evidence::Signature>> signatures_of(const CheckedPlan& checked,
                                                       const PlanRequest& request) {
  const std::filesystem::path path(request.path);
  const auto approvals = PL_TRY(certify::read_approvals(certify::approvals_path(request.path)));
  auto signatures = certify::check_signatures(checked.plan.required_signatures, approvals,
                                              checked.hash, path.parent_path() / "allowed_signers");
  if (request.reviews.from.empty()) return signatures;
  certify::ReviewSource source = request.reviews;
  const auto& environment = request.base.environment;
  source.token = PL_TRY(resolve_secret(source.token, {environment.begin(), environment.end()}));
  certify::ReviewedPlan reviewed{
      .path = request.path, .files = checked.files, .owners = checked.plan.review_owners};
  reviewed.files[path.filename()] = checked.text;
  certify::take_better(signatures, PL_TRY(certify::review_signatures(
                                       source, checked.plan.required_signatures, reviewed)));
  return signatures;
}

int plan_check(const PlanRequest& request, Presenter& presenter) {
  const auto checked = check_plan(request, presenter);
  if (!checked) return kPlanRefused;
  if (const auto remarks = lint_plan(*checked)) {
    presenter.print_error(remarks_text(*checked, *remarks));
  } else {
    log_error(remarks.error());
  }
  plan::Diagnostics diagnostics;
  const plan::JourneyShapes shapes = measure(*checked, request, presenter);
  const bool must_decide = !shapes.empty() && !checked->plan.is_demo;
  if (must_decide) plan::check_decidability(checked->plan, shapes, diagnostics);
  if (diagnostics.has_errors()) {
    presenter.print_error(diagnostics.render(request.path, checked->text));
    return kPlanRefused;
  }
  presenter.print(fmt::format("{}: {}, {}, {}: no mistakes\n", request.path,
                              count_text(checked->plan.slos.size(), "SLO"),
                              count_text(checked->plan.load.journeys.size(), "journey"),
                              count_text(checked->plan.load.profiles.size(), "profile")));
  return 0;
}

int plan_show(const PlanRequest& request, Presenter& presenter) {
  const auto checked = check_plan(request, presenter);
  if (!checked) return kPlanRefused;
  const plan::JourneyShapes shapes = measure(*checked, request, presenter);
  presenter.print(plan::show(checked->plan, shapes, checked->hash));
  const auto signatures = signatures_of(*checked, request);
  if (!signatures) {
    log_error(signatures.error());
    return kPlanRefused;
  }
  presenter.print("\nSigned off\n");
  for (const evidence::Signature& one : *signatures) {
    presenter.print(
        fmt::format("  {:<12} {} {} {}\n", one.role, to_string(one.state), one.name, one.at));
  }
  return 0;
}

int plan_hash(const PlanRequest& request, Presenter& presenter) {
  const auto checked = check_plan(request, presenter);
  if (!checked) return kPlanRefused;
  presenter.print(checked->hash + "\n");
  return 0;
}

int plan_approve(const ApproveRequest& request, Presenter& presenter) {
  const auto checked = check_plan(request.plan, presenter);
  if (!checked) return kPlanRefused;
  const std::time_t now = std::chrono::system_clock::to_time_t(wall_now());
  const auto approved =
      certify::approve(certify::approvals_path(request.plan.path),
                       {.role = request.role,
                        .name = request.name,
                        .at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now)),
                        .hash = checked->hash,
                        .signature = {}},
                       request.key);
  if (!approved) {
    log_error(approved.error());
    return kPlanRefused;
  }
  presenter.print(fmt::format("{} approves {} as {} ({})\n", request.name,
                              checked->hash.substr(0, 12), request.role,
                              request.key.empty() ? "claimed: no key was given" : "signed"));
  return 0;
}

int preflight(const PlanRequest& request, Presenter& presenter) {
  const auto checked = check_plan(request, presenter);
  if (!checked) return kPlanRefused;
  const certify::TraceLayer traces = certify::open_trace_layer(checked->plan.observe);
  const auto checks = certify::run_preflight(checked->plan, 0, traces, {lint_check(*checked)});
  presenter.print(certify::preflight_text(checks));
  const auto blocking = certify::blocking(checks);
  if (blocking.empty()) return 0;
  presenter.print(fmt::format(
      "not ready: {}\n", count_text(blocking.size(), "check") + " failed that nobody has waived"));
  return kPreflightFailed;
}

int halt_run(const std::string& store, const std::string& run, const std::string& by,
             const std::string& reason, Presenter& presenter) {
  const std::string folder = std::filesystem::is_directory(run) ? run : store + "/runs/" + run;
  const auto asked = certify::request_halt(folder, by, reason);
  if (!asked) {
    log_error(asked.error());
    return 255;
  }
  presenter.print(fmt::format("{} is asked to stop: within two seconds\n", run));
  return 0;
}

}  // namespace proofload::app
