#include "runtime/loop.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/eventfd.h>
#include <sys/poll.h>
#include <sys/prctl.h>
#include <utility>

#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "runtime/waiter.h"

namespace proofload::runtime {
namespace {

thread_local Loop* current_loop = nullptr;

// How long fibers run before completions are reaped again: what has arrived meanwhile must not
// wait in our own queue, and a reap costs one system call.
constexpr int kResumesPerTurn = 64;
constexpr Duration kResumeSlice = std::chrono::microseconds(100);

Duration thread_cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + Duration(time.tv_nsec);
}

}  // namespace

Duration LoopStats::ready_to_resumed_quantile(double q) const {
  std::uint64_t total = 0;
  for (const std::uint64_t count : ready_to_resumed) total += count;
  if (total == 0) return {};
  const double wanted = q * static_cast<double>(total);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kDelayBuckets; ++i) {
    seen += ready_to_resumed[i];
    if (static_cast<double>(seen) >= wanted && seen > 0) {
      return std::min<Duration>(std::chrono::microseconds(std::int64_t{1} << i),
                                ready_to_resumed_max);
    }
  }
  return ready_to_resumed_max;
}

void LoopStats::merge(const LoopStats& other) {
  turn_count += other.turn_count;
  resumed_count += other.resumed_count;
  for (std::size_t i = 0; i < kDelayBuckets; ++i) ready_to_resumed[i] += other.ready_to_resumed[i];
  ready_to_resumed_max = std::max(ready_to_resumed_max, other.ready_to_resumed_max);
  longest_stop = std::max(longest_stop, other.longest_stop);
  busy += other.busy;
  cpu += other.cpu;
  buffer_shortage_count += other.buffer_shortage_count;
}

Result<std::unique_ptr<Loop>> Loop::create(IoKind kind) {
  PL_CHECK(current_loop == nullptr);
  std::unique_ptr<Loop> loop(new Loop(PL_TRY(create_io_backend(kind))));
  if (auto opened = loop->open_wake_up(); !opened) return std::move(opened).error();
  return loop;
}

Loop::Loop(std::unique_ptr<IoBackend> io)
    : io_(std::move(io)), now_(monotonic_now()), cpu_before_(thread_cpu_time()) {
  current_loop = this;
}

Loop::~Loop() {
  if (wake_fd_ >= 0) {
    io_->unwatch(wake_watch_);
    ::close(wake_fd_);
  }
  // Another thread's, after that thread has ended, leaves ours alone.
  if (current_loop == this) current_loop = nullptr;
}

Result<void> Loop::open_wake_up() {
  wake_fd_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_fd_ < 0) {
    return Error(ErrorKind::kInternal,
                 std::string("cannot create an event descriptor: ") + std::strerror(errno));
  }
  wake_watch_ = io_->watch(wake_fd_, POLLIN, [this](short) {
    std::uint64_t count = 0;
    // Nothing to read means that another turn has seen it already.
    if (::read(wake_fd_, &count, sizeof count) < 0) return;
  });
  return {};
}

Loop* Loop::current() {
  return current_loop;
}

void Loop::run() {
  PL_CHECK(current_loop == this && Fiber::current() == nullptr);
  // Threads have 50 us of slack on every wait otherwise; it would be our lateness.
  ::prctl(PR_SET_TIMERSLACK, 1);
  while (!is_stopping_) run_turn();
  // What the last turn queued (closes and their last bytes) still reaches the kernel.
  io_->reap(TimePoint::min(), now_);
  is_stopping_ = false;
}

void Loop::stop() {
  is_stopping_ = true;
  wake_up();
}

void Loop::post(std::function<void()> function) {
  bool was_empty = false;
  {
    const std::lock_guard lock(posted_mutex_);
    was_empty = posted_.empty();
    posted_.push_back(std::move(function));
  }
  if (was_empty) wake_up();
}

void Loop::wake_up() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the loop is awake anyway.
  if (::write(wake_fd_, &one, sizeof one) < 0) return;
}

void Loop::run_turn() {
  ++stats_.turn_count;
  io_->reap(has_ready() ? TimePoint::min() : timers_.next_due(), now_);
  const TimePoint reaped = now_;  // when waiting ended; handlers have run since
  run_posted();
  timers_.fire_due(monotonic_now());
  now_ = monotonic_now();
  stats_.longest_stop = std::max<Duration>(stats_.longest_stop, now_ - reaped);
  run_ready();
  stats_.busy += now_ - reaped;
}

void Loop::run_ready() {
  const TimePoint slice_end = now_ + kResumeSlice;
  for (int i = 0; i < kResumesPerTurn && has_ready() && now_ < slice_end; ++i) resume_next();
}

void Loop::resume_next() {
  Fiber& fiber = *ready_head_;
  ready_head_ = fiber.next_ready_;
  if (ready_head_ == nullptr) ready_tail_ = nullptr;
  fiber.next_ready_ = nullptr;
  fiber.is_queued_ = false;
  const TimePoint resumed = now_;
  if (fiber.ready_at_ != TimePoint{}) record_delay(resumed - fiber.ready_at_);
  ++stats_.resumed_count;
  fiber.resume();
  now_ = monotonic_now();
  stats_.longest_stop = std::max<Duration>(stats_.longest_stop, now_ - resumed);
}

void Loop::record_delay(Duration delay) {
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(delay.count(), 0) / 1000);
  const auto bucket = static_cast<std::size_t>(std::bit_width(micros));
  ++stats_.ready_to_resumed[std::min(bucket, LoopStats::kDelayBuckets - 1)];
  stats_.ready_to_resumed_max = std::max(stats_.ready_to_resumed_max, delay);
}

void Loop::run_posted() {
  {
    const std::lock_guard lock(posted_mutex_);
    if (posted_.empty()) return;
    posted_now_.swap(posted_);
  }
  for (auto& function : posted_now_) function();
  posted_now_.clear();
}

void Loop::make_ready(Fiber& fiber) {
  if (fiber.is_queued_ || !fiber.is_suspended()) return;
  fiber.ready_at_ = now_;
  push_ready(fiber);
}

void Loop::push_ready(Fiber& fiber) {
  fiber.is_queued_ = true;
  if (ready_tail_ == nullptr) {
    ready_head_ = &fiber;
  } else {
    ready_tail_->next_ready_ = &fiber;
  }
  ready_tail_ = &fiber;
}

void Loop::spawn(Fiber& fiber, std::function<void()> entry) {
  fiber.start(std::move(entry));
  make_ready(fiber);
}

void Loop::cancel(Fiber& fiber) {
  if (fiber.is_idle()) return;
  fiber.is_cancelled_ = true;
  make_ready(fiber);
}

void Loop::yield() {
  Fiber* self = Fiber::current();
  PL_CHECK(self != nullptr);
  if (self->is_queued_) return;
  self->ready_at_ = {};  // its wait is fairness, not lateness
  push_ready(*self);
  Fiber::suspend();
}

bool Loop::sleep_until(TimePoint due) {
  // On the stack: its address is known to the timer heap only, and it leaves that when destroyed.
  Waiter waiter(*this);
  return waiter.wait(due) != WaitResult::kCancelled;
}

LoopStats Loop::take_stats() {
  LoopStats taken = std::exchange(stats_, LoopStats{});
  const Duration cpu = thread_cpu_time();
  taken.cpu = cpu - std::exchange(cpu_before_, cpu);
  const std::uint64_t shortages = io_->buffer_shortage_count();
  taken.buffer_shortage_count = shortages - std::exchange(shortages_before_, shortages);
  return taken;
}

}  // namespace proofload::runtime
