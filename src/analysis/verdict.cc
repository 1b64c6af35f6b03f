#include "analysis/verdict.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace proofload::analysis {
namespace {

using evidence::CheckState;
using evidence::ProfileResult;
using evidence::ProfileState;
using evidence::Readiness;
using evidence::Result;
using evidence::SignatureState;
using evidence::SloLine;
using evidence::SloResult;
using evidence::SloState;
using evidence::Verdict;

// What the profiles came to; the reasons in words.
struct Facts {
  std::vector<std::string> broken;
  std::vector<std::string> halted;
  std::vector<std::string> invalid;
  bool is_required_invalid = false;
  std::vector<std::string> undecided;
  bool has_run = false;
};

std::string first_reason(const ProfileResult& profile) {
  return profile.reasons.empty() ? "" : ": " + profile.reasons.front();
}

void add_profile(const ProfileResult& profile, Facts& facts) {
  if (profile.state == ProfileState::kSkipped) return;
  facts.has_run = true;
  if (profile.state == ProfileState::kInvalid) {
    facts.invalid.push_back(profile.name + first_reason(profile));
    facts.is_required_invalid |= profile.is_required;
    return;
  }
  for (const SloResult& slo : profile.slos) {
    if (slo.state == SloState::kBroken) {
      facts.broken.push_back(fmt::format("{} is broken in {}", slo.id, profile.name));
    }
    if (slo.state == SloState::kUndecided || slo.state == SloState::kInvalid) {
      facts.undecided.push_back(fmt::format("{} is undecided in {}{}", slo.id, profile.name,
                                            slo.reason.empty() ? "" : ": " + slo.reason));
    }
  }
  if (profile.state == ProfileState::kHalted) {
    facts.halted.push_back("halted in " + profile.name + first_reason(profile));
  } else if (profile.state != ProfileState::kValid) {
    facts.undecided.push_back(profile.name + first_reason(profile));
  }
}

std::vector<std::string> outstanding(const Result& result) {
  std::vector<std::string> missing;
  for (const ProfileResult& profile : result.profiles) {
    const bool is_missing = profile.is_required && profile.state == ProfileState::kSkipped;
    if (is_missing) missing.push_back(profile.name);
  }
  for (const evidence::CheckResult& check : result.checks) {
    const bool is_missing = check.is_required && (check.state == CheckState::kFail ||
                                                  check.state == CheckState::kNotRun);
    if (is_missing) missing.push_back("check " + check.id);
  }
  for (const evidence::Signature& one : result.signatures) {
    if (one.state == SignatureState::kMissing) missing.push_back(one.role);
    if (one.state == SignatureState::kOutdated)
      missing.push_back(one.role + " (signed before a change)");
  }
  return missing;
}

SloLine slo_line(const Facts& facts) {
  if (!facts.broken.empty()) return SloLine::kBroken;
  if (!facts.invalid.empty()) return SloLine::kInvalid;
  const bool is_met = facts.has_run && facts.undecided.empty() && facts.halted.empty();
  return is_met ? SloLine::kMet : SloLine::kUndecided;
}

}  // namespace

Verdict decide_verdict(const Result& result) {
  Facts facts;
  for (const ProfileResult& profile : result.profiles) add_profile(profile, facts);
  Verdict verdict{.slos = slo_line(facts), .reasons = {}, .outstanding = outstanding(result)};
  if (!facts.broken.empty() || !facts.halted.empty()) {
    verdict.readiness = Readiness::kNotReady;
  } else if (facts.is_required_invalid) {
    verdict.readiness = Readiness::kInvalid;
  } else if (!facts.undecided.empty() || !facts.invalid.empty() || !verdict.outstanding.empty() ||
             result.is_partial || !facts.has_run) {
    verdict.readiness = Readiness::kInconclusive;
  } else {
    verdict.readiness = Readiness::kReady;
  }
  for (const auto* reasons : {&facts.halted, &facts.broken, &facts.invalid, &facts.undecided}) {
    verdict.reasons.insert(verdict.reasons.end(), reasons->begin(), reasons->end());
  }
  return verdict;
}

bool is_halted(const Result& result) {
  return std::any_of(result.profiles.begin(), result.profiles.end(),
                     [](const auto& profile) { return profile.state == ProfileState::kHalted; });
}

int exit_code_of(const Result& result) {
  constexpr int kBroken = 99;
  constexpr int kInvalid = 120;
  constexpr int kUndecided = 121;
  constexpr int kHalted = 123;
  if (is_halted(result)) return kHalted;
  if (result.is_partial) {
    switch (result.verdict.slos) {
      case SloLine::kMet:
        return 0;
      case SloLine::kBroken:
        return kBroken;
      case SloLine::kInvalid:
        return kInvalid;
      case SloLine::kUndecided:
        return kUndecided;
    }
  }
  switch (result.verdict.readiness) {
    case Readiness::kReady:
      return 0;
    case Readiness::kNotReady:
      return kBroken;
    case Readiness::kInvalid:
      return kInvalid;
    case Readiness::kInconclusive:
      break;
  }
  return kUndecided;
}

}  // namespace proofload::analysis
