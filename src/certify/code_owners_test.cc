#include "certify/code_owners.h"

#include <gmock/gmock.h>

namespace proofload::certify {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Whether `pattern` names `path`.
bool names(const std::string& pattern, const std::string& path) {
  return !owners_of(path, pattern + " @ada\n").empty();
}

TEST(CodeOwners, AreThoseOfTheLastPatternThatMatches) {
  constexpr const char* kFile =
      "# comment\n*  @all\n/perf/ @ada @shop/sre  # who load-tests\n"
      "\n/perf/open.yaml\n";
  EXPECT_THAT(owners_of("README.md", kFile), ElementsAre("@all"));
  EXPECT_THAT(owners_of("perf/plan.yaml", kFile), ElementsAre("@ada", "@shop/sre"));
  EXPECT_THAT(owners_of("perf/open.yaml", kFile), IsEmpty());
}

TEST(CodeOwners, PatternsAreAsInGitsIgnoreFiles) {
  EXPECT_TRUE(names("*.yaml", "perf/plan.yaml"));
  EXPECT_TRUE(names("plan.yaml", "perf/deep/plan.yaml"));
  EXPECT_TRUE(names("/perf/plan.yaml", "perf/plan.yaml"));
  EXPECT_FALSE(names("/plan.yaml", "perf/plan.yaml"));
  EXPECT_TRUE(names("perf/", "a/perf/plan.yaml"));
  EXPECT_FALSE(names("/perf/", "a/perf/plan.yaml"));
  EXPECT_TRUE(names("/perf", "perf/deep/plan.yaml"));
  EXPECT_TRUE(names("perf/*", "perf/plan.yaml"));
  EXPECT_FALSE(names("perf/*", "perf/deep/plan.yaml"));
  EXPECT_TRUE(names("**/plan.yaml", "perf/deep/plan.yaml"));
  EXPECT_TRUE(names("/perf/**/plan.yaml", "perf/plan.yaml"));
  EXPECT_FALSE(names("per", "perf/plan.yaml"));
  EXPECT_FALSE(names("plan.yaml/", "plan.yaml"));
}

}  // namespace
}  // namespace proofload::certify
