#include "load/arrival_rate.h"

#include <algorithm>
#include <atomic>

#include "base/check.h"

namespace proofload::load {

void ArrivalRate::IdleQueue::push(std::uint32_t slot) {
  PL_CHECK(size_ < slots_.size());
  const std::size_t end = first_ + size_;
  slots_[end < slots_.size() ? end : end - slots_.size()] = slot;
  ++size_;
}

std::uint32_t ArrivalRate::IdleQueue::pop() {
  PL_CHECK(size_ > 0);
  const std::uint32_t slot = slots_[first_];
  if (++first_ == slots_.size()) first_ = 0;
  --size_;
  return slot;
}

ArrivalRate::ArrivalRate(ScenarioState& state, std::uint32_t thread)
    : Machine(state, thread),
      arrivals_(state.arrivals()),
      idle_(own_slots().size()),
      next_tick_(thread) {}

void ArrivalRate::on_begin(TimePoint /*now*/, Actions& out) {
  for (const std::uint32_t slot : own_slots()) {
    if (state().slots()[slot].is_planned) acquire(slot, out);
  }
  find_next_tick();
}

void ArrivalRate::on_step(TimePoint now, std::span<const VuEvent> events, Actions& out) {
  // Events first: a VU that is done just now may take the tick that is due just now. Ticks before
  // the phase: those up to the end of the duration are fired even when we come late.
  for (const VuEvent& event : events) on_event(event, out);
  if (may_fire()) {
    fire_ticks(now, out);
    if (next_tick_due_ <= now) return;  // more is late than fits into one step
    if (is_schedule_over(now)) close_schedule(out);
  }
  advance_phase(now, out);
}

void ArrivalRate::on_event(const VuEvent& event, Actions& out) {
  switch (event.kind) {
    case VuEvent::Kind::kVuReady:
      on_vu_ready(event.slot, out);
      break;
    case VuEvent::Kind::kVuFailed:
      arrivals_.pending_init.store(-1, std::memory_order_release);
      break;
    case VuEvent::Kind::kIterationDone:
    case VuEvent::Kind::kIterationInterrupted:
      end_iteration(event.slot);
      make_idle(event.slot);
      break;
    case VuEvent::Kind::kOffered:
      on_offered(event.due, out);
      break;
    case VuEvent::Kind::kWake:
      break;  // fire_ticks and may_finish look at what has changed
  }
}

void ArrivalRate::on_vu_ready(std::uint32_t slot, Actions& out) {
  if (state().slots()[slot].is_planned) {
    make_active(slot);
    make_idle(slot);
    if (arrivals_.awaited_vus.fetch_sub(1, std::memory_order_acq_rel) == 1) wake_others(out);
    return;
  }
  adopt(slot);
  make_idle(slot);
  arrivals_.pending_init.store(-1, std::memory_order_release);
}

void ArrivalRate::on_offered(TimePoint due, Actions& out) {
  if (is_aborted()) {
    cell().idle_vus.fetch_add(1, std::memory_order_relaxed);  // the reservation ends unused
    return;
  }
  start_on_idle(due, out);
}

void ArrivalRate::fire_ticks(TimePoint now, Actions& out) {
  for (int fired = 0; next_tick_due_ <= now && fired < kTicksPerStep; ++fired) {
    if (state().gate().admits(next_tick_, now)) {
      fire(next_tick_due_, out);
    } else {
      out.push_back({.kind = Action::Kind::kDropIterations, .count = 1});
    }
    next_tick_ += state().thread_count();
    find_next_tick();
  }
  if (next_tick_due_ <= now && now >= std::min(regular_end() + kLateMax, graceful_end())) {
    drop_late_ticks(out);
  }
}

void ArrivalRate::drop_late_ticks(Actions& out) {
  const std::int64_t step = state().thread_count();
  const std::int64_t left = state().schedule().tick_count() - next_tick_;
  const std::int64_t count = (left + step - 1) / step;
  out.push_back({.kind = Action::Kind::kDropIterations, .count = count});
  next_tick_ += count * step;
  find_next_tick();
}

// A constant rate goes on to the end of its duration; a ramping one ends with its last tick (as
// k6).
bool ArrivalRate::is_schedule_over(TimePoint now) const {
  if (next_tick_ < state().schedule().tick_count()) return false;
  return state().scenario().type() == ExecutorType::kRampingArrivalRate || now >= regular_end();
}

void ArrivalRate::fire(TimePoint due, Actions& out) {
  if (reserve(thread())) {
    start_on_idle(due, out);
    return;
  }
  const std::uint32_t count = state().thread_count();
  for (std::uint32_t i = 1; i < count; ++i) {
    const std::uint32_t other = (thread() + i) % count;
    if (!reserve(other)) continue;
    out.push_back({.kind = Action::Kind::kOffer, .thread = other, .due = due});
    return;
  }
  out.push_back({.kind = Action::Kind::kDropIterations, .count = 1});
  request_unplanned_vu(out);
}

// The caller holds a reservation.
void ArrivalRate::start_on_idle(TimePoint due, Actions& out) {
  const std::uint32_t slot = idle_.pop();
  start(slot, state().next_iteration(), due, out);
  // A tick of the very end with no graceful period: counted as begun and interrupted.
  if (phase() == Phase::kInterrupting) interrupt(slot, out);
}

void ArrivalRate::request_unplanned_vu(Actions& out) {
  if (arrivals_.unplanned_requested.load(std::memory_order_relaxed) >= arrivals_.unplanned_vus) {
    if (!arrivals_.has_warned.exchange(true, std::memory_order_relaxed)) {
      out.push_back({.kind = Action::Kind::kWarnInsufficientVus, .count = state().vus()});
    }
    return;
  }
  std::int64_t none = -1;
  const std::int64_t claimed = static_cast<std::int64_t>(state().slots().size());
  if (!arrivals_.pending_init.compare_exchange_strong(none, claimed, std::memory_order_acq_rel)) {
    return;  // one is on its way
  }
  // Only the holder of the claim counts up, but somebody may have done so since we looked.
  const std::int64_t number = arrivals_.unplanned_requested.load(std::memory_order_relaxed);
  if (number >= arrivals_.unplanned_vus) {
    arrivals_.pending_init.store(-1, std::memory_order_release);
    return;
  }
  arrivals_.unplanned_requested.store(number + 1, std::memory_order_relaxed);
  const auto slot = static_cast<std::uint32_t>(arrivals_.planned_vus + number);
  arrivals_.pending_init.store(slot, std::memory_order_release);
  Action action = about(Action::Kind::kInitVu, slot);
  action.thread = thread_of_vu(action.vu, state().thread_count());
  out.push_back(action);
}

void ArrivalRate::make_idle(std::uint32_t slot) {
  idle_.push(slot);
  if (state().thread_count() > 1) {
    cell().idle_vus.fetch_add(1, std::memory_order_relaxed);
  } else {
    cell().idle_vus.store(cell().idle_vus.load(std::memory_order_relaxed) + 1,
                          std::memory_order_relaxed);
  }
}

bool ArrivalRate::reserve(std::uint32_t thread) {
  std::atomic<std::int64_t>& idle = state().cell(thread).idle_vus;
  std::int64_t count = idle.load(std::memory_order_relaxed);
  if (state().thread_count() == 1) {
    if (count == 0) return false;
    idle.store(count - 1, std::memory_order_relaxed);
    return true;
  }
  while (count > 0) {
    if (idle.compare_exchange_weak(count, count - 1, std::memory_order_relaxed)) return true;
  }
  return false;
}

bool ArrivalRate::may_fire() const {
  return is_schedule_open_ && arrivals_.awaited_vus.load(std::memory_order_acquire) == 0;
}

void ArrivalRate::find_next_tick() {
  const ArrivalSchedule& schedule = state().schedule();
  next_tick_due_ =
      next_tick_ < schedule.tick_count() ? begin() + schedule.due(next_tick_) : TimePoint::max();
}

void ArrivalRate::close_schedule(Actions& out) {
  if (!is_schedule_open_) return;
  is_schedule_open_ = false;
  if (arrivals_.open_schedules.fetch_sub(1, std::memory_order_acq_rel) == 1) wake_others(out);
}

void ArrivalRate::wake_others(Actions& out) {
  for (std::uint32_t other = 0; other < state().thread_count(); ++other) {
    if (other == thread()) continue;
    out.push_back({.kind = Action::Kind::kWake, .thread = other});
  }
}

// The graceful period is over with the schedule long fired, or the test was aborted.
void ArrivalRate::on_interrupt(TimePoint /*now*/, Actions& out) {
  close_schedule(out);
}

bool ArrivalRate::may_finish() const {
  if (is_schedule_open_ || arrivals_.open_schedules.load(std::memory_order_acquire) != 0) {
    return false;
  }
  // Nobody reserves any more; what is not idle for all is reserved, running or being acquired.
  if (idle_.size() != held_count() ||
      cell().idle_vus.load(std::memory_order_relaxed) != idle_.size()) {
    return false;
  }
  const std::int64_t pending = arrivals_.pending_init.load(std::memory_order_acquire);
  if (pending < 0) return true;
  return pending < static_cast<std::int64_t>(state().slots().size()) &&
         thread_of_vu(state().slots()[static_cast<std::size_t>(pending)].vu,
                      state().thread_count()) != thread();
}

void ArrivalRate::on_finish(bool /*is_last*/, Actions& out) {
  while (idle_.size() > 0) release(idle_.pop(), out);
}

TimePoint ArrivalRate::next_own_due() const {
  return may_fire() ? next_tick_due_ : TimePoint::max();
}

}  // namespace proofload::load
