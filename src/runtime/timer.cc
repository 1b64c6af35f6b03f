#include "runtime/timer.h"

#include <algorithm>

#include "base/check.h"

namespace proofload::runtime {
namespace {

constexpr std::size_t kArity = 4;

}  // namespace

Timer::~Timer() {
  if (queue_ != nullptr) queue_->remove(*this);
}

TimerQueue::~TimerQueue() {
  for (const Entry& entry : heap_) {
    entry.timer->index_ = Timer::kNotInHeap;
    entry.timer->queue_ = nullptr;
  }
}

void TimerQueue::arm(Timer& timer, TimePoint due) {
  PL_CHECK(timer.queue_ == nullptr || timer.queue_ == this);
  timer.due_ = due;
  const TimePoint key = std::max(due, earliest_key_);
  if (timer.index_ == Timer::kNotInHeap) {
    timer.queue_ = this;
    heap_.emplace_back();
    sift_up(heap_.size() - 1, {key, &timer});
  } else if (key < heap_[timer.index_].key) {
    sift_up(timer.index_, {key, &timer});
  }
}

void TimerQueue::remove(Timer& timer) {
  timer.due_ = Timer::kNever;
  if (timer.index_ != Timer::kNotInHeap) erase(timer.index_);
}

void TimerQueue::fire_due(TimePoint now) {
  // What a callback arms for now or earlier gets a later key, so that one which re-arms itself at
  // once cannot keep the loop here.
  earliest_key_ = now + Duration(1);
  while (!heap_.empty() && heap_.front().key <= now) {
    Timer& timer = *heap_.front().timer;
    if (timer.due_ <= now) {
      erase(0);
      timer.due_ = Timer::kNever;
      timer.on_due_();
    } else if (timer.due_ == Timer::kNever) {
      erase(0);
    } else {
      sift_down(0, {timer.due_, &timer});
    }
  }
  earliest_key_ = TimePoint::min();
}

void TimerQueue::place(std::size_t index, Entry entry) {
  heap_[index] = entry;
  entry.timer->index_ = static_cast<std::uint32_t>(index);
}

void TimerQueue::sift_up(std::size_t index, Entry entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / kArity;
    if (heap_[parent].key <= entry.key) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void TimerQueue::sift_down(std::size_t index, Entry entry) {
  for (;;) {
    const std::size_t first = index * kArity + 1;
    if (first >= heap_.size()) break;
    const std::size_t last = std::min(first + kArity, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < last; ++child) {
      if (heap_[child].key < heap_[least].key) least = child;
    }
    if (entry.key <= heap_[least].key) break;
    place(index, heap_[least]);
    index = least;
  }
  place(index, entry);
}

void TimerQueue::erase(std::size_t index) {
  Timer& gone = *heap_[index].timer;
  gone.index_ = Timer::kNotInHeap;
  gone.queue_ = nullptr;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  if (index > 0 && last.key < heap_[(index - 1) / kArity].key) {
    sift_up(index, last);
  } else {
    sift_down(index, last);
  }
}

}  // namespace proofload::runtime
