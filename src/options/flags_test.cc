#include "options/flags.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::options {
namespace {

using Arguments = std::vector<std::string>;

ParsedFlags parsed(const Arguments& arguments) {
  auto flags = parse_flags(Command::kRun, arguments);
  EXPECT_TRUE(flags) << flags.error().message();
  return *std::move(flags);
}

// The text of the error.
std::string refused(const Arguments& arguments, Command command = Command::kRun) {
  const auto flags = parse_flags(command, arguments);
  EXPECT_FALSE(flags);
  EXPECT_EQ(flags.error().kind(), ErrorKind::kUsage);
  return flags.error().message();
}

TEST(Flags, TakeAValueInFourWays) {
  for (const Arguments& arguments : {Arguments{"-u", "5"}, Arguments{"-u5"}, Arguments{"-u=5"},
                                     Arguments{"--vus", "5"}, Arguments{"--vus=5"}}) {
    EXPECT_EQ(parsed(arguments).options.vus, 5) << arguments[0];
  }
}

TEST(Flags, MayStandBehindTheScriptAndStopAtTwoDashes) {
  const ParsedFlags flags = parsed({"a.js", "-q", "--", "-u", "--vus"});
  EXPECT_EQ(flags.positional, (Arguments{"a.js", "-u", "--vus"}));
  EXPECT_EQ(flags.runtime.quiet, true);
  EXPECT_FALSE(flags.options.vus);
}

TEST(Flags, LeaveALoneDashToTheCommandAsStandardInput) {
  EXPECT_EQ(parsed({"-"}).positional, Arguments{"-"});
}

TEST(Flags, JoinShorthandsOfWhichTheLastMayTakeAValue) {
  const ParsedFlags flags = parsed({"-wqu7"});
  EXPECT_EQ(flags.options.throw_errors, true);
  EXPECT_EQ(flags.runtime.quiet, true);
  EXPECT_EQ(flags.options.vus, 7);
}

TEST(Flags, LetTheLastOfASingleValueCount) {
  EXPECT_EQ(parsed({"-u1", "--vus=2"}).options.vus, 2);
}

TEST(Flags, GatherRepeatsAndCommasOfAList) {
  EXPECT_EQ(parsed({"--block-hostnames", "a.test,b.test", "--block-hostnames", "\"c.test\""})
                .options.block_hostnames,
            (Arguments{"a.test", "b.test", "c.test"}));
}

TEST(Flags, KeepCommasOfAnArray) {
  EXPECT_EQ(parsed({"-o", "csv=a.csv,x=1", "--out", "json"}).runtime.out,
            (Arguments{"csv=a.csv,x=1", "json"}));
  EXPECT_EQ(parsed({"--tag", "a=1,2"}).options.tags, (StringMap{{"a", "1,2"}}));
}

TEST(Flags, GiveHttpDebugItsBareMeaning) {
  EXPECT_EQ(parsed({"--http-debug", "a.js"}).options.http_debug, "headers");
  EXPECT_EQ(parsed({"--http-debug=full"}).options.http_debug, "full");
}

TEST(Flags, PassEnvironmentPairsToTheScript) {
  EXPECT_EQ(parsed({"-e", "A=1=2", "--env", "B=", "-eC"}).runtime.env,
            (StringMap{{"A", "1=2"}, {"B", ""}, {"C", ""}}));
}

TEST(Flags, RefuseWhatTheyDoNotKnowAsPflagDoes) {
  EXPECT_EQ(refused({"--no-such-flag", "a.js"}), "unknown flag: --no-such-flag");
  EXPECT_EQ(refused({"--no-summary", "a.js"}), "unknown flag: --no-summary");
  EXPECT_EQ(refused({"-z"}), "unknown shorthand flag: 'z' in -z");
  EXPECT_EQ(refused({"-qz1"}), "unknown shorthand flag: 'z' in -z1");
  EXPECT_EQ(refused({"--=x"}), "bad flag syntax: --=x");
  EXPECT_EQ(refused({"---vus"}), "bad flag syntax: ---vus");
  EXPECT_EQ(refused({"--vus"}), "flag needs an argument: --vus");
  EXPECT_EQ(refused({"-u"}), "flag needs an argument: 'u' in -u");
}

TEST(Flags, RefuseOptionFlagsForInspect) {
  EXPECT_EQ(refused({"--vus=1"}, Command::kInspect), "unknown flag: --vus");
  EXPECT_TRUE(parse_flags(Command::kInspect, Arguments{"--execution-requirements", "a.js"}));
}

TEST(Flags, SuggestTheFlagThatWasMeant) {
  const auto flags = parse_flags(Command::kRun, Arguments{"--duratoin=5s"});
  EXPECT_EQ(flags.error().hint(), "did you mean --duration?");
  EXPECT_EQ(closest_flag(Command::kRun, "interations"), "iterations");
  EXPECT_EQ(closest_flag(Command::kRun, "something-else-entirely"), "");
}

TEST(Flags, RefuseBadValuesWithK6sTexts) {
  EXPECT_EQ(refused({"-d", "5x"}),
            "invalid argument \"5x\" for \"-d, --duration\" flag: time: unknown unit \"x\" in "
            "duration \"5x\"");
  EXPECT_EQ(refused({"-d", "10"}),
            "invalid argument \"10\" for \"-d, --duration\" flag: time: missing unit in duration "
            "\"10\"");
  EXPECT_EQ(refused({"--vus=many"}),
            "invalid argument \"many\" for \"-u, --vus\" flag: strconv.ParseInt: parsing \"many\": "
            "invalid syntax");
  EXPECT_EQ(refused({"--vus=99999999999999999999"}),
            "invalid argument \"99999999999999999999\" for \"-u, --vus\" flag: strconv.ParseInt: "
            "parsing \"99999999999999999999\": value out of range");
  EXPECT_EQ(refused({"--paused=maybe"}),
            "invalid argument \"maybe\" for \"-p, --paused\" flag: strconv.ParseBool: parsing "
            "\"maybe\": invalid syntax");
  EXPECT_EQ(refused({"--summary-mode", "legacy"}), "invalid summary mode");
  EXPECT_EQ(refused({"--stage", "5x:1"}),
            "error for stage 0: time: unknown unit \"x\" in duration \"5x\"");
  EXPECT_EQ(refused({"--stage", ":1"}), "stage 0 doesn't have a specified duration");
  EXPECT_EQ(refused({"--tag", "a"}), "error parsing tag 'a': invalid tag, empty value");
  EXPECT_EQ(refused({"--blacklist-ip", "1.2.3.4"}),
            "error parsing blacklist-ip '1.2.3.4': invalid CIDR address: 1.2.3.4");
  EXPECT_EQ(refused({"-e", "1A=x"}), "invalid environment variable name '1A'");
}

TEST(Flags, RefuseAbsurdNumbers) {
  EXPECT_FALSE(parse_flags(Command::kRun, Arguments{"--vus=100000001"}));
  EXPECT_FALSE(parse_flags(Command::kRun, Arguments{"--duration=100000h"}));
  EXPECT_FALSE(parse_flags(Command::kRun, Arguments{"--batch=-1"}));
  EXPECT_FALSE(parse_flags(Command::kRun, Arguments{"--cores=0"}));
}

TEST(Flags, ReadOurOwnEngineFlags) {
  const ParsedFlags flags = parsed({"--cores", "4", "--io=epoll", "--isolation=full"});
  EXPECT_EQ(flags.runtime.cores, 4);
  EXPECT_EQ(flags.runtime.io, "epoll");
  EXPECT_EQ(flags.runtime.isolation, "full");
  EXPECT_EQ(refused({"--io=kqueue"}), "unknown I/O backend 'kqueue'");
}

}  // namespace
}  // namespace proofload::options
