#include "plan/edit.h"

#include <gmock/gmock.h>

namespace proofload::plan {
namespace {

using testing::HasSubstr;

constexpr const char* kValue = "{prometheus: \"http://p\", value: 5}";

std::string edited(std::string_view text) {
  const auto changed = with_grounding(text, kValue);
  return changed ? *changed : "refused: " + changed.error().message();
}

TEST(PlanEdit, PutsGroundingFirstInLoadAndKeepsComments) {
  EXPECT_EQ(
      edited("name: x   # ours\nload:   # how much\n  # the script\n  script: a.js\nother: 1\n"),
      "name: x   # ours\nload:   # how much\n  # the script\n"
      "  grounded_in: {prometheus: \"http://p\", value: 5}\n  script: a.js\nother: 1\n");
}

TEST(PlanEdit, ReplacesAGroundingThatStandsInOneLine) {
  EXPECT_EQ(
      edited("load:\n  grounded_in: {query: 'a}b', over: \"1\\\"}d\"}  # old\n  script: a.js\n"),
      "load:\n  grounded_in: {prometheus: \"http://p\", value: 5}  # old\n  script: a.js\n");
}

TEST(PlanEdit, RefusesWhatItCouldOnlyBreak) {
  for (const char* text :
       {"load: {script: a.js}\n", "load:\n  grounded_in:\n    query: x\n  script: a.js\n",
        "load:\n  grounded_in: {query: x,\n    over: 1d}\n  script: a.js\n", "name: x\n",
        "load: 7\n", "load: [\n", ""}) {
    EXPECT_THAT(edited(text), HasSubstr("refused: the plan's `load.grounded_in`")) << text;
  }
}

TEST(PlanEdit, RefusesAValueThatIsMoreThanOne) {
  EXPECT_FALSE(with_grounding("load:\n  script: a.js\n", "{a: 1}\n  script: b.js"));
  EXPECT_FALSE(with_grounding("load:\n  script: a.js\n", "{a: "));
}

}  // namespace
}  // namespace proofload::plan
