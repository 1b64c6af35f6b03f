// EventLoop: what keeps an iteration alive after its function has returned: timers, promises,
// calls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "js/context.h"
#include "js/value.h"
#include "runtime/loop.h"
#include "runtime/waiter.h"

namespace proofload::k6 {

// One VU's. Timers and callbacks run on the VU's fiber, inside run() only.
class EventLoop {
 public:
  explicit EventLoop(runtime::Loop& loop) : loop_(loop), waiter_(loop) {}

  // setTimeout and setInterval; the id is never reused in a VU. `args` go to the callback.
  std::uint32_t set_timer(js::Value callback, std::vector<js::Value> args, Duration delay,
                          bool repeats);
  void clear_timer(std::uint32_t id);

  // An operation that runs outside of JavaScript: run() waits for it until complete() is called,
  // once, on the loop's thread; `callback` then runs on the VU's fiber with the context current.
  void begin_operation() { operation_count_++; }
  void complete(std::function<void(js::Context&)> callback);

  // Runs jobs, due timers and completions until nothing is left, something threw, a promise was
  // rejected with nobody listening, or the context is stopping.
  enum class End : std::uint8_t { kIdle, kThrew, kRejected, kStopped };
  End run(js::Context& context);
  // With kRejected: the reason.
  js::Value take_rejection() { return std::move(rejection_); }

  // Drops timers and completions that have not run. Operations under way go on. Returns the ids of
  // the dropped timers.
  std::vector<std::uint32_t> drop_all();
  int operation_count() const { return operation_count_; }
  // Anything drop_all() or wait_for_operations() would have to do.
  bool has_leftovers() const {
    return operation_count_ > 0 || !timers_.empty() || !completed_.empty();
  }
  // From the VU's fiber, which must not be cancelled: until no operation is under way. Drops their
  // callbacks.
  void wait_for_operations();

 private:
  struct TimerEntry {
    std::uint32_t id = 0;
    TimePoint due;
    Duration interval{};
    bool repeats = false;
    js::Value callback;
    std::vector<js::Value> args;
  };

  bool run_due_timer(js::Context& context);
  End settle(js::Context& context);
  TimePoint next_due() const;

  runtime::Loop& loop_;
  runtime::Waiter waiter_;
  std::vector<TimerEntry> timers_;  // unsorted: scripts have a handful
  std::uint32_t last_timer_id_ = 0;
  std::vector<std::function<void(js::Context&)>> completed_;
  int operation_count_ = 0;
  js::Value rejection_;
};

}  // namespace proofload::k6
