#include "certify/preflight.h"

#include <algorithm>
#include <functional>
#include <future>
#include <iterator>
#include <sys/resource.h>
#include <utility>

#include <fmt/format.h>
#include <glob.h>

#include "analysis/checklist.h"
#include "base/duration.h"
#include "certify/live_prometheus.h"
#include "certify/parity.h"
#include "certify/preflight_probes.h"
#include "certify/profiler_probes.h"
#include "certify/trace_canaries.h"
#include "observe/postgres.h"

namespace proofload::certify {

using evidence::CheckResult;
using evidence::CheckState;

CheckResult passed(std::string evidence) {
  return {.state = CheckState::kPass, .evidence = std::move(evidence)};
}
CheckResult warned(std::string evidence, std::string hint) {
  return {.state = CheckState::kWarn, .evidence = std::move(evidence), .hint = std::move(hint)};
}
CheckResult failed(std::string evidence, std::string hint) {
  return {.state = CheckState::kFail, .evidence = std::move(evidence), .hint = std::move(hint)};
}

namespace {

CheckResult check_limits(double sockets) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  constexpr double kSpare = 200;  // logs, libraries, scrapes
  const double needed = sockets + kSpare;
  const std::string evidence =
      fmt::format("{} descriptors allowed, about {:.0f} needed", limit.rlim_cur, needed);
  return static_cast<double>(limit.rlim_cur) >= needed
             ? passed(evidence)
             : failed(evidence, fmt::format("ulimit -n {:.0f}", needed));
}

CheckResult check_database(const plan::Observe& observe) {
  std::string evidence;
  const auto ask = [&](const std::string& name, const std::string& dsn, const std::string& sql,
                       bool is_console) -> Result<std::string> {
    const auto answer =
        PL_TRY(observe::query(dsn, sql, kProbeTimeout, is_console).map_error([&](Error error) {
          return std::move(error).within(name);
        }));
    evidence += (evidence.empty() ? "" : "; ") + name + ": " + answer.value();
    return answer.value();
  };
  if (!observe.postgres.empty()) {
    const auto version = ask("primary", observe.postgres, "SHOW server_version", false);
    if (!version) return failed(version.error().message(), version.error().hint());
  }
  if (!observe.replica.empty()) {
    const auto state = ask("replica", observe.replica,
                           "SELECT CASE WHEN pg_is_in_recovery() THEN 'in recovery' ELSE 'no "
                           "replica' END",
                           false);
    if (!state) return failed(state.error().message(), state.error().hint());
    if (*state != "in recovery") {
      return failed(evidence, "the plan's `replica` leads to a primary");
    }
  }
  if (!observe.pgbouncer.empty()) {
    const auto version = ask("pgbouncer", observe.pgbouncer, "SHOW VERSION", true);
    if (!version) {
      return failed(version.error().message(),
                    "the user has to be among pgbouncer's stats_users or admin_users");
    }
  }
  return passed(evidence);
}

CheckResult check_data(const plan::Dataset& dataset) {
  std::string evidence;
  for (const plan::DataCheck& check : dataset.checks) {
    const auto answer = observe::query(check.at, check.sql, kProbeTimeout);
    if (!answer) return failed(answer.error().message(), answer.error().hint());
    const std::string value = answer->value();
    evidence += fmt::format("{}{} = {}", evidence.empty() ? "" : "; ", check.sql, value);
    char* end = nullptr;
    const double count = std::strtod(value.c_str(), &end);
    if (end == value.c_str() || count < check.min) {
      return failed(fmt::format("{}, at least {:.0f} wanted", evidence, check.min),
                    dataset.reset.empty() ? "seed the data set" : "run " + dataset.reset);
    }
  }
  return passed(evidence.empty() ? dataset.snapshot : evidence);
}

CheckResult check_logs(const plan::Observe& observe) {
  std::string evidence;
  for (const plan::LogSource& log : observe.logs) {
    glob_t found{};
    const int state = ::glob(log.file.c_str(), 0, nullptr, &found);
    const std::size_t count = state == 0 ? found.gl_pathc : 0;
    ::globfree(&found);
    if (count == 0) return failed(log.file + ": no such file", "give the path of readable logs");
    evidence += fmt::format("{}{}: {} files", evidence.empty() ? "" : "; ", log.file, count);
  }
  return passed(evidence);
}

CheckResult check_halt_rules(const plan::Plan& plan) {
  const plan::Safety& safety = plan.safety;
  for (const plan::HaltRule& rule : safety.halt_when) {
    if (rule.signal == plan::HaltRule::Signal::kReadyReplicas && !can_see_replicas(plan.observe)) {
      return warned(fmt::format("`{}` cannot be watched: no Prometheus of the plan has series of "
                                "kube-state-metrics",
                                rule.text),
                    "the other rules are watched each second");
    }
  }
  return passed(fmt::format("{} rules watched each second; {} ({}) is called",
                            safety.halt_when.size(), safety.halt_owner.role,
                            safety.halt_owner.contact));
}

struct Check {
  std::string id;
  bool is_required;
  std::function<CheckResult()> run;
};

std::vector<Check> checks_of(const plan::Plan& plan, double sockets, const TraceLayer& traces) {
  std::vector<Check> checks;
  const auto add = [&](std::string id, bool is_required, std::function<CheckResult()> run) {
    checks.push_back({std::move(id), is_required, std::move(run)});
  };
  const plan::Observe& observe = plan.observe;
  add("target", true, [&] { return check_target(plan.service); });
  add("generator-host", true, [&] { return check_generator_host(plan.service); });
  add("generator-limits", true, [sockets] { return check_limits(sockets); });
  add("clock-skew", false, [&] { return check_clock(plan.service); });
  add("caches", true, [&] { return check_caches(plan.service); });
  add("halt-rules", true, [&] { return check_halt_rules(plan); });
  if (!metric_targets(plan).empty()) {
    add("metrics", true, [&] { return check_metrics(plan); });
  }
  if (!observe.prometheus.empty()) {
    add("prometheus-scrape-interval", true, [&] { return check_prometheus(observe); });
  }
  if (observe.has_traces()) {
    add("trace-sampling", true, [&] { return check_trace_sampling(plan, traces); });
  }
  if (!observe.profilers.empty()) {
    add("profilers", true, [&] { return check_profilers(observe); });
  }
  if (!observe.postgres.empty() || !observe.replica.empty() || !observe.pgbouncer.empty()) {
    add("database", true, [&] { return check_database(observe); });
  }
  if (plan.service.dataset) {
    add("data-prepared", true, [&] { return check_data(*plan.service.dataset); });
  }
  if (plan.service.parity) {
    add(std::string(analysis::check_id::kEnvironmentParity), true,
        [&] { return check_parity(plan); });
  }
  if (!observe.logs.empty()) add("logs", false, [&] { return check_logs(observe); });
  if (!observe.dashboards.empty()) {
    add("dashboards", false, [&] { return check_dashboards(observe); });
  }
  return checks;
}

void apply_waivers(const plan::Plan& plan, std::vector<CheckResult>& results) {
  for (CheckResult& result : results) {
    if (result.state == CheckState::kPass) continue;
    const auto waiver =
        std::find_if(plan.waivers.begin(), plan.waivers.end(),
                     [&](const plan::Waiver& one) { return one.check == result.id; });
    if (waiver == plan.waivers.end()) continue;
    result.state = CheckState::kWaived;
    result.waiver = fmt::format("{}: {}", waiver->by, waiver->why);
  }
}

}  // namespace

std::vector<CheckResult> run_preflight(const plan::Plan& plan, double sockets,
                                       const TraceLayer& traces, std::vector<CheckResult> others) {
  const std::vector<Check> checks = checks_of(plan, sockets, traces);
  std::vector<std::future<CheckResult>> running;
  running.reserve(checks.size());
  for (const Check& check : checks) {
    running.push_back(std::async(std::launch::async, [&check] {
      const TimePoint start = monotonic_now();
      CheckResult result = check.run();
      result.id = check.id;
      result.is_required = check.is_required;
      result.took = monotonic_now() - start;
      return result;
    }));
  }
  std::vector<CheckResult> results;
  results.reserve(running.size());
  for (auto& one : running) results.push_back(one.get());
  std::move(others.begin(), others.end(), std::back_inserter(results));
  apply_waivers(plan, results);
  return results;
}

std::vector<const CheckResult*> blocking(const std::vector<CheckResult>& checks) {
  std::vector<const CheckResult*> found;
  for (const CheckResult& check : checks) {
    if (check.is_required && check.state == CheckState::kFail) found.push_back(&check);
  }
  return found;
}

std::string preflight_text(const std::vector<CheckResult>& checks) {
  std::string text;
  for (const CheckResult& check : checks) {
    text += fmt::format("  {:<7} {:<27} {}\n", to_string(check.state), check.id, check.evidence);
    if (!check.waiver.empty()) text += fmt::format("{:>12}waived by {}\n", "", check.waiver);
    const bool needs_hint = check.state == CheckState::kFail || check.state == CheckState::kWarn;
    if (needs_hint && !check.hint.empty()) text += fmt::format("{:>12}-> {}\n", "", check.hint);
  }
  return text;
}

}  // namespace proofload::certify
