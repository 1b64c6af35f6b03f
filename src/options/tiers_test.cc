#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "options/consolidate.h"
#include "options/flags.h"

namespace proofload::options {
namespace {

std::string refused(std::string_view json) {
  const auto tier = read_script_options(json);
  EXPECT_FALSE(tier) << json;
  if (tier) return "";
  EXPECT_EQ(tier.error().kind(), ErrorKind::kInvalidConfig);
  return tier.error().message();
}

TEST(ScriptOptions, AreRefusedWithK6sTexts) {
  EXPECT_EQ(refused(R"({"vus": "many", "duration": "2s"})"),
            "strconv.ParseInt: parsing \"many\": invalid syntax");
  EXPECT_EQ(refused(R"({"vus": 1.5})"),
            "json: cannot unmarshal number 1.5 into Go value of type int64");
  EXPECT_EQ(refused(R"({"duration": "5x"})"), "time: unknown unit \"x\" in duration \"5x\"");
  EXPECT_EQ(refused(R"({"scenarios": {"a": {"executor": "externally-controlled"}}})"),
            "unknown executor type 'externally-controlled'");
  EXPECT_EQ(refused(R"({"scenarios": {"a": {"vus": 1}}})"),
            "scenario 'a' doesn't have a specified executor type");
  EXPECT_EQ(refused(R"({"scenarios": {"a": {"executor": "constant-vus", "rate": 1}}})"),
            "json: unknown field \"rate\"");
  EXPECT_EQ(refused(R"({"noSetup": "yes"})"),
            "json: cannot unmarshal string into Go value of type bool");
}

TEST(ScriptOptions, SayWhereTheMistakeIs) {
  EXPECT_EQ(read_script_options(R"({"vus": "many"})").error().hint(), "options.vus");
  EXPECT_EQ(
      read_script_options(R"({"scenarios": {"a": {"executor": "constant-vus", "duration": true}}})")
          .error()
          .hint(),
      "options.scenarios.a.duration");
}

TEST(ScriptOptions, NameAllMistakesAtOnce) {
  EXPECT_EQ(refused(R"({"vus": "many", "rps": [], "scenarios": {
                "a": {"executor": "x"}, "b": {"executor": "constant-vus", "nope": 1}}})"),
            "There were problems with the specified script configuration:"
            "\n\t- options.vus: strconv.ParseInt: parsing \"many\": invalid syntax"
            "\n\t- options.rps: json: cannot unmarshal array into Go value of type int64"
            "\n\t- options.scenarios: scenarios.a: unknown executor type 'x'; scenarios.b.nope: "
            "json: unknown field \"nope\"");
}

TEST(ScriptOptions, WarnOfAllUnknownOnesByName) {
  const auto one = read_script_options(R"({"vus": 1, "alsoNot": {"a": 1}})");
  ASSERT_EQ(one->warnings.size(), 1u);
  EXPECT_EQ(one->warnings[0].message,
            "There were unknown fields in the options exported in the script");
  EXPECT_EQ(one->warnings[0].fields[0].first, "error");
  EXPECT_EQ(one->warnings[0].fields[0].second, "json: unknown field \"alsoNot\"");
  const auto two = read_script_options(R"({"notAnOption": 3, "alsoNot": {"a": 1}})");
  EXPECT_EQ(two->warnings[0].fields[0].second, "json: unknown fields \"notAnOption\", \"alsoNot\"");
  EXPECT_EQ(read_script_options(R"({"vus": 1})")->warnings.size(), 0u);
}

TEST(ScriptOptions, MatchNamesWithoutRegardToCase) {
  const auto tier = read_script_options(
      R"({"VUs": 3, "insecureSkipTlsVerify": true,
          "scenarios": {"a": {"Executor": "constant-vus", "GracefulStop": "1s"}}})");
  ASSERT_TRUE(tier) << tier.error().message();
  EXPECT_TRUE(tier->warnings.empty());
  EXPECT_EQ(tier->options.vus, 3);
  EXPECT_EQ(tier->options.insecure_skip_tls_verify, true);
  EXPECT_EQ(tier->options.scenarios->at(0).graceful_stop, std::chrono::seconds(1));
}

TEST(ScriptOptions, KeepTheBrowserOptionsOfAScenario) {
  const auto tier = read_script_options(
      R"({"scenarios": {"a": {"executor": "constant-vus", "options": {"browser": {"type": "x"}}}}})");
  EXPECT_EQ(tier->options.scenarios->at(0).options_json, R"({"browser":{"type":"x"}})");
}

TEST(ScriptOptions, MayBeMissing) {
  EXPECT_TRUE(read_script_options("null"));
  EXPECT_TRUE(read_script_options("{}"));
}

TEST(ScriptOptions, OfHostileJsonAreRefused) {
  EXPECT_FALSE(read_script_options("{"));
  EXPECT_FALSE(read_script_options("[]"));
  EXPECT_FALSE(read_script_options(R"({"cloud": )" + std::string(100'000, '[') + "}"));
  EXPECT_FALSE(read_script_options(R"({"duration": 1e300})"));
  EXPECT_FALSE(read_script_options(R"({"duration": ")" + std::string(1000, '9') + R"(s"})"));
  EXPECT_FALSE(read_script_options(R"({"vus": 18446744073709551615})"));
}

TEST(ScriptOptions, OfBadNetworkValuesAreRefused) {
  for (const char* json :
       {R"({"blacklistIPs": ["1.2.3.4"]})", R"({"blacklistIPs": ["1.2.3.4/33"]})",
        R"({"blockHostnames": ["a*b"]})", R"({"blockHostnames": ["a..b"]})",
        R"({"hosts": {"a.test": "nowhere"}})", R"({"hosts": {"a.test": "1.2.3.4:70000"}})",
        R"({"hosts": {"a:b": "1.2.3.4"}})", R"({"dns": {"select": "best"}})",
        R"({"dns": {"ttl": "soon"}})", R"({"tlsVersion": "tls2"})",
        R"({"tlsVersion": {"min": "tls1.3", "max": "tls1.2"}})",
        R"({"tlsCipherSuites": ["TLS_NULL"]})", R"j({"summaryTrendStats": ["p(101)"]})j",
        R"({"summaryTrendStats": ["mode"]})", R"({"summaryTimeUnit": "h"})",
        R"({"features": ["time-travel"]})", R"({"setupTimeout": "-1s"})"}) {
    EXPECT_FALSE(read_script_options(json)) << json;
  }
}

TEST(ConfigFile, SetsProgramOptionsToo) {
  const auto tier = read_config_file(
      R"({"vus": 2, "out": ["json=a"], "linger": false, "collectors": {"influxdb": {}}, "x": 1})");
  ASSERT_TRUE(tier) << tier.error().message();
  EXPECT_EQ(tier->options.vus, 2);
  EXPECT_EQ(tier->runtime.out, std::vector<std::string>{"json=a"});
  EXPECT_EQ(tier->runtime.collectors, R"({"influxdb":{}})");
}

TEST(Environment, IgnoresWhatIsEmptyOrNotAnOption) {
  const auto tier = read_environment({{"K6_VUS", ""}, {"K6_SOMETHING", "x"}, {"VUS", "3"}});
  ASSERT_TRUE(tier);
  EXPECT_FALSE(tier->options.vus);
}

TEST(Environment, NamesTheVariablesThatAreWrong) {
  const auto tier = read_environment({{"K6_VUS", "x"}, {"K6_SUMMARY_MODE", "y"}});
  ASSERT_FALSE(tier);
  EXPECT_EQ(tier.error().message(),
            "There were problems with the specified script configuration:"
            "\n\t- K6_VUS: strconv.ParseInt: parsing \"x\": invalid syntax"
            "\n\t- K6_SUMMARY_MODE: invalid summary mode");
}

TEST(Environment, TakesAnyTextInNoColorAsYes) {
  EXPECT_EQ(read_environment({{"NO_COLOR", "please"}})->runtime.no_color, true);
  EXPECT_EQ(read_environment({{"K6_NO_COLOR", "false"}, {"NO_COLOR", "1"}})->runtime.no_color,
            false);
}

TEST(RuntimeOptions, RunFromConfigFileOverEnvironmentToFlags) {
  Tier file;
  file.runtime.out = {"a"};
  file.runtime.no_usage_report = true;
  Tier environment;
  environment.runtime.out = {"b"};
  environment.runtime.summary_mode = "full";
  RuntimeOptions flags;
  flags.summary_mode = "disabled";

  const auto merged = consolidate_runtime(file, environment, flags);

  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->no_usage_report, true);
  EXPECT_EQ(merged->out, std::vector<std::string>{"b"});
  EXPECT_EQ(merged->summary_mode, "disabled");
}

TEST(RuntimeOptions, RefuseWhatIsNotBuiltYet) {
  const auto flags =
      parse_flags(Command::kRun, std::vector<std::string>{"--address=localhost:6565", "--linger"});
  const auto merged = consolidate_runtime({}, {}, flags->runtime);
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().kind(), ErrorKind::kUsage);
  EXPECT_EQ(merged.error().message(),
            "not supported yet: lingering after the test (--linger), the REST API (--address)");
  const auto dashboard =
      consolidate_runtime({}, *read_environment({{"K6_WEB_DASHBOARD", "true"}}), {});
  EXPECT_EQ(dashboard.error().message(), "not supported yet: the web dashboard (K6_WEB_DASHBOARD)");
}

TEST(RuntimeOptions, SetToOffAreAccepted) {
  const auto flags =
      parse_flags(Command::kRun,
                  std::vector<std::string>{"--address=", "--linger=false", "--traces-output=none"});
  EXPECT_TRUE(consolidate_runtime({}, {}, flags->runtime));
}

TEST(ScriptEnvironment, HoldsThePairsOverTheVariables) {
  RuntimeOptions runtime;
  runtime.env = StringMap{{"A", "flag"}};
  const StringMap environment{{"A", "outside"}, {"B", "outside"}};
  EXPECT_EQ(script_environment(runtime, environment, true),
            (StringMap{{"A", "flag"}, {"B", "outside"}}));
  EXPECT_EQ(script_environment(runtime, environment, false), (StringMap{{"A", "flag"}}));
  runtime.include_system_env_vars = false;
  EXPECT_EQ(script_environment(runtime, environment, true), (StringMap{{"A", "flag"}}));
}

}  // namespace
}  // namespace proofload::options
