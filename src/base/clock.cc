#include "base/clock.h"

namespace proofload {

TimePoint monotonic_now() {
  return std::chrono::steady_clock::now();
}

WallTime wall_now() {
  return std::chrono::system_clock::now();
}

WallTime to_wall(TimePoint at) {
  static const TimePoint base_monotonic = monotonic_now();
  static const WallTime base_wall = wall_now();
  return base_wall + std::chrono::duration_cast<WallTime::duration>(at - base_monotonic);
}

}  // namespace proofload
