#include "options/render.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "options/consolidate.h"

namespace proofload::options {
namespace {

// Captures of k6 v2.2.0's `inspect` on the scripts whose options stand below.
std::string golden(const std::string& name) {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "testdata" / name);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

constexpr const char* kShortcutOptions = R"({
  "vus": 2, "iterations": 6, "tags": {"team": "blue"},
  "thresholds": {
    "http_req_failed": ["rate<0.01"],
    "http_req_duration": ["p(95)<2000", "avg<1000"],
    "checks": ["rate>0.9"],
    "http_req_duration{page:home}": ["max<5000"],
    "orders": ["count>5"],
    "queue_depth": ["value<100"],
    "cache_hits": [{"threshold": "rate>0.1", "abortOnFail": true, "delayAbortEval": "10s"}]
  }})";

constexpr const char* kScenarioOptions = R"({
  "scenarios": {
    "browse": {"executor": "constant-vus", "exec": "browse", "vus": 2, "duration": "3s",
               "gracefulStop": "2s", "tags": {"kind": "read"}},
    "buy": {"executor": "ramping-arrival-rate", "exec": "buy", "startTime": "1s", "startRate": 2,
            "timeUnit": "1s", "preAllocatedVUs": 2, "maxVUs": 4,
            "stages": [{"target": 6, "duration": "2s"}], "env": {"MODE": "fast"}}
  },
  "thresholds": {"http_req_duration{scenario:buy}": ["p(90)<3000"],
                 "group_duration{group:::shop::cart}": ["max<9000"]}})";

TestOptions consolidated(const char* script) {
  std::vector<Warning> warnings;
  auto test = consolidate({.script = read_script_options(script)->options}, warnings);
  EXPECT_TRUE(test) << test.error().message();
  return *std::move(test);
}

TEST(InspectText, ShowsAShortcutScriptAsK6Does) {
  EXPECT_EQ(inspect_text(read_script_options(kShortcutOptions)->options),
            golden("inspect-pass.json"));
}

TEST(InspectText, ShowsScenariosAsK6Does) {
  EXPECT_EQ(inspect_text(read_script_options(kScenarioOptions)->options),
            golden("inspect-scenarios.json"));
}

TEST(InspectText, AddsTheRequirementsOfAShortcutScript) {
  const TestOptions test = consolidated(kShortcutOptions);
  EXPECT_EQ(inspect_text(test.options, execution_requirements(test)),
            golden("inspect-requirements-pass.json"));
}

TEST(InspectText, AddsTheRequirementsOfScenarios) {
  const TestOptions test = consolidated(kScenarioOptions);
  EXPECT_EQ(inspect_text(test.options, execution_requirements(test)),
            golden("inspect-requirements.json"));
}

TEST(TestOptionsText, HasScenariosInsteadOfShortcuts) {
  TestOptions test = consolidated(R"({"vus": 3, "duration": "5s"})");
  test.options.console_output = "out.log";

  const Json json = Json::parse(test_options_text(test.options));

  for (const char* shortcut : {"vus", "iterations", "duration", "stages"}) {
    EXPECT_FALSE(json.contains(shortcut)) << shortcut;
  }
  EXPECT_EQ(json["scenarios"]["default"]["executor"], "constant-vus");
  EXPECT_EQ(json["scenarios"]["default"]["vus"], 3);
  EXPECT_EQ(json["scenarios"]["default"]["duration"], "5s");
  EXPECT_EQ(json["consoleOutput"], "out.log");
  EXPECT_TRUE(json["localIPs"].is_null());
}

TEST(ToJson, ReadsBackAsTheSameOptions) {
  const char* script =
      R"({"paused": false, "vus": 7, "stages": [{"duration": "1m30s", "target": 5}],
    "executionSegment": "1/4:1/2", "executionSegmentSequence": "0,1/4,1/2,1",
    "dns": {"ttl": "inf", "select": "first", "policy": "any"},
    "tlsVersion": {"min": "tls1.1", "max": "tls1.3"},
    "tlsAuth": [{"cert": "c", "key": "k", "password": "p", "domains": ["a.test"]}],
    "blacklistIPs": ["10.0.0.0/8"], "hosts": {"a.test": "127.0.0.1:80"},
    "cloud": {"projectID": 3}, "ext": {"x": {"y": [1, 2.5]}}})";

  const Json once = to_json(read_script_options(script)->options);
  const Json twice = to_json(read_script_options(once.dump())->options);

  EXPECT_EQ(once, twice);
  EXPECT_EQ(once["dns"]["ttl"], "inf");
  EXPECT_EQ(once["tlsVersion"]["max"], "tls1.3");
  EXPECT_EQ(once["cloud"]["projectID"], 3);
  EXPECT_EQ(once["executionSegmentSequence"], "0,1/4,1/2,1");
}

TEST(ToJson, NeverThrowsOnTextThatIsNotUtf8) {
  Options options;
  options.user_agent = "\xff\xfe";
  EXPECT_NE(inspect_text(options).find("\"userAgent\": \"\xEF\xBF\xBD\xEF\xBF\xBD\""),
            std::string::npos);
}

TEST(Overrides, AreWhatTheScriptDidNotSaySo) {
  Options script;
  script.vus = 3;
  script.rps = 10;
  Options consolidated = script;
  EXPECT_EQ(overrides_text(script, consolidated), "");
  consolidated.vus = 1;
  consolidated.batch = 7;
  consolidated.summary_trend_stats = {"avg"};
  EXPECT_EQ(overrides_text(script, consolidated), R"({"vus":1,"batch":7})");
}

}  // namespace
}  // namespace proofload::options
