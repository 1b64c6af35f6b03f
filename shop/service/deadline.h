// How long a request may still take, passed on from service to service.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace proofload::shop {

// What the caller gives us, in whole milliseconds; without it the service's own default holds.
inline constexpr const char* kDeadlineHeader = "X-Deadline-Ms";

class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds from_now) : at_(monotonic_now() + from_now) {}

  // Never negative.
  std::chrono::milliseconds left() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at_ - monotonic_now());
    return std::max(left, std::chrono::milliseconds(0));
  }
  bool is_over() const { return monotonic_now() >= at_; }
  TimePoint at() const { return at_; }

 private:
  TimePoint at_;
};

}  // namespace proofload::shop
