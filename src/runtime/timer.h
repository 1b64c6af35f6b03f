// Timers of one loop: a heap of intrusive nodes, cheap for deadlines that are mostly moved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/clock.h"

namespace proofload::runtime {

class TimerQueue;

// Something to do at a time. Arm it as often as you like; it fires once per arming, on the loop's
// stack, where the callback must not suspend but may arm or disarm any timer and destroy any other.
// Destroying it disarms it. Belongs to the loop's thread.
class Timer {
 public:
  explicit Timer(std::function<void()> on_due) : on_due_(std::move(on_due)) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool is_armed() const { return due_ != kNever; }
  TimePoint due() const { return due_; }

  static constexpr TimePoint kNever = TimePoint::max();

 private:
  friend class TimerQueue;
  static constexpr std::uint32_t kNotInHeap = ~std::uint32_t{0};

  std::function<void()> on_due_;
  TimePoint due_ = kNever;
  TimerQueue* queue_ = nullptr;  // whose heap it is in
  std::uint32_t index_ = kNotInHeap;
};

// A 4-ary heap. Moving an armed timer to a later time, or disarming it, touches only the node: its
// heap entry stays where it is and is moved on when its old time comes. So a request timeout that
// is armed and disarmed for each request costs no heap operation, and at most one idle wake-up
// per timeout. Reads no clock: tests drive it in virtual time.
class TimerQueue {
 public:
  TimerQueue() = default;
  ~TimerQueue();
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // Arms or moves `timer`. A timer belongs to one queue for as long as its entry is in the heap.
  void arm(Timer& timer, TimePoint due);
  // The callback is not called until the next arm().
  void disarm(Timer& timer) { timer.due_ = Timer::kNever; }
  // As disarm(), and takes the entry out of the heap: O(log n).
  void remove(Timer& timer);

  // When fire_due() has to be called next; at or before the first due timer. kNever when empty.
  TimePoint next_due() const { return heap_.empty() ? Timer::kNever : heap_.front().key; }
  // Calls every timer due at or before `now`, earliest first. A callback that arms a timer at or
  // before `now` sees it fire in the next call, not in this one.
  void fire_due(TimePoint now);

  std::size_t entry_count() const { return heap_.size(); }

 private:
  struct Entry {
    TimePoint key;
    Timer* timer;
  };
  void place(std::size_t index, Entry entry);
  void sift_up(std::size_t index, Entry entry);
  void sift_down(std::size_t index, Entry entry);
  void erase(std::size_t index);

  std::vector<Entry> heap_;
  TimePoint earliest_key_ = TimePoint::min();  // later than what fire_due is firing
};

}  // namespace proofload::runtime
