#include "runtime/waiter.h"

#include "base/check.h"
#include "runtime/loop.h"

namespace proofload::runtime {

Waiter::Waiter(Loop& loop)
    : loop_(loop), timer_([this] {
        is_timed_out_ = true;
        if (fiber_ != nullptr) loop_.make_ready(*fiber_);
      }) {}

WaitResult Waiter::wait(TimePoint deadline) {
  PL_CHECK(fiber_ == nullptr);
  Fiber* self = Fiber::current();
  PL_CHECK(self != nullptr);
  is_timed_out_ = false;
  if (!is_notified_ && deadline != Timer::kNever) loop_.timers().arm(timer_, deadline);
  fiber_ = self;
  while (!is_notified_ && !is_timed_out_ && !self->is_cancelled()) Fiber::suspend();
  fiber_ = nullptr;
  loop_.timers().disarm(timer_);
  if (is_notified_) {
    is_notified_ = false;
    return WaitResult::kNotified;
  }
  return self->is_cancelled() ? WaitResult::kCancelled : WaitResult::kTimeout;
}

void Waiter::notify() {
  is_notified_ = true;
  if (fiber_ != nullptr) loop_.make_ready(*fiber_);
}

}  // namespace proofload::runtime
