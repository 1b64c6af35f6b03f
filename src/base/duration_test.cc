#include "base/duration.h"

#include <gtest/gtest.h>

namespace proofload {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ParseDuration, TakesGoNotationWithDays) {
  EXPECT_EQ(*parse_duration("1d2h"), hours(26));
  EXPECT_EQ(*parse_duration("1m30s"), seconds(90));
  EXPECT_EQ(*parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(*parse_duration("-2ms"), milliseconds(-2));
  EXPECT_EQ(*parse_duration("3µs"), std::chrono::microseconds(3));
}

TEST(ParseDuration, ABareNumberIsMilliseconds) {
  EXPECT_EQ(*parse_duration("250"), milliseconds(250));
}

TEST(ParseDuration, NamesTheUnknownUnitAsGoDoes) {
  EXPECT_EQ(parse_duration("5x").error().message(), "time: unknown unit \"x\" in duration \"5x\"");
  EXPECT_EQ(parse_duration("abc").error().message(), "time: invalid duration \"abc\"");
  EXPECT_FALSE(parse_duration(""));
  EXPECT_FALSE(parse_duration("1.2.3s"));
}

TEST(DurationText, IsGoNotation) {
  EXPECT_EQ(to_string(Duration(0)), "0s");
  EXPECT_EQ(to_string(Duration(1500000)), "1.5ms");
  EXPECT_EQ(to_string(std::chrono::minutes(10)), "10m0s");
  EXPECT_EQ(to_string(seconds(3600)), "1h0m0s");
  EXPECT_EQ(to_string(milliseconds(90500)), "1m30.5s");
  EXPECT_EQ(to_string(Duration(999)), "999ns");
}

}  // namespace
}  // namespace proofload
