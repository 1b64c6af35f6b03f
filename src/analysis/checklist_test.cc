#include "analysis/checklist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::analysis {
namespace {

using evidence::ChecklistItem;
using evidence::CheckState;
using evidence::ItemState;
using evidence::ProfileState;
using evidence::Result;
using evidence::SignatureState;
using evidence::SloLine;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;

enum Line { kReview, kData, kParity, kObservability, kSlos, kProfiles, kCause, kTickets, kGate };

Result complete() {
  Result result;
  result.verdict.slos = SloLine::kMet;
  for (const char* role : {"backend", "dba", "sre"}) {
    result.signatures.push_back({role, "Kim", "", SignatureState::kVerified});
  }
  for (const auto id :
       {check_id::kDataPrepared, check_id::kScriptLint, check_id::kEnvironmentParity,
        check_id::kScrapeInterval, check_id::kTraceSampling, check_id::kProfilers}) {
    result.checks.push_back({.id = std::string(id), .state = CheckState::kPass, .evidence = "ok"});
  }
  for (const char* name : {"gate", "steady", "spike", "soak"}) {
    result.profiles.push_back({.name = name, .state = ProfileState::kValid});
  }
  result.profiles[1].slos = {{.id = "errors", .objective = "errors <= 0.1 %", .unit = "%"}};
  return result;
}

ItemState state_of(const Result& result, Line line) {
  return production_checklist(result).at(line).state;
}

TEST(ProductionChecklist, IsMetByACompleteRun) {
  EXPECT_THAT(production_checklist(complete()),
              Each(Field(&ChecklistItem::state, ItemState::kMet)));
}

TEST(ProductionChecklist, HasNineLinesAndMeetsOnlyWhatIsEmptyForAnEmptyResult) {
  const auto items = production_checklist({});
  ASSERT_EQ(items.size(), 9U);
  for (const Line line : {kReview, kData, kParity, kObservability, kSlos, kProfiles, kGate}) {
    EXPECT_EQ(items[line].state, ItemState::kNotMet) << items[line].text;
  }
  EXPECT_EQ(items[kCause].evidence, "no bottleneck was declared");
}

TEST(ProductionChecklist, ASignatureFromBeforeAChangeIsNone) {
  Result result = complete();
  result.signatures[1].state = SignatureState::kOutdated;
  const auto item = production_checklist(result)[kReview];
  EXPECT_EQ(item.state, ItemState::kNotMet);
  EXPECT_EQ(item.evidence, "backend: Kim (verified); dba: outdated; sre: Kim (verified)");
}

TEST(ProductionChecklist, AWaiverIsShownWithItsReasonAndAFailureWinsOverIt) {
  Result result = complete();
  result.checks[3].state = CheckState::kWaived;
  result.checks[3].waiver = "Kim: one host";
  EXPECT_EQ(state_of(result, kObservability), ItemState::kWaived);
  EXPECT_THAT(production_checklist(result)[kObservability].evidence,
              HasSubstr("waived, Kim: one host"));
  result.checks[4].state = CheckState::kFail;
  EXPECT_EQ(state_of(result, kObservability), ItemState::kNotMet);
}

TEST(ProductionChecklist, TracesThatGetLostUnderLoadAreNoObservability) {
  Result result = complete();
  result.traces = {{.profile = "steady", .is_observed = true},
                   {.profile = "spike", .reason = "at the peak 1 of 400 traces were found"}};
  const auto item = production_checklist(result)[kObservability];
  EXPECT_EQ(item.state, ItemState::kNotMet);
  EXPECT_THAT(item.evidence, HasSubstr("spike: unobserved, at the peak 1 of 400 traces"));
  result.traces.pop_back();
  EXPECT_EQ(state_of(result, kObservability), ItemState::kMet);
}

TEST(ProductionChecklist, AShareThatHasToBeReachedIsNoErrorRate) {
  Result result = complete();
  result.profiles[1].slos[0].is_minimum = true;
  EXPECT_EQ(state_of(result, kSlos), ItemState::kNotMet);
}

TEST(ProductionChecklist, ProfilesOfAPartialRunDoNotCount) {
  Result result = complete();
  result.is_partial = true;
  EXPECT_EQ(state_of(result, kProfiles), ItemState::kNotMet);
  result.is_partial = false;
  result.profiles[3].state = ProfileState::kInvalid;
  EXPECT_EQ(state_of(result, kProfiles), ItemState::kNotMet);
}

TEST(ProductionChecklist, AHypothesisIsNoConfirmedCause) {
  Result result = complete();
  result.findings = {{.id = "F1", .is_confirmed = true, .recommendation = "raise shop_ro to 40"},
                     {.id = "F2", .recommendation = "raise db2"}};
  EXPECT_EQ(state_of(result, kCause), ItemState::kNotMet);
  EXPECT_EQ(production_checklist(result)[kTickets].evidence,
            "F1: raise shop_ro to 40; F2: a recommendation without a number");
  result.findings.pop_back();
  EXPECT_EQ(state_of(result, kCause), ItemState::kMet);
  EXPECT_EQ(state_of(result, kTickets), ItemState::kMet);
}

TEST(ProductionChecklist, ABrokenSloWithoutAFindingIsNotExplained) {
  Result result = complete();
  result.verdict.slos = SloLine::kBroken;
  EXPECT_EQ(state_of(result, kCause), ItemState::kNotMet);
  EXPECT_EQ(state_of(result, kTickets), ItemState::kNotMet);
}

}  // namespace
}  // namespace proofload::analysis
