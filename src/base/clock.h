// Time, as the tests can control it: one monotonic clock for schedules and measurements.
#pragma once

#include <chrono>
#include <cstdint>

namespace proofload {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;
using WallTime = std::chrono::system_clock::time_point;

// Read on the request path: one vDSO call, no virtual dispatch. Pure modules (load, metrics,
// analysis) never call it; they take a TimePoint as an argument.
TimePoint monotonic_now();
WallTime wall_now();

// The wall time of a monotonic instant, by the offset between both clocks at process start; so
// that all samples of a run share one timeline even if the wall clock is set meanwhile.
WallTime to_wall(TimePoint at);

constexpr double to_milliseconds(Duration d) {
  return static_cast<double>(d.count()) / 1e6;
}
constexpr double to_seconds(Duration d) {
  return static_cast<double>(d.count()) / 1e9;
}

}  // namespace proofload
