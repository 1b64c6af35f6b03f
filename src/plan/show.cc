#include "plan/show.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "base/duration.h"

namespace proofload::plan {
namespace {

// 1234567 as "1,234,567".
std::string count_text(double count) {
  std::string digits = fmt::format("{:.0f}", std::max(count, 0.0));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string line(std::string_view name, const std::string& value) {
  return value.empty() ? "" : fmt::format("  {:<12} {}\n", name, value);
}

std::string service_text(const Plan& plan) {
  const Service& service = plan.service;
  std::string text = "1. Service under test\n";
  text += line("environment", service.environment);
  text += line("address", service.base_url);
  for (const Endpoint& endpoint : service.endpoints) {
    text += line(endpoint.name, endpoint.method + " " + endpoint.path);
  }
  for (const SharedDependency& shared : service.shared_dependencies) {
    text +=
        line("shared", fmt::format("{}, at most {:.6g}/s", shared.name, shared.limit_per_second));
  }
  if (service.dataset) text += line("data", service.dataset->snapshot);
  if (service.parity) text += line("like", service.parity->with);
  return text;
}

std::string slos_text(const Plan& plan) {
  std::string text = "\n2. Success\n";
  for (const Slo& slo : plan.slos) {
    std::string where;
    for (const Profile& profile : plan.load.profiles) {
      if (is_judged_in(slo, profile, plan)) where += (where.empty() ? "" : ", ") + profile.name;
    }
    text += line(slo.id, fmt::format("{}  [{}]{}", describe(slo), where.empty() ? "nowhere" : where,
                                     slo.owner.empty() ? "" : "  owner " + slo.owner));
  }
  return text;
}

std::string load_text(const Plan& plan, const JourneyShapes& shapes) {
  std::string text = fmt::format("\n3. Load, from {}\n", plan.load.script);
  const auto parts = shares(plan.load.journeys);
  for (const Journey& journey : plan.load.journeys) {
    const auto shape = shapes.find(journey.name);
    text += line(
        journey.name,
        shape == shapes.end()
            ? fmt::format("{:.1f} % of journeys", parts.at(journey.name) * 100)
            : fmt::format(
                  "{:.1f} % of journeys, {:.3g} requests in {}", parts.at(journey.name) * 100,
                  shape->second.all_requests(),
                  to_string(std::chrono::round<std::chrono::milliseconds>(shape->second.took))));
  }
  if (plan.load.grounded_in && plan.load.grounded_in->value) {
    const Grounding& from = *plan.load.grounded_in;
    text += line("grounded in",
                 fmt::format("{:.6g} {} at p{:.6g} over {}, of {} on {}", *from.value, from.unit,
                             from.percentile, from.over, from.source, from.date));
  }
  for (const Profile& profile : plan.load.profiles) {
    text += line(profile.name, describe(profile));
    if (shapes.empty()) continue;
    const ProfileArithmetic sum = arithmetic(plan, profile, shapes);
    text += line(
        "", fmt::format(
                "= {:.4g} journeys/s = {:.4g} requests/s, {:.3g} VUs busy{}",
                sum.journeys_per_second, sum.requests_per_second, sum.busy_vus,
                sum.total_requests > 0 ? ", " + count_text(sum.total_requests) + " requests" : ""));
  }
  return text;
}

std::string decidability_text(const Plan& plan, const JourneyShapes& shapes) {
  if (shapes.empty()) return "";
  std::string text = "\n  Can it be decided?\n";
  for (const Decidability& one : decidability(plan, shapes)) {
    text += fmt::format("  {:<12} {}: {} samples of {} needed{}\n", one.profile->name, one.slo->id,
                        count_text(one.expected), count_text(one.needed),
                        one.is_decidable() ? "" : ": NOT decidable");
  }
  return text;
}

std::string observe_text(const Observe& observe) {
  std::string text = "\n4. Observability\n";
  text += line("prometheus", observe.prometheus);
  for (const std::string& address : observe.scrape) text += line("scraped", address);
  text += line("traces", !observe.jaeger.empty()  ? observe.jaeger
                         : !observe.tempo.empty() ? observe.tempo
                         : observe.otlp_receiver.empty()
                             ? ""
                             : "received by Proofload itself at " + observe.otlp_receiver);
  for (const Profiler& profiler : observe.profilers) {
    text += line("profiler", fmt::format("{}: {}", profiler.service, profiler.kind));
  }
  for (const std::string& dashboard : observe.dashboards) text += line("dashboard", dashboard);
  return text;
}

std::string safety_text(const Safety& safety) {
  std::string text = "\n5. Rollback and blast radius\n";
  for (const HaltRule& rule : safety.halt_when) text += line("halt when", rule.text);
  text +=
      line("called by", fmt::format("{} ({})", safety.halt_owner.role, safety.halt_owner.contact));
  std::string targets;
  for (const std::string& target : safety.allow_targets) {
    targets += (targets.empty() ? "" : ", ") + target;
  }
  text += line("only to", targets);
  if (safety.max_requests_per_second) {
    text += line("at most", fmt::format("{:.6g} requests/s", *safety.max_requests_per_second));
  }
  text += line("rollback", safety.rollback);
  return text;
}

}  // namespace

std::string show(const Plan& plan, const JourneyShapes& shapes, const std::string& hash) {
  std::string text = fmt::format("{}\nhash {}\n\n", plan.name, hash);
  text += service_text(plan) + slos_text(plan) + load_text(plan, shapes);
  text += decidability_text(plan, shapes) + observe_text(plan.observe) + safety_text(plan.safety);
  return text;
}

void check_decidability(const Plan& plan, const JourneyShapes& shapes, Diagnostics& diagnostics) {
  for (const Decidability& one : decidability(plan, shapes)) {
    if (one.is_decidable()) continue;
    const std::string longer =
        one.hold_needed == Duration::max()
            ? "no journey calls that endpoint"
            : fmt::format("hold it for {}, or ask for less", to_string(one.hold_needed));
    diagnostics.error(one.slo->place,
                      fmt::format("the profile `{}` cannot decide the SLO `{}`: {} samples of {}",
                                  one.profile->name, one.slo->id, count_text(one.expected),
                                  count_text(one.needed)),
                      longer);
  }
}

}  // namespace proofload::plan
