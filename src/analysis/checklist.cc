#include "analysis/checklist.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <span>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace proofload::analysis {
namespace {

using evidence::ChecklistItem;
using evidence::CheckResult;
using evidence::CheckState;
using evidence::Finding;
using evidence::ItemState;
using evidence::ProfileResult;
using evidence::ProfileState;
using evidence::Result;
using evidence::Signature;
using evidence::SignatureState;
using evidence::SloResult;

// Element of `all` whose `member` is `wanted`; null without one.
template <class Element>
const Element* find_by(const std::vector<Element>& all, std::string Element::*member,
                       std::string_view wanted) {
  const auto found =
      std::ranges::find_if(all, [&](const Element& one) { return one.*member == wanted; });
  return found == all.end() ? nullptr : &*found;
}

// `parts` gathered into one line of the list; one part that is not met decides, then one waived.
struct Parts {
  ItemState state = ItemState::kMet;
  std::vector<std::string> evidence;

  void add(ItemState part, std::string text) {
    const auto gravity = [](ItemState one) {
      return one == ItemState::kNotMet ? 2 : one == ItemState::kWaived ? 1 : 0;
    };
    if (gravity(part) > gravity(state)) state = part;
    evidence.push_back(std::move(text));
  }
  ChecklistItem item(std::string text) const {
    return {std::move(text), state, fmt::format("{}", fmt::join(evidence, "; "))};
  }
};

void add_check(const Result& result, std::string_view id, Parts& parts) {
  const CheckResult* check = find_by(result.checks, &CheckResult::id, id);
  if (check == nullptr || check->state == CheckState::kNotRun) {
    return parts.add(ItemState::kNotMet, fmt::format("{}: not checked", id));
  }
  switch (check->state) {
    case CheckState::kWaived:
      return parts.add(ItemState::kWaived, fmt::format("{}: waived, {}", id, check->waiver));
    case CheckState::kFail:
      return parts.add(ItemState::kNotMet, fmt::format("{}: {}", id, check->evidence));
    default:
      return parts.add(ItemState::kMet, fmt::format("{}: {}", id, check->evidence));
  }
}

ChecklistItem checks_item(const Result& result, std::string text,
                          std::initializer_list<std::string_view> ids) {
  Parts parts;
  for (const auto id : ids) add_check(result, id, parts);
  return parts.item(std::move(text));
}

ChecklistItem review_item(const Result& result) {
  Parts parts;
  for (const char* role : {"backend", "dba", "sre"}) {
    const Signature* one = find_by(result.signatures, &Signature::role, role);
    const auto state = one == nullptr ? SignatureState::kMissing : one->state;
    const bool is_signed = state <= SignatureState::kClaimed;
    parts.add(is_signed ? ItemState::kMet : ItemState::kNotMet,
              is_signed ? fmt::format("{}: {} ({})", role, one->name, to_string(state))
                        : fmt::format("{}: {}", role, to_string(state)));
  }
  return parts.item("Test plan reviewed by backend, DBA and SRE before execution");
}

bool is_error_rate(const SloResult& slo) {
  return slo.unit == "%" && !slo.is_minimum;
}

ChecklistItem slos_item(const Result& result) {
  Parts parts;
  for (const ProfileResult& profile : result.profiles) {
    const auto found = std::ranges::find_if(profile.slos, is_error_rate);
    if (found == profile.slos.end()) continue;
    parts.add(ItemState::kMet, fmt::format("{} in {}", found->objective, profile.name));
  }
  if (parts.evidence.empty()) parts.add(ItemState::kNotMet, "no error rate was judged");
  return parts.item("Thresholds encode SLOs, an error rate included");
}

void add_profile(const Result& result, std::string_view name, Parts& parts) {
  const ProfileResult* profile = find_by(result.profiles, &ProfileResult::name, name);
  if (profile == nullptr) {
    return parts.add(ItemState::kNotMet, fmt::format("{}: not in the plan", name));
  }
  const bool is_run = profile->state == ProfileState::kValid && !result.is_partial;
  std::string text = fmt::format("{}: {}", name, to_string(profile->state));
  if (result.is_partial) text += ", in a partial run";
  parts.add(is_run ? ItemState::kMet : ItemState::kNotMet, std::move(text));
}

ChecklistItem profiles_item(const Result& result, std::string text,
                            std::initializer_list<std::string_view> names) {
  Parts parts;
  for (const auto name : names) add_profile(result, name, parts);
  return parts.item(std::move(text));
}

ChecklistItem cause_item(const Result& result) {
  Parts parts;
  for (const Finding& finding : result.findings) {
    parts.add(finding.is_confirmed ? ItemState::kMet : ItemState::kNotMet,
              fmt::format("{}: {}", finding.id,
                          finding.is_confirmed ? "confirmed" : "a hypothesis, not confirmed"));
  }
  if (result.findings.empty()) {
    const bool is_broken = result.verdict.slos == evidence::SloLine::kBroken;
    parts.add(is_broken ? ItemState::kNotMet : ItemState::kMet,
              is_broken ? "an SLO is broken and no cause was found" : "no bottleneck was declared");
  }
  return parts.item("Root cause confirmed at the infrastructure layer");
}

// A number stands for itself, not at the end of a name: "raise shop_ro to 40", never only "db2".
bool has_number(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = i == 0 || (std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0 &&
                                   text[i - 1] != '_' && text[i - 1] != '-');
    if (is_digit(text[i]) && starts) return true;
  }
  return false;
}

ChecklistItem tickets_item(const Result& result) {
  Parts parts;
  for (const Finding& finding : result.findings) {
    if (finding.recommendation.empty()) {
      parts.add(ItemState::kNotMet, finding.id + ": no recommendation");
    } else if (!has_number(finding.recommendation)) {
      parts.add(ItemState::kNotMet, finding.id + ": a recommendation without a number");
    } else {
      parts.add(ItemState::kMet, fmt::format("{}: {}", finding.id, finding.recommendation));
    }
  }
  if (result.findings.empty()) {
    const bool is_broken = result.verdict.slos == evidence::SloLine::kBroken;
    parts.add(
        is_broken ? ItemState::kNotMet : ItemState::kMet,
        is_broken ? "an SLO is broken and nothing is recommended" : "nothing to open a ticket for");
  }
  return parts.item("Report includes actionable tickets, not generic advice");
}

// Canaries prove that traces can be found; only the load shows that they still are.
ChecklistItem observability_item(const Result& result) {
  Parts parts;
  for (const auto id :
       {check_id::kScrapeInterval, check_id::kTraceSampling, check_id::kProfilers}) {
    add_check(result, id, parts);
  }
  for (const evidence::TraceResult& traces : result.traces) {
    if (traces.is_observed) continue;
    parts.add(ItemState::kNotMet,
              fmt::format("traces of {}: unobserved, {}", traces.profile, traces.reason));
  }
  return parts.item("Observability active: Prometheus, tracing, profilers");
}

}  // namespace

std::vector<ChecklistItem> production_checklist(const Result& result) {
  namespace id = check_id;
  return {
      review_item(result),
      checks_item(result, "Data populated beforehand; none generated inside the VU loop",
                  {id::kDataPrepared, id::kScriptLint}),
      checks_item(result, "Staging verified to match production instance types and replica count",
                  {id::kEnvironmentParity}),
      observability_item(result),
      slos_item(result),
      profiles_item(result, "Spike and soak run in addition to steady state",
                    {"steady", "spike", "soak"}),
      cause_item(result),
      tickets_item(result),
      profiles_item(result, "CI gate runs the critical path on every pull request", {"gate"}),
  };
}

}  // namespace proofload::analysis
