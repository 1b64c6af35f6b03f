#include "service/rate_limiter.h"

#include <gtest/gtest.h>

namespace proofload::shop {
namespace {

using std::chrono::milliseconds;

TEST(RateLimiter, AllowsABurstAndThenItsRate) {
  RateLimiter limiter(10, 3);
  const TimePoint start = TimePoint{} + milliseconds(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take(start).is_allowed);
  EXPECT_FALSE(limiter.take(start).is_allowed);
  EXPECT_FALSE(limiter.take(start + milliseconds(50)).is_allowed);
  EXPECT_TRUE(limiter.take(start + milliseconds(100)).is_allowed);
  EXPECT_FALSE(limiter.take(start + milliseconds(101)).is_allowed);
}

TEST(RateLimiter, SavesNoMoreThanItsBurst) {
  RateLimiter limiter(10, 2);
  const TimePoint start = TimePoint{} + milliseconds(1);
  EXPECT_EQ(limiter.take(start).remaining, 1);
  EXPECT_EQ(limiter.take(start + std::chrono::hours(1)).remaining, 1);
}

TEST(RateLimiter, SaysWhenToComeAgain) {
  RateLimiter limiter(0.25, 1);
  const TimePoint start = TimePoint{} + milliseconds(1);
  EXPECT_EQ(limiter.take(start).retry_after_s, 0);
  EXPECT_EQ(limiter.take(start).retry_after_s, 4);
}

}  // namespace
}  // namespace proofload::shop
