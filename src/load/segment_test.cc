#include "load/segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::load {
namespace {

ExecutionTuple tuple(std::string_view segment, std::string_view sequence = "") {
  return *ExecutionTuple::create(*ExecutionSegment::parse(segment),
                                 *parse_segment_sequence(sequence));
}

std::vector<std::int64_t> first_striped(const ExecutionTuple& tuple, std::int64_t count) {
  std::vector<std::int64_t> list;
  for (std::int64_t i = 0; i < count; ++i) list.push_back(tuple.striped(i));
  return list;
}

TEST(Fraction, IsReadFromPercentDecimalAndRatio) {
  EXPECT_EQ(*parse_fraction("10%"), (Fraction{1, 10}));
  EXPECT_EQ(*parse_fraction("0.25"), (Fraction{1, 4}));
  EXPECT_EQ(*parse_fraction(".5"), (Fraction{1, 2}));
  EXPECT_EQ(*parse_fraction("2/6"), (Fraction{1, 3}));
  EXPECT_EQ(*parse_fraction("1"), (Fraction{1, 1}));
}

TEST(Fraction, RefusesNonsenseInK6sWords) {
  EXPECT_EQ(parse_fraction("ten%").error().message(), "'ten%' is not a valid percentage");
  EXPECT_EQ(parse_fraction("1/0").error().message(),
            "'1/0' is not a valid percentage, decimal, fraction or interval value");
  EXPECT_FALSE(parse_fraction(""));
  EXPECT_FALSE(parse_fraction("."));
  EXPECT_FALSE(parse_fraction("0.-5"));
  EXPECT_FALSE(parse_fraction("99999999999999999999"));
}

TEST(ExecutionSegment, IsAnIntervalOrItsEnd) {
  EXPECT_EQ(to_string(*ExecutionSegment::parse("0.2:2/3")), "1/5:2/3");
  EXPECT_EQ(to_string(*ExecutionSegment::parse("10%")), "0:1/10");
  EXPECT_EQ(to_string(*ExecutionSegment::parse("")), "0:1");
  EXPECT_EQ(ExecutionSegment::parse("0.2:2/3")->length(), (Fraction{7, 15}));
}

TEST(ExecutionSegment, MustLieWithinTheTest) {
  EXPECT_EQ(ExecutionSegment::parse("-1/2:1").error().message(),
            "segment start value must be at least 0 but was -0.50");
  EXPECT_EQ(ExecutionSegment::parse("0.5:0.5").error().message(),
            "segment start(0.50) must be less than its end(0.50)");
  EXPECT_EQ(ExecutionSegment::parse("0:120%").error().message(),
            "segment end value can't be more than 1 but was 1.20");
}

TEST(ExecutionSegmentSequence, IsReadFromItsCutPoints) {
  EXPECT_EQ(to_string(*parse_segment_sequence("0,1/4,0.5,100%")), "0,1/4,1/2,1");
  EXPECT_TRUE(parse_segment_sequence("")->empty());
  EXPECT_EQ(parse_segment_sequence("1/2").error().message(),
            "at least 2 points are needed for an execution segment sequence, 1 given");
}

TEST(ExecutionTuple, FillsTheSequenceAroundALoneSegment) {
  EXPECT_EQ(to_string(tuple("1/3:2/3").sequence()), "0,1/3,2/3,1");
  EXPECT_EQ(to_string(tuple("1/4").sequence()), "0,1/4,1");
  EXPECT_EQ(to_string(tuple("").sequence()), "0,1");
}

TEST(ExecutionTuple, RefusesASegmentThatIsNotInItsSequence) {
  const auto refused =
      ExecutionTuple::create(*ExecutionSegment::parse("1/2"), *parse_segment_sequence("0,1/3,1"));
  EXPECT_EQ(refused.error().message(), "couldn't find segment 0:1/2 in sequence 0,1/3,1");
}

TEST(ExecutionTuple, StripesElementsByTheLengthOfTheSegments) {
  // Halves first, then the two quarters: over 4 elements 0 and 2 go to the half.
  EXPECT_EQ(first_striped(tuple("1/2:1", "0,1/4,1/2,1"), 3), (std::vector<std::int64_t>{0, 2, 4}));
  EXPECT_EQ(first_striped(tuple("0:1/4", "0,1/4,1/2,1"), 3), (std::vector<std::int64_t>{1, 5, 9}));
  EXPECT_EQ(first_striped(tuple("1/4:1/2", "0,1/4,1/2,1"), 3),
            (std::vector<std::int64_t>{3, 7, 11}));
}

TEST(ExecutionTuple, DealsEachElementToExactlyOneSegment) {
  const std::string sequence = "0,1/10,2/5,3/4,1";
  const std::vector<ExecutionTuple> all = {tuple("0:1/10", sequence), tuple("1/10:2/5", sequence),
                                           tuple("2/5:3/4", sequence), tuple("3/4:1", sequence)};
  for (const std::int64_t value : {0, 1, 7, 19, 20, 33, 1000, 123457}) {
    std::int64_t sum = 0;
    for (const ExecutionTuple& one : all) sum += one.scale(value);
    EXPECT_EQ(sum, value);
  }
  std::vector<int> takers(200);
  for (const ExecutionTuple& one : all) {
    for (std::int64_t i = 0; one.striped(i) < 200; ++i) {
      ++takers[static_cast<std::size_t>(one.striped(i))];
    }
  }
  EXPECT_THAT(takers, testing::Each(1));
}

TEST(ExecutionTuple, IsRestripedInProportionToWhoCanTakeSomething) {
  // 10 VUs over thirds are 4, 3 and 3; a thousand iterations follow the VUs.
  const std::string sequence = "0,1/3,2/3,1";
  EXPECT_EQ(tuple("0:1/3", sequence).scale(10), 4);
  EXPECT_EQ(tuple("0:1/3", sequence).restriped(10)->scale(1000), 400);
  EXPECT_EQ(tuple("2/3:1", sequence).restriped(10)->scale(1000), 300);
  EXPECT_EQ(to_string(tuple("0:1/3", sequence).restriped(10)->sequence()), "0,2/5,7/10,1");
}

TEST(ExecutionTuple, LeavesOutASegmentWithoutVus) {
  const std::string sequence = "0,1/3,2/3,1";
  EXPECT_EQ(tuple("1/3:2/3", sequence).scale(1), 0);
  EXPECT_FALSE(tuple("1/3:2/3", sequence).restriped(1));
  EXPECT_EQ(to_string(tuple("0:1/3", sequence).restriped(1)->sequence()), "0,1");
}

TEST(ExecutionTuple, RefusesStripesTooLongToStore) {
  const auto refused =
      ExecutionTuple::create(*ExecutionSegment::parse("0.123456789"), ExecutionSegmentSequence());
  EXPECT_EQ(refused.error().message(),
            "execution segment sequence 0,123456789/1000000000,1 is too fine: its least common "
            "denominator is more than 10000000");
}

}  // namespace
}  // namespace proofload::load
