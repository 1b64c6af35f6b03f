#include "report/people_format.h"

#include <cmath>

#include <gtest/gtest.h>

#include "report/timestamp.h"

namespace proofload::report {
namespace {

using namespace std::chrono_literals;

TEST(WithThousands, SetsThemApart) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(3838), "3,838");
  EXPECT_EQ(with_thousands(1'234'567), "1,234,567");
}

TEST(FormatValue, KeepsThreeDigitsThatCount) {
  EXPECT_EQ(format_value(412.4, "ms"), "412 ms");
  EXPECT_EQ(format_value(1213.4, "ms"), "1.21 s");
  EXPECT_EQ(format_value(999.9, "ms"), "1 s");
  EXPECT_EQ(format_value(4.256, "ms"), "4.26 ms");
  EXPECT_EQ(format_value(0.0123456, "%"), "0.0123 %");
  EXPECT_EQ(format_value(0, "%"), "0 %");
  EXPECT_EQ(format_value(1240.2, "/s"), "1,240 /s");
  EXPECT_EQ(format_value(99.4556, "%"), "99.5 %");
  EXPECT_EQ(format_value(-0.00000001, ""), "0");
  EXPECT_EQ(format_value(INFINITY, "ms"), "among failures");
}

TEST(FormatInterval, SaysWhenItEndsAmongFailures) {
  EXPECT_EQ(format_interval({398, 431}, "ms"), "398 ms to 431 ms");
  EXPECT_EQ(format_interval({398, INFINITY}, "ms"), "at least 398 ms");
  EXPECT_EQ(format_interval({INFINITY, INFINITY}, "ms"), "among failures");
}

TEST(FormatMargin, IsPositiveOnTheRightSide) {
  EXPECT_EQ(format_margin({.limit = 500, .value = 410}), "+18 %");
  EXPECT_EQ(format_margin({.limit = 500, .value = 1210}), "-142 %");
  EXPECT_EQ(format_margin({.limit = 100, .is_minimum = true, .value = 90}), "-10 %");
  EXPECT_EQ(format_margin({.limit = 500, .value = INFINITY}), "beyond any");
  EXPECT_EQ(format_margin({.limit = 500}), "");
  EXPECT_EQ(format_margin({.limit = 0, .value = 1}), "");
}

TEST(FormatClock, HasHoursOnlyWhenThereAreSome) {
  EXPECT_EQ(format_clock(125s), "2:05");
  EXPECT_EQ(format_clock(3725s), "1:02:05");
}

TEST(FormatTime, IsInUtcAndSaysWhenThereIsNone) {
  EXPECT_EQ(format_time(*parse_rfc3339("2026-01-31T14:02:31.9Z")), "2026-01-31 14:02:31 UTC");
  EXPECT_EQ(format_time({}), "-");
}

TEST(Rfc3339, ComesBackToTheNanosecond) {
  for (const char* text :
       {"2026-01-31T14:02:31Z", "2026-01-31T14:02:31.000000001Z", "1969-12-31T23:59:59.5Z"}) {
    ASSERT_TRUE(parse_rfc3339(text)) << text;
    EXPECT_EQ(rfc3339(*parse_rfc3339(text)), text);
  }
  for (const char* text : {"", "today", "2026-01-31T14:02:31", "2026-01-31T14:02:31+01:00"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace proofload::report
