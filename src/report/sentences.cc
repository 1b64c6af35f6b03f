#include "report/sentences.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/people_format.h"
#include "report/plain_text.h"

namespace proofload::report {
namespace {

using evidence::Finding;
using evidence::ProfileResult;
using evidence::ProfileState;
using evidence::Readiness;
using evidence::SloResult;
using evidence::SloState;

constexpr std::size_t kNamedMax = 3;  // in a sentence; the tables have them all

std::string name(const std::string& text) {
  return clean_text(text, kNameMax);
}

std::string count_of(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", with_thousands(count), noun, count == 1 ? "" : "s");
}

// "a; b; c and 4 more".
std::string first_few(const std::vector<std::string>& all) {
  const auto shown = std::min(all.size(), kNamedMax);
  std::string text = fmt::format("{}", fmt::join(all.begin(), all.begin() + shown, "; "));
  if (all.size() > shown) text += fmt::format("; and {} more", all.size() - shown);
  return text;
}

std::string load_sentence(const evidence::Result& result) {
  std::vector<std::string> loads;
  std::uint64_t requests = 0;
  for (const ProfileResult& profile : result.profiles) {
    if (profile.state == ProfileState::kSkipped) continue;
    loads.push_back(fmt::format("{} ({})", name(profile.name), name(profile.load)));
    for (const auto& second : profile.seconds) requests += second.requests;
  }
  std::string text = fmt::format("{} at {} was tested", name(result.plan), name(result.service));
  if (!result.environment.empty()) text += fmt::format(" in {}", name(result.environment));
  if (!result.service_version.empty()) {
    text += fmt::format(", version {}", name(result.service_version));
  }
  if (loads.empty()) return text + ", but no load was sent.";
  return text + fmt::format(", with {} in {}: {}.", count_of(requests, "request"),
                            count_of(loads.size(), "profile"), first_few(loads));
}

std::string slos_summary(const evidence::Result& result) {
  const auto slos = slos_by_gravity(result);
  if (slos.empty()) return "No SLO was judged.";
  const auto count = [&](SloState state) {
    return static_cast<std::size_t>(
        std::ranges::count_if(slos, [&](const SloResult* slo) { return slo->state == state; }));
  };
  const auto met = count(SloState::kMet);
  if (met == slos.size()) return fmt::format("All {} were met.", count_of(met, "SLO"));
  std::vector<std::string> others;
  for (const SloResult* slo : slos) {
    if (slo->state != SloState::kMet) others.push_back(slo_sentence(*slo));
  }
  return fmt::format("Of {}, {} met, {} broken, {} undecided, {} invalid: {}.",
                     count_of(slos.size(), "SLO"), met, count(SloState::kBroken),
                     count(SloState::kUndecided), count(SloState::kInvalid), first_few(others));
}

std::string cause_summary(const evidence::Result& result) {
  const auto findings = findings_by_impact(result);
  if (findings.empty()) {
    return result.verdict.slos == evidence::SloLine::kBroken ? "No cause was found." : "";
  }
  const Finding& first = *findings.front();
  std::string text = finding_sentence(first);
  if (!first.recommendation.empty()) {
    text += fmt::format(" Recommended: {}.", clean_text(first.recommendation, 2 * kNameMax));
  }
  return text;
}

int gravity(SloState state) {
  switch (state) {
    case SloState::kBroken:
      return 0;
    case SloState::kInvalid:
      return 1;
    case SloState::kUndecided:
      return 2;
    case SloState::kMet:
      break;
  }
  return 3;
}

}  // namespace

std::array<std::string, 2> verdict_lines(const evidence::Result& result) {
  const auto& verdict = result.verdict;
  std::string readiness = fmt::format("Readiness: {}", to_string(verdict.readiness));
  if (!verdict.outstanding.empty()) {
    std::vector<std::string> names;
    for (const auto& one : verdict.outstanding) names.push_back(name(one));
    readiness += fmt::format(" (outstanding: {})", fmt::join(names, ", "));
  }
  return {fmt::format("SLOs: {}", to_string(verdict.slos)), readiness};
}

Tone tone_of(Readiness readiness) {
  if (readiness == Readiness::kReady) return Tone::kGood;
  return readiness == Readiness::kNotReady ? Tone::kBad : Tone::kUnsure;
}

Tone tone_of(SloState state) {
  if (state == SloState::kMet) return Tone::kGood;
  return state == SloState::kBroken ? Tone::kBad : Tone::kUnsure;
}

std::string executive_summary(const evidence::Result& result) {
  std::string text = load_sentence(result) + " " + slos_summary(result);
  if (const auto cause = cause_summary(result); !cause.empty()) text += " " + cause;
  text += fmt::format(" Advice: {}.", shipping_advice(result));
  return text;
}

std::string slo_sentence(const SloResult& slo) {
  std::string text = fmt::format("{} in {}: ", name(slo.objective), name(slo.profile));
  text += slo.value ? format_value(*slo.value, slo.unit) : "nothing measured";
  if (const auto margin = format_margin(slo); !margin.empty()) text += fmt::format(" ({})", margin);
  text += fmt::format(", {}", to_string(slo.state));
  if (slo.state == SloState::kBroken && slo.first_breach) {
    text += " since " + format_clock(*slo.first_breach);
  }
  return text;
}

std::string traces_sentence(const evidence::TraceResult& traces) {
  std::string text = fmt::format(
      "traces of {}: {} of {} that were looked for were found ({}), {} of {} at the peak, {} of {} "
      "of slow requests; {} of {} spans are kept",
      name(traces.profile), with_thousands(traces.found), with_thousands(traces.asked),
      format_share(static_cast<double>(traces.found), static_cast<double>(traces.asked)),
      with_thousands(traces.peak_found), with_thousands(traces.peak_asked),
      with_thousands(traces.slow_found), with_thousands(traces.slow_asked),
      with_thousands(traces.kept_spans), with_thousands(traces.spans));
  if (traces.lost_spans > 0) {
    text += fmt::format(", {} were lost for want of room", with_thousands(traces.lost_spans));
  }
  return traces.is_observed ? text : text + fmt::format(": UNOBSERVED, {}", traces.reason);
}

std::string undecided_sentence(const SloResult& slo) {
  if (slo.state != SloState::kUndecided && slo.state != SloState::kInvalid) return "";
  return fmt::format("{} in {} is {}: {}.", name(slo.objective), name(slo.profile),
                     to_string(slo.state), clean_text(slo.reason, 2 * kNameMax));
}

std::vector<const SloResult*> slos_by_gravity(const evidence::Result& result) {
  std::vector<const SloResult*> all;
  for (const ProfileResult& profile : result.profiles) {
    if (profile.state == ProfileState::kSkipped) continue;
    for (const SloResult& slo : profile.slos) all.push_back(&slo);
  }
  std::ranges::stable_sort(all, {}, [](const SloResult* slo) { return gravity(slo->state); });
  return all;
}

std::vector<const Finding*> findings_by_impact(const evidence::Result& result) {
  std::vector<const Finding*> all;
  for (const Finding& finding : result.findings) all.push_back(&finding);
  std::ranges::stable_sort(all, std::ranges::greater{},
                           [](const Finding* one) { return one->impact_seconds; });
  return all;
}

std::string finding_sentence(const Finding& finding) {
  std::string text = fmt::format("{}: {}", finding.is_confirmed ? "Confirmed cause" : "Hypothesis",
                                 clean_text(finding.sentence, 4 * kNameMax));
  if (text.back() != '.') text += '.';
  return text;
}

std::string first_cause(const evidence::Result& result) {
  const auto findings = findings_by_impact(result);
  return findings.empty() ? "" : finding_sentence(*findings.front());
}

std::vector<std::string> coverage_gaps(const evidence::Result& result) {
  std::vector<std::string> gaps;
  for (const ProfileResult& profile : result.profiles) {
    if (profile.state == ProfileState::kValid) continue;
    gaps.push_back(fmt::format("profile {} was {}{}{}", name(profile.name),
                               to_string(profile.state), profile.reasons.empty() ? "" : ": ",
                               profile.reasons.empty() ? "" : name(profile.reasons.front())));
  }
  for (const SloResult* slo : slos_by_gravity(result)) {
    if (slo->state == SloState::kUndecided || slo->state == SloState::kInvalid) {
      auto sentence = undecided_sentence(*slo);
      sentence.pop_back();
      gaps.push_back(std::move(sentence));
    }
  }
  for (const auto& check : result.checks) {
    if (check.state != evidence::CheckState::kWaived &&
        check.state != evidence::CheckState::kNotRun) {
      continue;
    }
    gaps.push_back(fmt::format("check {} was {}{}{}", name(check.id),
                               check.state == evidence::CheckState::kWaived ? "waived" : "not run",
                               check.waiver.empty() ? "" : ": ", name(check.waiver)));
  }
  for (const auto& traces : result.traces) {
    if (traces.is_observed) continue;
    gaps.push_back(
        fmt::format("traces of {} were unobserved: {}", name(traces.profile), traces.reason));
  }
  return gaps;
}

std::string shipping_advice(const evidence::Result& result) {
  switch (result.verdict.readiness) {
    case Readiness::kReady:
      return "safe to ship";
    case Readiness::kNotReady:
      return "do not ship";
    case Readiness::kInconclusive:
    case Readiness::kInvalid:
      break;
  }
  return "re-test before shipping";
}

}  // namespace proofload::report
