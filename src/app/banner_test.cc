#include "app/banner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Banner, ShowsScriptOutputsAndPlanAsK6Does) {
  const std::vector<load::Scenario> scenarios{
      {.name = "default",
       .executor = load::SharedIterationsConfig{.vus = 2, .iterations = 6, .max_duration = {}}}};
  const load::ExecutionTuple tuple;

  const std::string text = banner_text(
      {.script = "pass.js", .outputs = {"json (a.json)"}, .scenarios = scenarios, .tuple = tuple},
      false);

  EXPECT_THAT(text,
              HasSubstr("     execution: local\n        script: pass.js\n        output: json "
                        "(a.json)\n\n     scenarios: (100.00%) 1 scenario, 2 max VUs, 10m30s "
                        "max duration (incl. graceful stop):\n              * default: 6 "
                        "iterations shared among 2 VUs"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Banner, IsColouredOnlyWhenAsked) {
  const std::vector<load::Scenario> none;
  const load::ExecutionTuple tuple;
  EXPECT_THAT(
      banner_text({.script = "x.js", .outputs = {}, .scenarios = none, .tuple = tuple}, true),
      HasSubstr("\x1b[36mx.js\x1b[0m"));
}

}  // namespace
}  // namespace proofload::app
