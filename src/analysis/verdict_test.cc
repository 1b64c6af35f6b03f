#include "analysis/verdict.h"

#include <array>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::analysis {
namespace {

using evidence::CheckState;
using evidence::ProfileState;
using evidence::Readiness;
using evidence::Result;
using evidence::SignatureState;
using evidence::SloLine;
using evidence::SloState;
using evidence::to_string;
using evidence::Verdict;
using ::testing::ElementsAre;

constexpr std::array kSloStates{SloState::kMet, SloState::kBroken, SloState::kUndecided};
constexpr std::array kProfileStates{ProfileState::kValid,      ProfileState::kInvalid,
                                    ProfileState::kIncomplete, ProfileState::kHalted,
                                    ProfileState::kAborted,    ProfileState::kSkipped};
constexpr std::array kCheckStates{CheckState::kPass, CheckState::kWarn, CheckState::kFail,
                                  CheckState::kWaived, CheckState::kNotRun};
constexpr std::array kSignatureStates{SignatureState::kVerified, SignatureState::kReviewed,
                                      SignatureState::kClaimed, SignatureState::kOutdated,
                                      SignatureState::kMissing};

struct Case {
  SloState slo;
  ProfileState first;
  ProfileState second;  // which has an SLO that is met
  bool is_required;     // the first one
  CheckState check;
  SignatureState signature;
  bool is_partial;
};

Result result_of(const Case& one) {
  Result result{.is_partial = one.is_partial};
  result.profiles = {{.name = "steady", .is_required = one.is_required, .state = one.first},
                     {.name = "soak", .state = one.second}};
  result.profiles[0].slos = {{.id = "p99", .state = one.slo}};
  result.profiles[1].slos = {{.id = "p99", .state = SloState::kMet}};
  result.checks = {{.id = "target", .state = one.check}};
  result.signatures = {{.role = "dba", .state = one.signature}};
  return result;
}

// The rules of the header, written down a second time.
Readiness expected_readiness(const Case& one) {
  const bool is_first_judged =
      one.first != ProfileState::kInvalid && one.first != ProfileState::kSkipped;
  if (is_first_judged && one.slo == SloState::kBroken) return Readiness::kNotReady;
  for (const ProfileState state : {one.first, one.second}) {
    if (state == ProfileState::kHalted) return Readiness::kNotReady;
  }
  if (one.second == ProfileState::kInvalid) return Readiness::kInvalid;
  if (one.first == ProfileState::kInvalid && one.is_required) return Readiness::kInvalid;
  const bool is_first_complete = (one.first == ProfileState::kValid && one.slo == SloState::kMet) ||
                                 (one.first == ProfileState::kSkipped && !one.is_required);
  const bool is_checked = one.check == CheckState::kPass || one.check == CheckState::kWarn ||
                          one.check == CheckState::kWaived;
  const bool is_signed = one.signature == SignatureState::kVerified ||
                         one.signature == SignatureState::kReviewed ||
                         one.signature == SignatureState::kClaimed;
  const bool is_all = is_first_complete && one.second == ProfileState::kValid && is_checked &&
                      is_signed && !one.is_partial;
  return is_all ? Readiness::kReady : Readiness::kInconclusive;
}

SloLine expected_slos(const Case& one) {
  const bool is_first_run = one.first != ProfileState::kSkipped;
  if (is_first_run && one.first != ProfileState::kInvalid && one.slo == SloState::kBroken) {
    return SloLine::kBroken;
  }
  if (one.first == ProfileState::kInvalid || one.second == ProfileState::kInvalid) {
    return SloLine::kInvalid;
  }
  const bool is_first_met =
      !is_first_run || (one.first == ProfileState::kValid && one.slo == SloState::kMet);
  const bool is_second_met =
      one.second == ProfileState::kValid || one.second == ProfileState::kSkipped;
  const bool has_run = is_first_run || one.second != ProfileState::kSkipped;
  return has_run && is_first_met && is_second_met ? SloLine::kMet : SloLine::kUndecided;
}

// The n-th of all combinations.
Case nth_case(std::size_t n) {
  const auto take = [&n](std::size_t count) { return std::exchange(n, n / count) % count; };
  return {.slo = kSloStates.at(take(kSloStates.size())),
          .first = kProfileStates.at(take(kProfileStates.size())),
          .second = kProfileStates.at(take(kProfileStates.size())),
          .is_required = take(2) == 0,
          .check = kCheckStates.at(take(kCheckStates.size())),
          .signature = kSignatureStates.at(take(kSignatureStates.size())),
          .is_partial = take(2) == 0};
}

TEST(Verdict, FollowsItsPrecedenceInEveryCombination) {
  constexpr std::size_t kCount = std::size_t{3} * 6 * 6 * 2 * 5 * 5 * 2;
  for (std::size_t n = 0; n < kCount; ++n) {
    const Case one = nth_case(n);
    const Verdict verdict = decide_verdict(result_of(one));
    ASSERT_EQ(verdict.readiness, expected_readiness(one))
        << to_string(one.slo) << ", " << to_string(one.first) << ", " << to_string(one.second)
        << ", required " << one.is_required << ", " << to_string(one.check) << ", "
        << to_string(one.signature) << ", partial " << one.is_partial;
    ASSERT_EQ(verdict.slos, expected_slos(one))
        << to_string(one.slo) << ", " << to_string(one.first) << ", " << to_string(one.second);
  }
}

TEST(Verdict, NamesWhatIsMissing) {
  Result result = result_of({SloState::kMet, ProfileState::kValid, ProfileState::kSkipped, true,
                             CheckState::kFail, SignatureState::kMissing, false});
  EXPECT_THAT(decide_verdict(result).outstanding, ElementsAre("soak", "check target", "dba"));
}

TEST(Verdict, SaysTheGravestReasonFirst) {
  Result result = result_of({SloState::kBroken, ProfileState::kHalted, ProfileState::kInvalid, true,
                             CheckState::kPass, SignatureState::kVerified, false});
  result.profiles[0].reasons = {"error_rate > 25% for 10s: 61.0 % of requests failed"};
  EXPECT_THAT(decide_verdict(result).reasons,
              ElementsAre("halted in steady: error_rate > 25% for 10s: 61.0 % of requests failed",
                          "p99 is broken in steady", "soak"));
}

TEST(ExitCode, IsReadinessOfAFullRunAndSlosOfAPartialOne) {
  const auto code = [](Readiness readiness, SloLine slos, bool is_partial) {
    return exit_code_of(
        {.is_partial = is_partial, .verdict = {.slos = slos, .readiness = readiness}});
  };
  EXPECT_EQ(code(Readiness::kReady, SloLine::kMet, false), 0);
  EXPECT_EQ(code(Readiness::kNotReady, SloLine::kBroken, false), 99);
  EXPECT_EQ(code(Readiness::kInvalid, SloLine::kInvalid, false), 120);
  EXPECT_EQ(code(Readiness::kInconclusive, SloLine::kMet, false), 121);
  EXPECT_EQ(code(Readiness::kInconclusive, SloLine::kMet, true), 0);
  EXPECT_EQ(code(Readiness::kInconclusive, SloLine::kUndecided, true), 121);
}

TEST(ExitCode, OfAHaltIsItsOwn) {
  const Result result = result_of({SloState::kBroken, ProfileState::kHalted, ProfileState::kSkipped,
                                   true, CheckState::kPass, SignatureState::kVerified, false});
  EXPECT_EQ(exit_code_of(result), 123);
}

}  // namespace
}  // namespace proofload::analysis
