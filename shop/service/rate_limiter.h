// A token bucket, and what a limited answer tells its caller.
#pragma once

#include <algorithm>
#include <cmath>
#include <mutex>

#include "base/clock.h"

namespace proofload::shop {

struct RateDecision {
  bool is_allowed = false;
  int limit = 0;          // requests a second
  int remaining = 0;      // that could come at once
  int retry_after_s = 0;  // whole seconds until one more is allowed; 0 when allowed
};

// Any thread. `burst` requests may come at once, `per_second` on average.
class RateLimiter {
 public:
  RateLimiter(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  RateDecision take(TimePoint now) {
    const std::lock_guard lock(mutex_);
    if (last_ != TimePoint{}) tokens_ += to_seconds(now - last_) * per_second_;
    last_ = now;
    tokens_ = std::min(tokens_, burst_);
    RateDecision decision{.limit = static_cast<int>(per_second_)};
    decision.is_allowed = tokens_ >= 1;
    if (decision.is_allowed) {
      tokens_ -= 1;
    } else {
      decision.retry_after_s = static_cast<int>(std::ceil((1 - tokens_) / per_second_));
    }
    decision.remaining = static_cast<int>(tokens_);
    return decision;
  }

 private:
  std::mutex mutex_;
  double per_second_;
  double burst_;
  double tokens_;
  TimePoint last_{};
};

}  // namespace proofload::shop
