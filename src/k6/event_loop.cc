#include "k6/event_loop.h"

#include <algorithm>
#include <utility>

namespace proofload::k6 {

std::uint32_t EventLoop::set_timer(js::Value callback, std::vector<js::Value> args, Duration delay,
                                   bool repeats) {
  timers_.push_back({.id = ++last_timer_id_,
                     .due = monotonic_now() + delay,
                     .interval = delay,
                     .repeats = repeats,
                     .callback = std::move(callback),
                     .args = std::move(args)});
  return last_timer_id_;
}

void EventLoop::clear_timer(std::uint32_t id) {
  std::erase_if(timers_, [id](const TimerEntry& timer) { return timer.id == id; });
}

void EventLoop::complete(std::function<void(js::Context&)> callback) {
  operation_count_--;
  completed_.push_back(std::move(callback));
  waiter_.notify();
}

TimePoint EventLoop::next_due() const {
  TimePoint due = runtime::Timer::kNever;
  for (const TimerEntry& timer : timers_) due = std::min(due, timer.due);
  return due;
}

// Runs the jobs that are queued; says whether the iteration goes on.
EventLoop::End EventLoop::settle(js::Context& context) {
  if (!context.run_jobs()) return context.is_stopping() ? End::kStopped : End::kThrew;
  if (context.is_stopping()) return End::kStopped;
  std::vector<js::Value> rejections = context.take_unhandled_rejections();
  if (rejections.empty()) return End::kIdle;
  rejection_ = std::move(rejections.front());
  return End::kRejected;
}

// Runs the earliest timer if its time has come; false if it threw.
bool EventLoop::run_due_timer(js::Context& context) {
  const auto first = std::min_element(timers_.begin(), timers_.end(),
                                      [](const TimerEntry& a, const TimerEntry& b) {
                                        return std::pair(a.due, a.id) < std::pair(b.due, b.id);
                                      });
  if (first == timers_.end() || first->due > monotonic_now()) return true;
  const js::Value callback = first->callback;
  const std::vector<js::Value> args = first->args;
  if (first->repeats) {
    first->due += std::max(first->interval, Duration(std::chrono::milliseconds(1)));
  } else {
    timers_.erase(first);
  }
  const std::vector<js::ValueRef> refs(args.begin(), args.end());
  return !context.call(callback, js::ValueRef(), refs).is_exception();
}

EventLoop::End EventLoop::run(js::Context& context) {
  while (true) {
    if (const End end = settle(context); end != End::kIdle) return end;
    if (!completed_.empty()) {
      const std::function<void(js::Context&)> callback = std::move(completed_.front());
      completed_.erase(completed_.begin());
      callback(context);
      if (context.has_error()) return End::kThrew;
      continue;
    }
    const TimePoint due = next_due();
    if (due == runtime::Timer::kNever && operation_count_ == 0) return End::kIdle;
    if (due <= monotonic_now()) {
      if (!run_due_timer(context)) return context.is_stopping() ? End::kStopped : End::kThrew;
      continue;
    }
    if (waiter_.wait(due) == runtime::WaitResult::kCancelled) {
      context.request_stop(js::StopReason::kStopped);
      return End::kStopped;
    }
  }
}

void EventLoop::wait_for_operations() {
  while (operation_count_ > 0) {
    waiter_.wait(runtime::Timer::kNever);
    // Who is cancelled again meanwhile would never wait.
    runtime::Fiber::current()->clear_cancel();
  }
  completed_.clear();
  waiter_.reset();
}

std::vector<std::uint32_t> EventLoop::drop_all() {
  std::vector<std::uint32_t> ids;
  for (const TimerEntry& timer : timers_) ids.push_back(timer.id);
  timers_.clear();
  completed_.clear();
  rejection_ = js::Value();
  waiter_.reset();
  return ids;
}

}  // namespace proofload::k6
