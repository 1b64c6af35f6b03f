#include "report/result_json.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "report/result_test_values.h"

namespace proofload::report {
namespace {

using testing::hostile_result;
using testing::sample_result;

std::string error_of(std::string_view text) {
  const auto result = result_from_json(text);
  return result ? "" : result.error().message();
}

// The sample's JSON after `change`.
template <class Change>
std::string changed(const Change& change) {
  Json json = Json::parse(to_json(sample_result()));
  change(json);
  return json.dump();
}

TEST(ResultJson, ComesBackAsItWas) {
  for (const auto& result : {evidence::Result{}, sample_result()}) {
    const std::string text = to_json(result);
    const auto back = result_from_json(text);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(to_json(*back), text);
  }
}

TEST(ResultJson, KeepsInstantsDurationsAndStates) {
  using namespace std::chrono_literals;
  const auto back = result_from_json(to_json(sample_result()));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->ended - back->started, 651s + 250ms);
  EXPECT_EQ(back->profiles[0].slos[0].first_breach, 270s);
  EXPECT_EQ(back->profiles[1].started, WallTime{});
  EXPECT_EQ(back->profiles[1].state, evidence::ProfileState::kSkipped);
  EXPECT_EQ(back->profiles[0].seconds.size(), 600U);
  EXPECT_EQ(back->profiles[0].seconds[599].requests,
            sample_result().profiles[0].seconds[599].requests);
  EXPECT_EQ(back->verdict.readiness, evidence::Readiness::kNotReady);
}

TEST(ResultJson, WritesAPercentileAmongFailuresAsAWord) {
  auto result = sample_result();
  result.profiles[0].slos[0].value = INFINITY;
  result.profiles[0].slos[0].interval = evidence::Interval{480, INFINITY};
  const Json json = Json::parse(to_json(result));
  EXPECT_EQ(json["profiles"][0]["slos"][0]["value"], "failures");
  EXPECT_EQ(json["profiles"][0]["slos"][0]["interval"]["high"], "failures");
  EXPECT_TRUE(std::isinf(*result_from_json(json.dump())->profiles[0].slos[0].value));
}

TEST(ResultJson, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(error_of("<html>"), "not a JSON object");
  EXPECT_EQ(error_of("{}"), "schema_version: 1 expected");
  EXPECT_EQ(error_of(changed([](Json& json) { json["profiles"][0]["slos"][1]["limit"] = "x"; })),
            "profiles[0].slos[1].limit: number expected");
  EXPECT_EQ(error_of(changed([](Json& json) { json["started"] = "today"; })),
            "started: time as in 2026-01-31T14:02:31Z expected");
  EXPECT_EQ(error_of(changed([](Json& json) { json["verdict"]["slos"] = "FINE"; })),
            "verdict.slos: one of the known states expected");
  EXPECT_EQ(error_of(changed([](Json& json) { json["profiles"][0]["seconds"]["vus"] = {1}; })),
            "profiles[0].seconds: columns of one length expected");
  EXPECT_EQ(error_of(changed([](Json& json) { json["profiles"][0]["took_ms"] = 1e300; })),
            "profiles[0].took_ms: milliseconds expected");
}

TEST(ResultJson, IgnoresWhatALaterVersionAdds) {
  EXPECT_EQ(error_of(changed([](Json& json) { json["mood"] = "good"; })), "");
}

TEST(ResultJson, IsValidByItsSchema) {
  if (std::system("python3 -c 'import jsonschema' >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "python3-jsonschema is missing: the schema was not checked";
  }
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  const auto folder = std::filesystem::path(::testing::TempDir());
  for (const auto& [name, result] : {std::pair{"empty", evidence::Result{}},
                                     {"sample", sample_result()},
                                     {"hostile", hostile_result()}}) {
    const auto path = folder / fmt::format("proofload-result-{}.json", name);
    std::ofstream(path) << to_json(result);
    const auto command = fmt::format(
        "python3 -W ignore -c 'import json, sys, jsonschema; "
        "jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate("
        "json.load(open(sys.argv[2])))' '{}' '{}'",
        (root / "api/result.schema.json").string(), path.string());
    EXPECT_EQ(std::system(command.c_str()), 0) << name;
    std::filesystem::remove(path);
  }
}

}  // namespace
}  // namespace proofload::report
