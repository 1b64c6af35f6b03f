#include "output/sample_text.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include <gtest/gtest.h>

namespace proofload::output {
namespace {

std::string shortest(double value) {
  std::string out;
  append_shortest(out, value);
  return out;
}

std::string six_decimals(double value) {
  std::string out;
  append_six_decimals(out, value);
  return out;
}

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

WallTime at(std::int64_t nanoseconds) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(Duration(nanoseconds)));
}

std::string rfc3339(std::int64_t nanoseconds) {
  std::string out;
  TimeText().append_nanoseconds(out, at(nanoseconds));
  return out;
}

// Runs a test in a time zone of its choice.
class TimeTextTest : public ::testing::Test {
 protected:
  static void set_zone(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  void SetUp() override { set_zone("UTC0"); }
  void TearDown() override { set_zone("UTC0"); }
};

TEST(AppendShortest, KeepsTheDigitsThatReadBack) {
  EXPECT_EQ(shortest(0), "0");
  EXPECT_EQ(shortest(47), "47");
  EXPECT_EQ(shortest(20.44574), "20.44574");
  EXPECT_EQ(shortest(1501.116345), "1501.116345");
  EXPECT_EQ(shortest(-0.335439), "-0.335439");
  EXPECT_EQ(shortest(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(shortest(1.0 / 3), "0.3333333333333333");
}

TEST(AppendShortest, UsesGosExponent) {
  EXPECT_EQ(shortest(0.0001), "0.0001");
  EXPECT_EQ(shortest(0.00001), "1e-05");
  EXPECT_EQ(shortest(999999), "999999");
  EXPECT_EQ(shortest(1000000), "1e+06");
  EXPECT_EQ(shortest(1234567.5), "1.2345675e+06");
  EXPECT_EQ(shortest(1e300), "1e+300");
}

TEST(AppendShortest, ReadsBackWhateverTheValue) {
  // A walk over many magnitudes and digit patterns; the factor is irrational enough to hit them.
  double value = 1e-9;
  for (int i = 0; i < 2000; ++i, value *= 1.0217317) {
    const double rounded = std::strtod(six_decimals(value).c_str(), nullptr);
    ASSERT_EQ(std::strtod(shortest(value).c_str(), nullptr), value);
    ASSERT_EQ(std::strtod(shortest(rounded).c_str(), nullptr), rounded);
  }
}

TEST(AppendSixDecimals, RoundsAsPrintfDoes) {
  EXPECT_EQ(six_decimals(20.44574), "20.445740");
  EXPECT_EQ(six_decimals(1), "1.000000");
  EXPECT_EQ(six_decimals(-2.5), "-2.500000");
  EXPECT_EQ(six_decimals(0.0000005), "0.000000");
  EXPECT_EQ(six_decimals(0.0078125), "0.007812");
  EXPECT_EQ(six_decimals(123456789012), "123456789012.000000");
}

TEST(AppendJsonString, EscapesOnlyWhatItMust) {
  EXPECT_EQ(json("http://x/?a=1&b=<2>"), R"("http://x/?a=1&b=<2>")");
  EXPECT_EQ(json("a\"b\\c\n\t\r\x01"), R"("a\"b\\c\n\t\r\u0001")");
  EXPECT_EQ(json("größe 😀"), R"("größe 😀")");
}

TEST(AppendJsonString, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(json("a\xff"
                 "b"),
            R"("a\ufffdb")");
  EXPECT_EQ(json("\xe2\x82"), R"("\ufffd\ufffd")");
  EXPECT_EQ(json("\xc0\x80"), R"("\ufffd\ufffd")");
  EXPECT_EQ(json("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");
}

TEST_F(TimeTextTest, WritesAsManyDigitsAsTheInstantNeeds) {
  EXPECT_EQ(rfc3339(1795442386301336043), "2026-11-23T13:59:46.301336043Z");
  EXPECT_EQ(rfc3339(1795442386300000000), "2026-11-23T13:59:46.3Z");
  EXPECT_EQ(rfc3339(1795442386000000000), "2026-11-23T13:59:46Z");
}

TEST_F(TimeTextTest, LeavesOutTheFractionWhenAskedTo) {
  std::string out;
  TimeText().append_seconds(out, at(1795442386301336043));
  EXPECT_EQ(out, "2026-11-23T13:59:46Z");
}

TEST_F(TimeTextTest, FollowsTheLocalZone) {
  set_zone("IST-5:30");
  EXPECT_EQ(rfc3339(1795442386000000000), "2026-11-23T19:29:46+05:30");
  set_zone("EST5");
  EXPECT_EQ(rfc3339(1795442386000000000), "2026-11-23T08:59:46-05:00");
}

TEST_F(TimeTextTest, MovesOnToTheNextSecond) {
  TimeText text;
  std::string out;
  text.append_nanoseconds(out, at(1795442386999999999));
  text.append_nanoseconds(out, at(1795442387000000001));
  EXPECT_EQ(out, "2026-11-23T13:59:46.999999999Z2026-11-23T13:59:47.000000001Z");
}

}  // namespace
}  // namespace proofload::output
