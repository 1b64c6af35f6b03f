// Waiter: how a fiber waits for one thing with a deadline.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "runtime/fiber.h"
#include "runtime/timer.h"

namespace proofload::runtime {

class Loop;

enum class WaitResult : std::uint8_t { kNotified, kTimeout, kCancelled };

// Lives in the object that is waited for (a connection, a lookup), not on the fiber's stack, so
// that its timer's heap entry is reused: a wait with a deadline costs no heap operation in the
// steady state. One fiber waits at a time. Loop's thread.
class Waiter {
 public:
  explicit Waiter(Loop& loop);

  // From a fiber: suspends until notify(), `deadline` (Timer::kNever for none) or cancellation.
  // A notify() that came since the last wait() or reset() counts.
  WaitResult wait(TimePoint deadline);
  // Sets the notification and wakes the waiting fiber, if any. Not from other threads: post it.
  void notify();
  // Forgets a notification nobody waited for.
  void reset() { is_notified_ = false; }
  bool is_waiting() const { return fiber_ != nullptr; }

 private:
  Loop& loop_;
  Fiber* fiber_ = nullptr;
  bool is_notified_ = false;
  bool is_timed_out_ = false;
  Timer timer_;
};

}  // namespace proofload::runtime
