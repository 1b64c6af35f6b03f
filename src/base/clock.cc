#include "base/clock.h"

namespace proofload {

TimePoint monotonic_now() {
  return std::chrono::steady_clock::now();
}

WallTime wall_now() {
  return std::chrono::system_clock::now();
}

WallTime to_wall(TimePoint at) {
  static const TimePoint kBaseMonotonic = monotonic_now();
  static const WallTime kBaseWall = wall_now();
  return kBaseWall + std::chrono::duration_cast<WallTime::duration>(at - kBaseMonotonic);
}

}  // namespace proofload
