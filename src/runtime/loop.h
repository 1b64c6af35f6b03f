// Loop: one thread's engine. Reaps completions and timers, then runs the fibers they made ready.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "runtime/fiber.h"
#include "runtime/io.h"
#include "runtime/timer.h"

namespace proofload::runtime {

// What a loop did since the last take_stats(); feeds the self-watch.
struct LoopStats {
  // Bucket i counts ready → resumed delays below 2^i microseconds (and not below 2^(i-1)); the
  // last one counts the rest.
  static constexpr std::size_t kDelayBuckets = 24;

  std::uint64_t turn_count = 0;
  std::uint64_t resumed_count = 0;
  std::array<std::uint64_t, kDelayBuckets> ready_to_resumed{};
  Duration ready_to_resumed_max{};
  Duration longest_stop{};  // longest time one fiber or one round of handlers held the loop
  Duration busy{};          // time not spent waiting in the kernel
  Duration cpu{};           // of the thread, user and system
  std::uint64_t buffer_shortage_count = 0;

  // Upper bound of the bucket that holds quantile `q` in [0, 1] of the delays; zero if none.
  Duration ready_to_resumed_quantile(double q) const;
  void merge(const LoopStats& other);
};

// Create, run and destroy it on one thread, one per thread; when that has ended, any thread may
// destroy it. Only post() and stop() may be called from other threads.
class Loop {
 public:
  // An error only for kUring where it cannot work, or out of descriptors.
  static Result<std::unique_ptr<Loop>> create(IoKind kind = IoKind::kAuto);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // This thread's loop, or null.
  static Loop* current();

  // "io_uring" or "epoll".
  std::string_view name() const { return io_->name(); }
  IoBackend& io() { return *io_; }
  TimerQueue& timers() { return timers_; }

  // Turns until stop(); fibers may still be suspended then. Can be run again.
  void run();
  // Makes run() return at the end of the current turn. Any thread.
  void stop();
  // Runs `function` on the loop's stack in a later turn, in order. Any thread.
  void post(std::function<void()> function);

  // Puts a suspended or just started fiber at the back of the ready queue; nothing when it is
  // queued already or running.
  void make_ready(Fiber& fiber);
  // Starts an idle fiber and makes it ready.
  void spawn(Fiber& fiber, std::function<void()> entry);
  // Cancels what `fiber` waits for and whatever it would wait for next (see Fiber::is_cancelled).
  void cancel(Fiber& fiber);
  bool has_ready() const { return ready_head_ != nullptr; }

  // From a fiber: lets the loop turn first: completions, timers, posted functions and the fibers
  // that are ready by then.
  void yield();
  // From a fiber. False: the fiber was cancelled.
  bool sleep_until(TimePoint due);
  bool sleep_for(Duration duration) { return sleep_until(monotonic_now() + duration); }

  // The clock as of the last reap or fiber switch: free, and at most one fiber's slice old.
  TimePoint now() const { return now_; }

  // Loop's thread. Starts the next interval.
  LoopStats take_stats();

 private:
  explicit Loop(std::unique_ptr<IoBackend> io);
  Result<void> open_wake_up();
  void run_turn();
  void run_ready();
  void resume_next();
  void run_posted();
  void wake_up();
  void push_ready(Fiber& fiber);
  void record_delay(Duration delay);

  std::unique_ptr<IoBackend> io_;
  TimerQueue timers_;
  TimePoint now_;
  Fiber* ready_head_ = nullptr;
  Fiber* ready_tail_ = nullptr;
  LoopStats stats_;
  Duration cpu_before_{};
  std::uint64_t shortages_before_ = 0;

  int wake_fd_ = -1;
  SocketId wake_watch_;
  std::atomic<bool> is_stopping_{false};
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
  std::vector<std::function<void()>> posted_now_;  // being run; kept for its capacity
};

}  // namespace proofload::runtime
