#include "certify/parity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.h"
#include "certify/preflight_probes.h"
#include "observe/kubernetes.h"
#include "plan/values.h"

namespace proofload::certify {
namespace {

using evidence::Facts;
using evidence::FactsOfKind;

struct Rule {
  std::string_view kind;
  std::string_view words;
  bool (*agrees)(const std::string&, const std::string&);
  bool is_required = true;
};

bool is_same(const std::string& a, const std::string& b) {
  return a == b;
}

// "500m" and "0.5", "1Gi" and "1024Mi".
bool is_same_amount(const std::string& a, const std::string& b) {
  const auto first = observe::to_quantity(a);
  const auto second = observe::to_quantity(b);
  return first && second ? std::abs(*first - *second) <= 1e-9 * std::abs(*second) : a == b;
}

// A few rows more are no other size.
bool is_same_size(const std::string& a, const std::string& b) {
  constexpr double kFew = 1000;
  constexpr double kShare = 0.2;
  const auto first = plan::to_number(a);
  const auto second = plan::to_number(b);
  if (!first || !second) return a == b;
  const double distance = std::abs(*first - *second);
  return distance <= kFew || distance <= kShare * *second;
}

// PostgreSQL's minor releases repair; the number before the first dot decides (since 10).
bool is_same_major(const std::string& a, const std::string& b) {
  return a.substr(0, a.find_first_of(". ")) == b.substr(0, b.find_first_of(". "));
}

bool is_near(const std::string& a, const std::string& b) {
  const auto first = plan::to_duration(a);
  const auto second = plan::to_duration(b);
  if (!first || !second) return a == b;
  return *first <= 2 * *second && *second <= 2 * *first;
}

constexpr Rule kOther{"", "the same", is_same, true};

constexpr std::array<Rule, 14> kRules{{
    {"instance_type", "the same", is_same},
    {"replicas", "the same", is_same},
    {"autoscaling", "the same", is_same},
    {"cpu_limit", "the same amount", is_same_amount},
    {"memory_limit", "the same amount", is_same_amount},
    {"cpu_request", "the same amount", is_same_amount, false},
    {"memory_request", "the same amount", is_same_amount, false},
    {"image", "the same", is_same, false},
    {"nodes", "the same", is_same, false},
    {"db_version", "the same major version", is_same_major},
    {"db_settings", "the same", is_same},
    {"db_size", "within 20 %", is_same_size},
    {"db_rows", "within 20 %, or 1000 rows", is_same_size},
    {"client_rtt", "half to twice", is_near, false},
}};

const Rule& rule_of(std::string_view kind) {
  const auto found = std::find_if(kRules.begin(), kRules.end(),
                                  [&](const Rule& rule) { return rule.kind == kind; });
  return found == kRules.end() ? kOther : *found;
}

const FactsOfKind& facts_of(const Facts& facts, const std::string& kind) {
  static const FactsOfKind kNone;
  const auto found = facts.find(kind);
  return found == facts.end() ? kNone : found->second;
}

const std::string& value_of(const FactsOfKind& facts, const std::string& subject) {
  static const std::string kNone;
  const auto found = facts.find(subject);
  return found == facts.end() ? kNone : found->second;
}

// The kinds to look at: all that both know, and those required.
std::set<std::string> kinds_of(const Facts& ours, const Facts& theirs,
                               const std::vector<std::string>& require) {
  std::set<std::string> kinds(require.begin(), require.end());
  for (const auto& [kind, facts] : ours) kinds.insert(kind);
  for (const auto& [kind, facts] : theirs) kinds.insert(kind);
  return kinds;
}

void compare_kind(const std::string& kind, bool is_required, const FactsOfKind& ours,
                  const FactsOfKind& theirs, std::vector<Difference>& differences) {
  const Rule& rule = rule_of(kind);
  Difference one{.kind = kind, .rule = std::string(rule.words), .is_required = is_required};
  if (ours.empty() || theirs.empty()) {
    const auto size = [](const FactsOfKind& facts) {
      return facts.empty() ? std::string() : fmt::format("{} known", facts.size());
    };
    one.ours = size(ours);
    one.theirs = size(theirs);
    differences.push_back(std::move(one));
    return;
  }
  std::set<std::string> subjects;
  for (const auto& [subject, value] : ours) subjects.insert(subject);
  for (const auto& [subject, value] : theirs) subjects.insert(subject);
  for (const std::string& subject : subjects) {
    one.subject = subject;
    one.ours = value_of(ours, subject);
    one.theirs = value_of(theirs, subject);
    const bool are_known = !one.ours.empty() && !one.theirs.empty();
    if (!are_known || !rule.agrees(one.ours, one.theirs)) differences.push_back(one);
  }
}

std::string shown(const std::string& value) {
  constexpr std::size_t kWidth = 60;
  if (value.empty()) return "(not known)";
  return value.size() <= kWidth ? value : value.substr(0, kWidth) + "...";
}

// One text of a difference, for the evidence of a check.
std::string sentence(const Difference& one) {
  return fmt::format("{}{}{}: {} here, {} there", one.kind, one.subject.empty() ? "" : " ",
                     one.subject, shown(one.ours), shown(one.theirs));
}

// The plan's own range decides about the round trip, not the other environment.
std::optional<std::string> rtt_problem(const plan::Parity& parity, const Facts& facts) {
  if (!parity.client_rtt) return std::nullopt;
  const std::string& value = value_of(facts_of(facts, "client_rtt"), "");
  const auto measured = plan::to_duration(value);
  if (measured && *measured >= parity.client_rtt->least && *measured <= parity.client_rtt->most) {
    return std::nullopt;
  }
  return fmt::format("client_rtt: {} here, {} to {} wanted", shown(value),
                     to_string(parity.client_rtt->least), to_string(parity.client_rtt->most));
}

// What a file says of this environment, then what those say who can be asked now.
Result<EnvironmentSnapshot> own_snapshot(const plan::Plan& plan) {
  EnvironmentSnapshot own = PL_TRY(take_snapshot(plan.service.environment, sources_of(plan)));
  const std::string& file = plan.service.parity->snapshot;
  if (file.empty()) return own;
  EnvironmentSnapshot kept = PL_TRY(read_snapshot(std::filesystem::path(plan.folder) / file));
  kept.name = own.name;
  for (auto& [kind, facts] : own.facts) kept.facts[kind] = std::move(facts);
  return kept;
}

}  // namespace

std::vector<Difference> compare(const Facts& ours, const Facts& theirs,
                                const std::vector<std::string>& require) {
  std::vector<Difference> differences;
  for (const std::string& kind : kinds_of(ours, theirs, require)) {
    const bool is_named = std::find(require.begin(), require.end(), kind) != require.end();
    compare_kind(kind, require.empty() ? rule_of(kind).is_required : is_named, facts_of(ours, kind),
                 facts_of(theirs, kind), differences);
  }
  std::stable_sort(
      differences.begin(), differences.end(),
      [](const Difference& a, const Difference& b) { return a.is_required && !b.is_required; });
  return differences;
}

std::size_t shared_facts(const Facts& ours, const Facts& theirs) {
  std::size_t count = 0;
  for (const auto& [kind, facts] : ours) {
    const FactsOfKind& others = facts_of(theirs, kind);
    for (const auto& [subject, value] : facts) count += others.count(subject);
  }
  return count;
}

std::string differences_text(const std::vector<Difference>& differences, const std::string& ours,
                             const std::string& theirs) {
  if (differences.empty()) return "";
  std::string text =
      fmt::format("{:<9} {:<16} {:<32} {:<24} {:<24} {}\n", "", "kind", "of", ours, theirs, "rule");
  for (const Difference& one : differences) {
    text +=
        fmt::format("{:<9} {:<16} {:<32} {:<24} {:<24} {}\n", one.is_required ? "required" : "note",
                    one.kind, one.subject, shown(one.ours), shown(one.theirs), one.rule);
  }
  return text;
}

evidence::CheckResult check_parity(const plan::Plan& plan) {
  const plan::Parity& parity = *plan.service.parity;
  const auto theirs = read_snapshot(std::filesystem::path(plan.folder) / parity.with);
  if (!theirs) return failed(theirs.error().message(), theirs.error().hint());
  const auto ours = own_snapshot(plan);
  if (!ours) return failed(ours.error().message(), ours.error().hint());
  std::vector<std::string> required;
  std::vector<std::string> notes;
  if (auto problem = rtt_problem(parity, ours->facts)) required.push_back(*std::move(problem));
  for (const Difference& one : compare(ours->facts, theirs->facts, parity.require)) {
    if (one.kind == "client_rtt" && parity.client_rtt) continue;
    (one.is_required ? required : notes).push_back(sentence(one));
  }
  const std::string seen =
      fmt::format("{} facts against {} of {}", shared_facts(ours->facts, theirs->facts),
                  theirs->name, theirs->taken);
  static constexpr std::size_t kShown = 5;
  const auto first = [](const std::vector<std::string>& all) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kShown));
    return fmt::format("{}{}", fmt::join(all.begin(), end, "; "),
                       all.size() > kShown ? fmt::format("; {} more", all.size() - kShown) : "");
  };
  if (!required.empty()) {
    return failed(fmt::format("{}: {}", seen, first(required)),
                  "make this environment alike, or waive it with a reason; `proofload env diff` "
                  "lists everything");
  }
  if (notes.empty()) return passed(seen + ": alike");
  return passed(fmt::format("{}: alike where required; {}", seen, first(notes)));
}

}  // namespace proofload::certify
