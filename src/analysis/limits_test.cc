#include "analysis/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::analysis {
namespace {

using evidence::Result;
using evidence::Signal;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WallTime second(int at) {
  return WallTime(std::chrono::seconds(at));
}

Signal signal(std::string id, std::string name, double before, double after) {
  Signal made{.id = std::move(id), .component = "pgbouncer", .name = std::move(name)};
  made.object = "shop_ro";
  for (int at = 0; at < 60; ++at) made.points.push_back({second(at), at < 30 ? before : after});
  return made;
}

// Broken from the thirtieth second on.
Result broken(std::vector<Signal> signals) {
  Result result;
  evidence::ProfileResult profile{.name = "steady", .state = evidence::ProfileState::kValid};
  profile.started = second(0);
  profile.took = std::chrono::seconds(60);
  profile.slos = {{.id = "p99",
                   .first_breach = std::chrono::seconds(30),
                   .state = evidence::SloState::kBroken}};
  result.profiles.push_back(std::move(profile));
  result.signals = std::move(signals);
  return result;
}

TEST(FindLimits, NamesAFullPoolWithItsNumbersAndItsEvidence) {
  const auto findings = find_limits(
      broken({signal("E1", "pool busy", 4, 20), signal("E2", "pool size", 20, 20),
              signal("E3", "pool waiting", 0, 155), signal("E4", "pool wait", 0, 0.414)}));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(
      findings[0].sentence,
      HasSubstr("connection pool shop_ro of pgbouncer exhausted (20 of 20 busy, 155 waiting) "
                "at 00:00:30 in steady; a connection was waited for 414 ms"));
  EXPECT_THAT(findings[0].evidence, ElementsAre("E3", "E1", "E2", "E4"));
  EXPECT_THAT(findings[0].recommendation, HasSubstr("from 20 to 175"));
  EXPECT_FALSE(findings[0].is_confirmed);
}

TEST(FindLimits, SaysNothingWhileEverySloHolds) {
  Result result = broken({signal("E3", "pool waiting", 0, 155)});
  result.profiles[0].slos[0].state = evidence::SloState::kMet;
  EXPECT_THAT(find_limits(result), IsEmpty());
}

TEST(FindLimits, LooksAtTheBadTimeOnly) {
  EXPECT_THAT(find_limits(broken({signal("E3", "pool waiting", 155, 0)})), IsEmpty());
}

TEST(FindLimits, NamesAQuotaThatThrottles) {
  const auto findings = find_limits(broken({signal("E5", "CPU throttled", 0, 0.6)}));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].sentence, HasSubstr("kept from running for 0.60 s each second"));
}

}  // namespace
}  // namespace proofload::analysis
