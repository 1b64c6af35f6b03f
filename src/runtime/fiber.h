// Fiber: a function with a stack of its own that can wait without blocking its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/clock.h"

namespace proofload::runtime {

class Fiber;

// Told about every switch into and out of a fiber that has an owner. `js` installs one per thread
// to change the current VU; both calls run on the loop's stack and must not suspend.
class FiberSwitchHook {
 public:
  virtual ~FiberSwitchHook() = default;
  virtual void on_enter(Fiber& fiber) = 0;
  virtual void on_leave(Fiber& fiber) = 0;
};

// `hook` is this thread's; it must outlive its use. Null removes it.
void set_fiber_switch_hook(FiberSwitchHook* hook);

// Belongs to the thread that started it first. Reusable: when its function has returned it is idle
// and can be started again on the same stack. Must be idle (never suspended) when destroyed, since
// C frames on its stack could not be unwound.
//
// Anyone may make a suspended fiber ready, so whoever suspends checks its own condition again
// after suspend() returns (Waiter in runtime/waiter.h does).
class Fiber {
 public:
  // 1 MiB of address space, of which a simple script touches one page. About 680 bytes of C stack
  // per JavaScript call give 1,500 calls.
  static constexpr std::size_t kStackBytes = std::size_t{1} << 20;

  Fiber() = default;
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Gives an idle fiber its next function, which must not throw; it runs at the first resume
  // (usually by Loop::make_ready). Clears a cancellation.
  void start(std::function<void()> entry);

  // Runs the fiber until it suspends or returns. From the loop's stack only.
  void resume();
  // Back to whoever resumed the current fiber.
  static void suspend();
  // The fiber this code runs on, or null on the loop's own stack.
  static Fiber* current();

  bool is_idle() const { return state_ == State::kIdle; }
  bool is_suspended() const { return state_ == State::kSuspended; }

  // Set by Loop::cancel: every blocking call of runtime and net returns early (kCancelled) at once
  // and at entry, until clear_cancel() or the next start().
  bool is_cancelled() const { return is_cancelled_; }
  void clear_cancel() { is_cancelled_ = false; }

  // The usable stack, lowest address first; empty before the first start. It grows down.
  std::span<std::byte> stack() const { return stack_; }

  // The VU this fiber runs for, or null for one that never enters JavaScript (such fibers do not
  // reach the switch hook). Set it while the fiber is not running.
  void* owner = nullptr;

 private:
  friend class Loop;
  enum class State : std::uint8_t { kIdle, kSuspended, kRunning };

  [[noreturn]] void run_forever();
  void switch_in();
  void switch_out();
  friend struct FiberEntry;

  void* context_ = nullptr;          // where to continue the fiber, while it does not run
  void* resumer_context_ = nullptr;  // where to continue its resumer, while it runs
  std::function<void()> entry_;
  std::span<std::byte> stack_;
  State state_ = State::kIdle;
  bool is_cancelled_ = false;
  bool is_queued_ = false;  // in the loop's ready queue
  Fiber* next_ready_ = nullptr;
  TimePoint ready_at_{};  // when it became ready; zero after a yield
  void* sanitizer_fiber_ = nullptr;
  void* sanitizer_stack_ = nullptr;
};

}  // namespace proofload::runtime
