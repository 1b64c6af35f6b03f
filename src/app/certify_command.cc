// `proofload certify`: the whole loop, from a checked plan to the exit code.
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <sys/wait.h>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <unistd.h>

#include "analysis/checklist.h"
#include "analysis/limits.h"
#include "analysis/verdict.h"
#include "app/plan_command.h"
#include "app/report_files.h"
#include "app/result_text.h"
#include "app/run_command.h"
#include "app/run_recorder.h"
#include "app/script_driver.h"
#include "app/script_lint.h"
#include "base/duration.h"
#include "base/log.h"
#include "base/redact.h"
#include "certify/conservation.h"
#include "certify/judge_slos.h"
#include "certify/preflight.h"
#include "certify/profile_capture.h"
#include "certify/run_folder.h"
#include "certify/trace_recorder.h"
#include "certify/watch.h"
#include "observe/http_get.h"
#include "plan/hash.h"
#include "plan/show.h"
#include "report/result_json.h"
#include "report/slack_message.h"
#include "store/run_writer.h"

namespace proofload::app {
namespace {

constexpr int kUsage = 255;
constexpr int kPlanRefused = 104;
constexpr int kPreflightFailed = 122;

class TerminalProgress final : public certify::CertifyProgress {
 public:
  TerminalProgress(Presenter& presenter, const certify::Watch& watch)
      : presenter_(presenter), watch_(watch) {}

  void say(std::string_view line) override { presenter_.print(fmt::format("{}\n", line)); }

  // The client's percentiles and, on a line of their own, the service's signals.
  void second(const std::string& profile, Duration expected,
              const evidence::Second& second) override {
    const auto at = std::chrono::duration_cast<std::chrono::seconds>(second.since_start) +
                    std::chrono::seconds(1);
    const auto all = std::chrono::duration_cast<std::chrono::seconds>(expected);
    if (at.count() % kEvery != 0 && at != all) return;
    const double errors = second.requests == 0 ? 0
                                               : 100 * static_cast<double>(second.failed) /
                                                     static_cast<double>(second.requests);
    presenter_.print(fmt::format(
        "  {:<8} {:>4}/{}s {:>5} req/s  p50 {:.0f} p95 {:.0f} p99 {:.0f} ms  err {:.1f} %  VUs {}\n"
        "           {}\n",
        profile, at.count(), all.count(), second.requests, second.p50, second.p95, second.p99,
        errors, second.vus, watch_.line(wall_now())));
  }

 private:
  static constexpr std::int64_t kEvery = 5;

  Presenter& presenter_;
  const certify::Watch& watch_;
};

// `command` in a shell, in `folder`; its output is the terminal's.
Result<void> run_command(const std::string& command, const std::string& folder) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::string text = command;
  std::array<char*, 4> words{const_cast<char*>("sh"), const_cast<char*>("-c"), text.data(),
                             nullptr};
  posix_spawnattr_t attributes;  // signals are blocked here, and shall not be there
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error == 0) {
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error(ErrorKind::kUsage, fmt::format("`{}` failed", command))
      .with_hint("the plan's dataset.reset has to leave the data as they were");
}

class CertifyRun {
 public:
  CertifyRun(const CertifyRequest& request, CheckedPlan checked, Presenter& presenter)
      : request_(request), checked_(std::move(checked)), presenter_(presenter) {}

  int run() {
    if (const auto refused = refuse()) return *refused;
    if (const auto read = read_signatures(); !read) return fail(read.error());
    ScriptDriver driver(request_.plan.base);
    if (const auto code = measure(driver)) return *code;
    if (const auto code = preflight()) return *code;
    if (request_.is_dry_run) return dry_run();
    const std::string root =
        request_.store.empty()
            ? (std::filesystem::path(request_.plan.path).parent_path() / ".proofload").string()
            : request_.store;
    auto folder = certify::RunFolder::create(root, plan().name, wall_now());
    if (!folder) return fail(folder.error());
    if (const auto copied = copy_inputs(*folder); !copied) return fail(copied.error());
    const auto store = store::RunWriter::create(folder->path());
    if (!store) return fail(store.error());
    certify::TraceRecorder tracer(
        driver, plan(), traces_, [&store](evidence::Span span) { (*store)->add(std::move(span)); });
    RunRecorder recorder(tracer, **store);
    send_load(recorder, *folder);
    take_traces(tracer);
    const int code = conclude(*folder);
    keep_rest(**store);
    return code;
  }

 private:
  const plan::Plan& plan() const { return checked_.plan; }

  int fail(const Error& error) {
    log_error(error);
    return kUsage;
  }

  std::optional<int> refuse() {
    const bool is_production = plan().service.environment == "production";
    if (is_production && !request_.allows_production) {
      log_error(Error(ErrorKind::kUsage, "the plan's environment is production")
                    .with_hint("say --allow-production when its owner agrees"));
      return kUsage;
    }
    for (const std::string& name : request_.options.only) {
      if (plan().profile(name) != nullptr) continue;
      log_error(Error(ErrorKind::kUsage, fmt::format("--only: there is no profile `{}`", name)));
      return kUsage;
    }
    return std::nullopt;
  }

  Result<void> read_signatures() {
    result_.signatures = PL_TRY(signatures_of(checked_, request_.plan));
    return {};
  }

  // One dry iteration of each journey; what no profile could decide is refused now.
  std::optional<int> measure(ScriptDriver& driver) {
    const plan::Plan no_plan;
    const certify::Watch nothing(no_plan);
    TerminalProgress progress(presenter_, nothing);
    certify::Certification dry(plan(), {}, driver, progress, nullptr);
    auto shapes = dry.measure_journeys();
    if (!shapes) return fail(shapes.error());
    shapes_ = *std::move(shapes);
    const bool is_trial = request_.options.time_scale < 1 || !request_.options.only.empty();
    plan::Diagnostics diagnostics;
    plan::check_decidability(plan(), shapes_, diagnostics);
    if (!diagnostics.has_errors() || is_trial || plan().is_demo) return std::nullopt;
    presenter_.print_error(diagnostics.render(request_.plan.path, checked_.text));
    return kPlanRefused;
  }

  std::optional<int> preflight() {
    double sockets = 0;
    for (const plan::Profile& profile : plan().load.profiles) {
      const auto sum = plan::arithmetic(plan(), profile, shapes_);
      sockets = std::max(sockets, static_cast<double>(plan::max_vus(profile, sum)));
    }
    presenter_.print("Preflight\n");
    traces_ = certify::open_trace_layer(plan().observe);
    result_.checks = certify::run_preflight(plan(), sockets, traces_, {lint_check(checked_)});
    presenter_.print(certify::preflight_text(result_.checks));
    if (certify::blocking(result_.checks).empty()) return std::nullopt;
    presenter_.print("not ready: no load was sent\n");
    return kPreflightFailed;
  }

  int dry_run() {
    presenter_.print(plan::show(plan(), shapes_, checked_.hash));
    presenter_.print("\nThis was a dry run: no load was sent.\n");
    return 0;
  }

  Result<void> copy_inputs(const certify::RunFolder& folder) {
    PL_TRY(folder.write("plan.yaml", checked_.text));
    for (const auto& [path, content] : checked_.files) {
      // What lies outside of the plan's folder has its own place.
      std::string name;
      for (const auto& part : std::filesystem::path(path)) {
        name += (name.empty() ? "" : "/") + (part == ".." ? std::string("up") : part.string());
      }
      PL_TRY(folder.write("script/" + name, content));
    }
    return {};
  }

  void send_load(certify::LoadDriver& driver, const certify::RunFolder& folder) {
    const certify::Watch watch(plan());
    TerminalProgress progress(presenter_, watch);
    progress.say(
        fmt::format("\nRun {}\n{} ({}) is called when a halt rule says so; stop it with\n"
                    "  proofload halt {} --by NAME --reason WHY",
                    folder.id(), plan().safety.halt_owner.role, plan().safety.halt_owner.contact,
                    folder.path()));
    certify::Conservation conservation(plan());
    certify::CertifyOptions options = request_.options;
    options.conservation = &conservation;
    certify::ProfileCapture profiles(plan(), folder);
    options.profiles = &profiles;
    options.replicas = [&watch] { return watch.replicas(wall_now()); };
    if (plan().service.dataset && !plan().service.dataset->reset.empty()) {
      options.reset = [this] { return run_command(plan().service.dataset->reset, plan().folder); };
    }
    certify::Certification certification(plan(), options, driver, progress, &folder);
    if (plan().safety.halt_owner.is_told_at_start) tell_owner(folder);
    result_.started = wall_now();
    certification.run_profiles(shapes_, result_);
    result_.ended = wall_now();
    conservation.finish(result_, dry_requests());
    std::vector<std::string> problems;
    result_.artifacts = profiles.take(problems);
    take_signals(watch, std::move(problems));
  }

  double dry_requests() const {
    double sum = 0;
    for (const auto& [journey, shape] : shapes_) sum += shape.all_requests();
    return sum * certify::kDryIterations;
  }

  void take_signals(const certify::Watch& watch, std::vector<std::string> problems) {
    result_.signals = watch.all_signals(result_.started, result_.ended, problems);
    for (evidence::ProfileResult& profile : result_.profiles) {
      const plan::Profile* planned = plan().profile(profile.name);
      if (planned == nullptr) continue;
      for (auto& slo : certify::judge_memory_creep(*planned, profile, result_.signals)) {
        profile.slos.push_back(std::move(slo));
      }
    }
    note(problems);
  }

  void take_traces(certify::TraceRecorder& tracer) {
    std::vector<std::string> problems;
    result_.traces = tracer.finish(problems);
    note(problems);
  }

  void note(const std::vector<std::string>& problems) {
    for (const std::string& problem : problems) {
      log(LogLevel::kWarning, problem);
      result_.events.push_back({.at = result_.ended, .profile = {}, .text = problem});
    }
  }

  // Values that the plan takes from the environment are secrets, and services echo what they get.
  void redact_failures() {
    std::vector<std::string> secrets;
    for (const auto& [name, value] : request_.plan.base.environment) {
      if (checked_.text.find("${" + name + "}") != std::string::npos) secrets.push_back(value);
    }
    for (evidence::FailureSample& one : result_.failures) {
      for (std::string* text : {&one.url, &one.error, &one.body}) *text = redact(*text, secrets);
    }
  }

  int conclude(const certify::RunFolder& folder) {
    redact_failures();
    result_.run = folder.id();
    result_.plan = plan().name;
    result_.plan_path = request_.plan.path;
    result_.plan_hash = checked_.hash;
    if (const auto script = checked_.files.find(plan().load.script);
        script != checked_.files.end()) {
      result_.script_hash = plan::sha256(script->second);
    }
    result_.service = plan::target_of(plan().service.base_url);
    result_.environment = plan().service.environment;
    result_.version = request_.version;
    result_.time_scale = request_.options.time_scale;
    result_.is_partial = request_.options.time_scale < 1 || !request_.options.only.empty();
    if (plan().is_demo) result_.stamps.emplace_back("DEMO SCALE");
    if (request_.options.time_scale < 1) {
      result_.stamps.push_back(fmt::format("TIME SCALE {}", request_.options.time_scale));
    }
    result_.changes = plan().changes;
    result_.rollback = plan().safety.rollback;
    result_.findings = analysis::find_limits(result_);
    result_.verdict = analysis::decide_verdict(result_);
    result_.checklist = analysis::production_checklist(result_);
    result_.command = fmt::format("proofload certify {}", request_.plan.path);
    const auto written = write_reports(folder, result_);
    print_verdict(folder);
    if (!written) log_error(written.error());
    notify();
    return analysis::exit_code_of(result_);
  }

  void tell_owner(const certify::RunFolder& folder) {
    const nlohmann::json message{
        {"text", fmt::format("A load test of {} begins: {}. {} ({}) may stop it: proofload halt {}",
                             plan().service.base_url, plan().name, plan().safety.halt_owner.role,
                             plan().safety.halt_owner.contact, folder.id())}};
    post(message.dump());
  }

  void notify() { post(report::slack_message(result_, "")); }

  // Written last: a store that is complete has a result beside it.
  void keep_rest(store::RunWriter& store) {
    if (!result_.failures.empty()) store.put("failures.json", report::failures_json(result_));
    for (const evidence::Signal& signal : result_.signals) store.add(signal);
    if (const auto kept = store.finish(); !kept) log_error(kept.error());
    const std::uint64_t lost = store.lost_count();
    if (lost > 0) {
      log(LogLevel::kWarning, "the disk was too slow for all of the run's seconds and spans",
          {{"lost", std::to_string(lost)}});
    }
  }

  // A message that does not arrive changes no verdict.
  void post(std::string text) {
    if (plan().slack.empty()) return;
    observe::HttpClient client;
    observe::HttpRequest message{.url = plan().slack};
    message.body = std::move(text);
    message.headers = {{"Content-Type", "application/json"}};
    message.timeout = std::chrono::seconds(5);
    const auto sent = client.fetch(message);
    if (sent && sent->status < 300) return;
    log(LogLevel::kWarning, "the message to Slack was not delivered",
        {{"why", sent ? fmt::format("status {}", sent->status) : "it did not answer"}});
  }

  void print_verdict(const certify::RunFolder& folder) {
    presenter_.print(result_text(result_) + "Report: " + folder.path() + "/report.html\n");
  }

  const CertifyRequest& request_;
  CheckedPlan checked_;
  Presenter& presenter_;
  plan::JourneyShapes shapes_;
  certify::TraceLayer traces_;
  evidence::Result result_;
};

}  // namespace

int certify_plan(const CertifyRequest& request, Presenter& presenter) {
  auto checked = check_plan(request.plan, presenter);
  if (!checked) return kPlanRefused;
  return CertifyRun(request, *std::move(checked), presenter).run();
}

}  // namespace proofload::app
