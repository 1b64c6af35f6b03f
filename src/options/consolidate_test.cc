#include "options/consolidate.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "options/flags.h"

namespace proofload::options {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Options script(std::string_view json) {
  auto tier = read_script_options(json);
  EXPECT_TRUE(tier) << tier.error().message();
  return std::move(tier->options);
}

Options flags(const std::vector<std::string>& arguments) {
  auto parsed = parse_flags(Command::kRun, arguments);
  EXPECT_TRUE(parsed) << parsed.error().message();
  return std::move(parsed->options);
}

struct Outcome {
  std::optional<TestOptions> test;
  std::string error;
  std::vector<std::string> warnings;
};

Outcome outcome_of(const Tiers& tiers,
                   const std::function<bool(std::string_view)>& is_exported = {}) {
  std::vector<Warning> warnings;
  Outcome outcome;
  auto test = consolidate(tiers, warnings, is_exported);
  if (test) {
    outcome.test = *std::move(test);
  } else {
    outcome.error = test.error().message();
    EXPECT_EQ(test.error().kind(), ErrorKind::kInvalidConfig);
  }
  for (const Warning& warning : warnings) outcome.warnings.push_back(warning.message);
  return outcome;
}

std::string describe(const Outcome& outcome) {
  EXPECT_TRUE(outcome.test) << outcome.error;
  if (!outcome.test) return "";
  std::string text;
  for (const load::Scenario& scenario : outcome.test->scenarios) {
    text += scenario.name + ": " + load::describe(scenario, outcome.test->tuple) + "\n";
  }
  return text;
}

constexpr const char* kTwoScenarios = R"({"scenarios": {
    "late": {"executor": "constant-vus", "duration": "3s", "startTime": "1s"},
    "soon": {"executor": "per-vu-iterations"}}})";

TEST(Shortcuts, WithoutAnyAreOneIteration) {
  EXPECT_EQ(describe(outcome_of({})),
            "default: 1 iterations for each of 1 VUs (maxDuration: 10m0s, gracefulStop: 30s)\n");
}

TEST(Shortcuts, OfVusAloneShareAsManyIterations) {
  EXPECT_EQ(describe(outcome_of({.flags = flags({"-u", "3"})})),
            "default: 3 iterations shared among 3 VUs (maxDuration: 10m0s, gracefulStop: 30s)\n");
}

TEST(Shortcuts, OfIterationsAndDurationAreSharedIterations) {
  EXPECT_EQ(describe(outcome_of({.flags = flags({"-u2", "-i6", "-d1m"})})),
            "default: 6 iterations shared among 2 VUs (maxDuration: 1m0s, gracefulStop: 30s)\n");
}

TEST(Shortcuts, OfDurationAreConstantVus) {
  EXPECT_EQ(describe(outcome_of({.flags = flags({"-u2", "-d5s"})})),
            "default: 2 looping VUs for 5s (gracefulStop: 30s)\n");
}

TEST(Shortcuts, OfStagesAreRampingVus) {
  EXPECT_EQ(describe(outcome_of({.flags = flags({"-u2", "-s", "5s:4,5s:0"})})),
            "default: Up to 4 looping VUs for 10s over 2 stages (gracefulRampDown: 30s, "
            "gracefulStop: 30s)\n");
}

TEST(Shortcuts, SetToEmptyAreWarnedAbout) {
  const Outcome outcome = outcome_of({.script = script(R"({"stages": []})")});
  EXPECT_THAT(
      outcome.warnings,
      ElementsAre("`stages` was explicitly set to an empty value, running the script with 1 "
                  "iteration in 1 VU"));
  EXPECT_EQ(outcome.test->scenarios.size(), 1u);
}

TEST(Precedence, RunsFromConfigFileOverScriptAndEnvironmentToFlags) {
  const Options one = script(R"({"batch": 1, "rps": 1, "maxRedirects": 1, "userAgent": "1"})");
  const Options two = script(R"({"rps": 2, "maxRedirects": 2, "userAgent": "2"})");
  const Options three = script(R"({"maxRedirects": 3, "userAgent": "3"})");
  const Options four = script(R"({"userAgent": "4"})");

  const Options merged = outcome_of({one, two, three, four}).test->options;

  EXPECT_EQ(merged.batch, 1);
  EXPECT_EQ(merged.rps, 2);
  EXPECT_EQ(merged.max_redirects, 3);
  EXPECT_EQ(merged.user_agent, "4");
}

TEST(Precedence, DropsLowerExecutionSettingsWhole) {
  const Outcome outcome =
      outcome_of({.script = script(R"({"vus": 4, "iterations": 8})"),
                  .environment = read_environment({{"K6_DURATION", "5s"}})->options});
  EXPECT_EQ(describe(outcome), "default: 4 looping VUs for 5s (gracefulStop: 30s)\n");
  EXPECT_TRUE(outcome.warnings.empty());
}

TEST(Precedence, LetsVusOfAHigherTierChangeTheTestBelow) {
  EXPECT_EQ(describe(outcome_of(
                {.script = script(R"({"vus": 4, "duration": "5s"})"), .flags = flags({"-u9"})})),
            "default: 9 looping VUs for 5s (gracefulStop: 30s)\n");
}

TEST(Precedence, WarnsWhenScenariosAreOverridden) {
  const Outcome outcome =
      outcome_of({.script = script(kTwoScenarios), .flags = flags({"-u", "1", "-i", "1"})},
                 [](std::string_view name) { return name != "default"; });
  EXPECT_THAT(outcome.warnings,
              ElementsAre("\"cli\" level configuration overrode scenarios configuration entirely"));
  EXPECT_EQ(outcome.error,
            "There were problems with the specified script configuration:\n\t- executor default: "
            "function 'default' not found in exports");
}

TEST(Precedence, WarnsWhenVusOverrideScenarios) {
  const Outcome outcome = outcome_of(
      {.script = script(
           R"({"vus": 1, "scenarios": {"a": {"executor": "per-vu-iterations", "vus": 2}}})")});
  EXPECT_THAT(outcome.warnings, ElementsAre("`vus=1` overrides scenarios configuration"));
  EXPECT_EQ(describe(outcome),
            "default: 1 iterations shared among 1 VUs (maxDuration: 10m0s, gracefulStop: 30s)\n");
}

TEST(Precedence, ReplacesTagsUnlessTheFeatureMergesThem) {
  const Options below = script(R"({"tags": {"a": "1", "b": "1"}})");
  EXPECT_EQ(outcome_of({.script = below, .flags = flags({"--tag", "b=2"})}).test->run_tags,
            (StringMap{{"b", "2"}}));
  EXPECT_EQ(outcome_of(
                {.script = below, .flags = flags({"--tag", "b=2", "--features", "merge-run-tags"})})
                .test->run_tags,
            (StringMap{{"a", "1"}, {"b", "2"}, {"k6_feature_merge-run-tags", "true"}}));
}

TEST(Precedence, MergesDnsByItsParts) {
  const Options merged = outcome_of({.script = script(R"({"dns": {"ttl": "0", "policy": "any"}})"),
                                     .flags = flags({"--dns", "policy=onlyIPv6"})})
                             .test->options;
  EXPECT_EQ(merged.dns.ttl, "0");
  EXPECT_EQ(merged.dns.policy, "onlyIPv6");
  EXPECT_EQ(dns_ttl(merged.dns), Duration::zero());
  EXPECT_EQ(dns_ttl({.ttl = "500"}), std::chrono::milliseconds(500));
  EXPECT_EQ(dns_ttl({.ttl = "inf"}), Duration::max());
  EXPECT_EQ(dns_ttl({}), std::chrono::minutes(5));
}

TEST(Consolidation, SortsScenariosByStart) {
  const Outcome outcome = outcome_of({.script = script(kTwoScenarios)});
  ASSERT_EQ(outcome.test->scenarios.size(), 2u);
  EXPECT_EQ(outcome.test->scenarios[0].name, "soon");
  EXPECT_EQ(outcome.test->scenarios[1].name, "late");
  EXPECT_EQ(outcome.test->options.scenarios->front().name, "late");
}

TEST(Consolidation, RefusesConflictsAsK6Does) {
  EXPECT_EQ(outcome_of({.flags = flags({"-i2", "-s", "1s:1"})}).error,
            "using `iterations` and `stages` options simultaneously is not allowed");
  EXPECT_EQ(outcome_of({.flags = flags({"-d2s", "-s", "1s:1"})}).error,
            "using `duration` and `stages` options simultaneously is not allowed");
  for (const char* shortcut : {"duration", "iterations", "stages"}) {
    const std::string value =
        shortcut == std::string_view("stages") ? R"([{"duration": "1s", "target": 1}])" : R"("1")";
    EXPECT_EQ(outcome_of(
                  {.script = script("{\"" + std::string(shortcut) + "\": " + value +
                                    R"(, "scenarios": {"a": {"executor": "per-vu-iterations"}}})")})
                  .error,
              "using `" + std::string(shortcut) +
                  "` and `scenarios` options simultaneously is not allowed");
  }
}

TEST(Consolidation, RefusesBadShortcutsAsK6Does) {
  const std::string title = "There were problems with the specified script configuration:\n\t- ";
  EXPECT_EQ(outcome_of({.flags = flags({"-u0", "-d1s"})}).error,
            title +
                "scenario default has configuration errors: the number of VUs must be more "
                "than 0");
  EXPECT_EQ(outcome_of({.flags = flags({"-u5", "-i2"})}).error,
            title +
                "scenario default has configuration errors: the number of iterations (2) can't "
                "be less than the number of VUs (5)");
  EXPECT_EQ(outcome_of({.flags = flags({"-u1", "-d200ms"})}).error,
            title +
                "scenario default has configuration errors: the duration must be at least 1s, "
                "but is 200ms");
}

TEST(Consolidation, RefusesABadThresholdAsK6Does) {
  Tiers tiers{.script = script(R"j({"thresholds": {"http_req_duration": ["p(95) is low"]}})j")};
  EXPECT_EQ(outcome_of(tiers).error,
            "failed parsing threshold expression \"p(95) is low\"; reason: malformed threshold "
            "expression");
  tiers.no_thresholds = true;
  EXPECT_TRUE(outcome_of(tiers).test);
}

TEST(Consolidation, NamesEveryProblemAtOnce) {
  const std::string error =
      outcome_of(
          {.script = script(R"({"scenarios": {
          "a": {"executor": "constant-vus", "vus": 0},
          "b": {"executor": "shared-iterations", "vus": 5, "exec": "gone"}}})"),
           .flags = flags({"--execution-segment=0:1/3", "--execution-segment-sequence=0,1/2,1"})},
          [](std::string_view name) { return name != "gone"; })
          .error;
  EXPECT_THAT(error, HasSubstr("scenario a has configuration errors: the number of VUs must be "
                               "more than 0, the duration is unspecified"));
  EXPECT_THAT(error, HasSubstr("scenario b has configuration errors"));
  EXPECT_THAT(error, HasSubstr("executor b: function 'gone' not found in exports"));
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 4);
}

TEST(Consolidation, RefusesATestOfMoreThanTenYears) {
  EXPECT_THAT(outcome_of({.flags = flags({"-s", "80000h:1,80000h:1"})}).error,
              HasSubstr("it would end after more than ten years"));
}

TEST(Consolidation, RefusesWhatIsNotBuiltYet) {
  std::vector<Warning> warnings;
  const auto test = consolidate({.flags = flags({"--paused"})}, warnings);
  ASSERT_FALSE(test);
  EXPECT_EQ(test.error().message(), "not supported yet: pausing at start (--paused)");
  EXPECT_TRUE(consolidate({.flags = flags({"--paused=false"})}, warnings));
}

}  // namespace
}  // namespace proofload::options
