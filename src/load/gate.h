// Gate: how much of a scenario's load may be sent now. People lower it, and a service that asks for
// less closes it for a while.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace proofload::load {

// Any thread. Open costs two relaxed loads for each start.
class Gate {
 public:
  static constexpr int kWhole = 1000;

  // Of a thousand starts so many, evenly spread. 0 lets none through.
  void set_share(int permille) { permille_.store(permille, std::memory_order_relaxed); }
  int share() const { return permille_.load(std::memory_order_relaxed); }
  // Never shortens an earlier closure.
  void close_until(TimePoint until) {
    const std::int64_t wanted = until.time_since_epoch().count();
    std::int64_t now = closed_until_ns_.load(std::memory_order_relaxed);
    while (now < wanted && !closed_until_ns_.compare_exchange_weak(now, wanted)) {
    }
  }

  // Whether start `number` (a tick of the schedule, or the slot of a closed loop's VU) may go
  // ahead. What may not is counted, and never made up for.
  bool admits(std::int64_t number, TimePoint now) {
    if (is_open(number, now)) return true;
    withheld_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  // The same without counting: for what waits, and asks again.
  bool is_open(std::int64_t number, TimePoint now) const {
    if (now.time_since_epoch().count() < closed_until_ns_.load(std::memory_order_relaxed)) {
      return false;
    }
    const std::int64_t share = permille_.load(std::memory_order_relaxed);
    // The numbers at which the sum of the shares passes a whole one.
    return share >= kWhole || (number + 1) * share / kWhole > number * share / kWhole;
  }
  // Nobody has ever asked for less: no need to know the time.
  bool is_untouched() const {
    return permille_.load(std::memory_order_relaxed) >= kWhole &&
           closed_until_ns_.load(std::memory_order_relaxed) == 0;
  }
  std::int64_t withheld() const { return withheld_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int> permille_{kWhole};
  std::atomic<std::int64_t> closed_until_ns_{0};
  std::atomic<std::int64_t> withheld_{0};
};

}  // namespace proofload::load
