#include "options/option_table.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "options/consolidate.h"
#include "options/flags.h"

namespace proofload::options {
namespace {

// One option as each tier gives it. Empty = the tier has no such option.
struct Sample {
  std::string_view key;
  std::string_view json;      // as the script has it
  std::string_view variable;  // as its K6_ variable has it
  std::vector<std::string> flags;
  std::string_view shown;  // by inspect, however it was set
};

const std::vector<Sample> kSamples{
    {"paused", "true", "true", {"-p"}, "true"},
    {"vus", "5", "5", {"-u5"}, "5"},
    {"duration", "90000", "1m30s", {"-d", "90s"}, "\"1m30s\""},
    {"iterations", "\"12\"", "12", {"--iterations=12"}, "12"},
    {"stages",
     R"([{"duration":"10s","target":5},{"duration":60000,"target":10}])",
     "10s:5,1m:10",
     {"-s", "10s:5", "--stage", "1m:10"},
     R"([{"duration":"10s","target":5},{"duration":"1m0s","target":10}])"},
    {"scenarios",
     R"({"a":{"executor":"constant-vus","duration":"3s"}})",
     "",
     {},
     R"({"a":{"executor":"constant-vus","startTime":null,"gracefulStop":null,"env":null,)"
     R"("exec":null,"tags":null,"vus":null,"duration":"3s"}})"},
    {"executionSegment", "\"10%:1/2\"", "", {"--execution-segment", "0.1:50%"}, "\"1/10:1/2\""},
    {"executionSegmentSequence",
     "\"0,1/3,1\"",
     "",
     {"--execution-segment-sequence=0,1/3,1"},
     "\"0,1/3,1\""},
    {"noSetup", "true", "1", {"--no-setup"}, "true"},
    {"setupTimeout", "\"5s\"", "5s", {}, "\"5s\""},
    {"noTeardown", "true", "T", {"--no-teardown=true"}, "true"},
    {"teardownTimeout", "5500", "5.5s", {}, "\"5.5s\""},
    {"handleSummaryTimeout", "\"2m\"", "2m", {}, "\"2m0s\""},
    {"rps", "100", "100", {"--rps", "100"}, "100"},
    {"dns",
     R"({"ttl":"1m","select":"roundRobin"})",
     "ttl=1m,select=roundRobin",
     {"--dns", "ttl=1m,select=roundRobin"},
     R"({"ttl":"1m","select":"roundRobin","policy":null})"},
    {"maxRedirects", "3", "3", {"--max-redirects", "3"}, "3"},
    {"userAgent", "\"me/1\"", "me/1", {"--user-agent", "me/1"}, "\"me/1\""},
    {"batch", "7", "7", {"--batch", "7"}, "7"},
    {"batchPerHost", "2", "2", {"--batch-per-host", "2"}, "2"},
    {"httpDebug", "\"headers\"", "headers", {"--http-debug"}, "\"headers\""},
    {"insecureSkipTLSVerify", "true", "true", {"--insecure-skip-tls-verify"}, "true"},
    {"tlsCipherSuites",
     R"(["TLS_AES_128_GCM_SHA256"])",
     "TLS_AES_128_GCM_SHA256",
     {},
     R"(["TLS_AES_128_GCM_SHA256"])"},
    {"tlsVersion", "\"tls1.2\"", "", {}, R"({"min":"tls1.2","max":"tls1.2"})"},
    {"tlsAuth",
     R"([{"cert":"c","key":"k","domains":["a"]}])",
     R"([{"cert":"c","key":"k","domains":["a"]}])",
     {},
     R"([{"cert":"c","key":"k","password":null,"domains":["a"]}])"},
    {"throw", "true", "true", {"-w"}, "true"},
    {"thresholds",
     R"({"checks":["rate>0.5"]})",
     R"({"checks":["rate>0.5"]})",
     {},
     R"({"checks":["rate>0.5"]})"},
    {"blacklistIPs",
     R"(["10.1.2.3/8","::1/128"])",
     "10.1.2.3/8,::1/128",
     {"--blacklist-ip", "10.1.2.3/8,::1/128"},
     R"(["10.0.0.0/8","::1/128"])"},
    {"blockHostnames",
     R"(["*.a.test"])",
     "*.a.test",
     {"--block-hostnames", "*.a.test"},
     R"(["*.a.test"])"},
    {"hosts",
     R"({"a.test":"127.0.0.1:80","*.b":"::1"})",
     R"({"a.test":"127.0.0.1:80","*.b":"::1"})",
     {},
     R"({"*.b":"::1","a.test":"127.0.0.1:80"})"},
    {"noConnectionReuse", "true", "true", {"--no-connection-reuse"}, "true"},
    {"noVUConnectionReuse", "true", "true", {"--no-vu-connection-reuse"}, "true"},
    {"minIterationDuration", "250", "250ms", {"--min-iteration-duration", "0.25s"}, "\"250ms\""},
    {"cloud", R"({"name":"x"})", "", {}, R"({"name":"x"})"},
    {"ext", R"({"x":[1]})", "", {}, R"({"x":[1]})"},
    {"summaryTrendStats",
     R"j(["avg","p(99.9)"])j",
     "avg,p(99.9)",
     {"--summary-trend-stats", "avg,p(99.9)"},
     R"j(["avg","p(99.9)"])j"},
    {"summaryTimeUnit", "\"us\"", "us", {"--summary-time-unit", "us"}, "\"us\""},
    {"systemTags",
     R"(["url","ip","nothing"])",
     "url,ip",
     {"--system-tags", "url,ip"},
     R"(["ip","url"])"},
    {"tags",
     R"({"a":"1","b":"x"})",
     "a:1,b:x",
     {"--tag", "a=1", "--tag", "b=x"},
     R"({"a":"1","b":"x"})"},
    {"metricSamplesBufferSize", "10", "10", {}, "10"},
    {"noCookiesReset", "true", "true", {}, "true"},
    {"discardResponseBodies", "false", "0", {"--discard-response-bodies=f"}, "false"},
    {"features",
     R"(["freeze-env"])",
     "freeze-env",
     {"--features", "freeze-env"},
     R"(["freeze-env"])"},
};

const OptionRow& row_of(std::string_view key) {
  for (const OptionRow& row : option_rows()) {
    if (row.key == key) return row;
  }
  ADD_FAILURE() << "no row " << key;
  return option_rows().front();
}

// How many options are set: a reader must not touch its neighbours.
int set_count(const Options& options) {
  int count = 0;
  for (const OptionRow& row : option_rows()) count += row.is_set(options) ? 1 : 0;
  return count;
}

void expect_only(const Sample& sample, const Options& options, std::string_view tier) {
  EXPECT_EQ(row_of(sample.key).to_json(options).dump(), sample.shown)
      << sample.key << " from " << tier;
  EXPECT_EQ(set_count(options), 1) << sample.key << " from " << tier;
}

TEST(OptionTable, HasASampleForEachOptionWithAKey) {
  std::set<std::string_view> sampled;
  for (const Sample& sample : kSamples) sampled.insert(sample.key);
  for (const OptionRow& row : option_rows()) {
    EXPECT_TRUE(row.key.empty() || sampled.contains(row.key)) << row.key;
  }
}

TEST(OptionTable, ReadsEachOptionFromTheScript) {
  for (const Sample& sample : kSamples) {
    const auto tier = read_script_options(fmt::format("{{\"{}\": {}}}", sample.key, sample.json));
    ASSERT_TRUE(tier) << sample.key << ": " << tier.error().message();
    EXPECT_TRUE(tier->warnings.empty()) << sample.key;
    expect_only(sample, tier->options, "script");
  }
}

TEST(OptionTable, ReadsEachOptionFromTheConfigFile) {
  for (const Sample& sample : kSamples) {
    const auto tier = read_config_file(fmt::format("{{\"{}\": {}}}", sample.key, sample.json));
    ASSERT_TRUE(tier) << sample.key << ": " << tier.error().message();
    expect_only(sample, tier->options, "config file");
  }
}

TEST(OptionTable, ReadsEachOptionFromItsVariable) {
  for (const Sample& sample : kSamples) {
    const OptionRow& row = row_of(sample.key);
    EXPECT_EQ(row.env.empty(), sample.variable.empty()) << sample.key;
    if (row.env.empty()) continue;
    const auto tier = read_environment({{std::string(row.env), std::string(sample.variable)}});
    ASSERT_TRUE(tier) << sample.key << ": " << tier.error().message();
    expect_only(sample, tier->options, "environment");
  }
}

TEST(OptionTable, ReadsEachOptionFromItsFlag) {
  for (const Sample& sample : kSamples) {
    EXPECT_EQ(row_of(sample.key).flag.empty(), sample.flags.empty()) << sample.key;
    if (sample.flags.empty()) continue;
    const auto flags = parse_flags(Command::kRun, sample.flags);
    ASSERT_TRUE(flags) << sample.key << ": " << flags.error().message();
    expect_only(sample, flags->options, "flags");
  }
}

TEST(OptionTable, TakesNullAsNotSet) {
  for (const Sample& sample : kSamples) {
    const auto tier = read_script_options(fmt::format("{{\"{}\": null}}", sample.key));
    ASSERT_TRUE(tier) << sample.key;
    EXPECT_EQ(set_count(tier->options), 0) << sample.key;
  }
}

TEST(OptionTable, LetsTheHigherTierWinForEachOption) {
  for (const Sample& sample : kSamples) {
    const OptionRow& row = row_of(sample.key);
    const Options set =
        read_script_options(fmt::format("{{\"{}\": {}}}", sample.key, sample.json))->options;
    Options target;
    row.apply(set, target);
    EXPECT_EQ(row.to_json(target).dump(), sample.shown) << sample.key;
    row.apply(Options(), target);
    EXPECT_EQ(row.to_json(target).dump(), sample.shown) << sample.key << " kept";
  }
}

TEST(OptionTable, ReadsConsoleOutputAndLocalIpsOnlyFromFlagsAndEnvironment) {
  const auto flags = parse_flags(
      Command::kRun,
      std::vector<std::string>{"--console-output", "a.log", "--local-ips=10.0.0.1-10.0.0.9,::1"});
  ASSERT_TRUE(flags) << flags.error().message();
  EXPECT_EQ(flags->options.console_output, "a.log");
  EXPECT_EQ(flags->options.local_ips, "10.0.0.1-10.0.0.9,::1");
  const auto environment =
      read_environment({{"K6_CONSOLE_OUTPUT", "b.log"}, {"K6_LOCAL_IPS", "10.0.0.0/24"}});
  EXPECT_EQ(environment->options.console_output, "b.log");
  EXPECT_EQ(environment->options.local_ips, "10.0.0.0/24");
}

TEST(OptionTable, NamesEachFlagAndShorthandOnce) {
  for (const Command command : {Command::kRun, Command::kArchive, Command::kInspect}) {
    std::set<std::string> seen;
    const auto add = [&](const auto& rows) {
      for (const auto& row : rows) {
        if (!(row.commands & static_cast<std::uint8_t>(command))) continue;
        EXPECT_TRUE(row.flag.empty() || seen.insert(std::string(row.flag)).second) << row.flag;
        EXPECT_TRUE(!row.short_flag || seen.insert({row.short_flag}).second) << row.flag;
      }
    };
    add(option_rows());
    add(runtime_rows());
  }
}

TEST(FlagHelp, FitsEightyColumnsAndShowsEveryFlagOfTheCommand) {
  const std::string help = flag_help(Command::kRun);
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_NE(help.find("  -u, --vus int                 number of virtual users (default 1)\n"),
            std::string::npos)
      << help;
  EXPECT_NE(help.find("      --http-debug[=string]"), std::string::npos);
  EXPECT_NE(help.find("(not supported yet)"), std::string::npos);
  EXPECT_EQ(help.find("--execution-requirements"), std::string::npos);
  EXPECT_NE(flag_help(Command::kInspect).find("--execution-requirements"), std::string::npos);
  EXPECT_EQ(flag_help(Command::kInspect).find("--vus"), std::string::npos);
}

TEST(ReferencePage, IsWhatTheTableSays) {
  const auto page = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() /
                    "docs" / "reference" / "options.md";
  std::ifstream file(page);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), reference_markdown());
}

}  // namespace
}  // namespace proofload::options
