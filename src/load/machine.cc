#include "load/machine.h"

#include <algorithm>

#include "base/check.h"

namespace proofload::load {
namespace {

// Each counter has one writer, so a plain store is enough.
void publish(std::atomic<std::int64_t>& counter, std::int64_t value) {
  counter.store(value, std::memory_order_relaxed);
}

}  // namespace

Machine::Machine(ScenarioState& state, std::uint32_t thread)
    : state_(state),
      cell_(state.cell(thread)),
      thread_(thread),
      slot_states_(state.slots().size(), SlotState::kFree) {
  const std::span<const Slot> slots = state.slots();
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    if (thread_of_vu(slots[i].vu, state.thread_count()) == thread) own_slots_.push_back(i);
  }
}

void Machine::step(TimePoint now, std::span<const VuEvent> events, Actions& out) {
  if (phase_ == Phase::kDone) return;
  if (phase_ == Phase::kWaiting && !has_begun(now, out)) return;
  on_step(now, events, out);
  if (may_finish()) finish(now, out);
}

bool Machine::has_begun(TimePoint now, Actions& out) {
  if (!state_.is_launched() || now < state_.begin()) return false;
  begin_ = state_.begin();
  regular_end_ = state_.regular_end();
  graceful_end_ = state_.graceful_end();
  phase_ = Phase::kRunning;
  on_begin(now, out);
  return true;
}

TimePoint Machine::next_due() const {
  switch (phase_) {
    case Phase::kWaiting:
      return state_.is_launched() ? state_.begin() : TimePoint::max();
    case Phase::kRunning:
      return std::min(regular_end_, next_own_due());
    case Phase::kStopping:
      return std::min(graceful_end_, next_own_due());
    case Phase::kInterrupting:
    case Phase::kDone:
      break;
  }
  return TimePoint::max();
}

void Machine::abort(TimePoint now, Actions& out) {
  if (phase_ == Phase::kDone || is_aborted_) return;
  state_.mark_aborted(now);
  is_aborted_ = true;
  freeze_progress();
  if (phase_ != Phase::kInterrupting) interrupt_all(now, out);
  if (may_finish()) finish(now, out);
}

void Machine::advance_phase(TimePoint now, Actions& out) {
  if (phase_ == Phase::kRunning && now >= regular_end_) {
    phase_ = Phase::kStopping;
    freeze_progress();
  }
  if (phase_ == Phase::kStopping && now >= graceful_end_) interrupt_all(now, out);
}

void Machine::interrupt_all(TimePoint now, Actions& out) {
  phase_ = Phase::kInterrupting;
  for (const std::uint32_t slot : own_slots_) {
    if (slot_states_[slot] == SlotState::kRunning) interrupt(slot, out);
  }
  on_interrupt(now, out);
}

void Machine::freeze_progress() {
  publish(cell_.active_vus_at_stop, active_count_);
  publish(cell_.running_vus_at_stop, running_count_);
  publish(cell_.done_iterations_at_stop, done_count_);
  cell_.is_stopping.store(true, std::memory_order_release);
}

void Machine::finish(TimePoint now, Actions& out) {
  phase_ = Phase::kDone;
  on_finish(state_.finish_machine(now), out);
  out.push_back({.kind = Action::Kind::kFinished});
}

void Machine::acquire(std::uint32_t slot, Actions& out) {
  PL_CHECK(slot_states_[slot] == SlotState::kFree);
  slot_states_[slot] = SlotState::kAcquiring;
  ++held_count_;
  out.push_back(about(Action::Kind::kAcquireVu, slot));
}

void Machine::make_active(std::uint32_t slot) {
  PL_CHECK(slot_states_[slot] == SlotState::kAcquiring);
  slot_states_[slot] = SlotState::kIdle;
  publish(cell_.active_vus, ++active_count_);
  publish(cell_.activated_vus, ++activated_count_);
}

void Machine::adopt(std::uint32_t slot) {
  PL_CHECK(slot_states_[slot] == SlotState::kFree);
  slot_states_[slot] = SlotState::kAcquiring;
  ++held_count_;
  make_active(slot);
}

void Machine::start(std::uint32_t slot, std::int64_t iteration, TimePoint due, Actions& out) {
  slot_states_[slot] = SlotState::kRunning;
  publish(cell_.running_vus, ++running_count_);
  Action action = about(Action::Kind::kStartIteration, slot);
  action.iteration_in_instance = iteration;
  action.iteration_in_test = state_.iteration_tuple().striped(iteration);
  action.due = due;
  out.push_back(action);
}

void Machine::interrupt(std::uint32_t slot, Actions& out) {
  slot_states_[slot] = SlotState::kInterrupting;
  out.push_back(about(Action::Kind::kInterruptVu, slot));
}

void Machine::end_iteration(std::uint32_t slot) {
  PL_CHECK(slot_states_[slot] == SlotState::kRunning ||
           slot_states_[slot] == SlotState::kInterrupting);
  slot_states_[slot] = SlotState::kIdle;
  publish(cell_.running_vus, --running_count_);
  publish(cell_.done_iterations, ++done_count_);
}

void Machine::release(std::uint32_t slot, Actions& out) {
  PL_CHECK(slot_states_[slot] == SlotState::kIdle);
  slot_states_[slot] = SlotState::kFree;
  --held_count_;
  publish(cell_.active_vus, --active_count_);
  out.push_back(about(Action::Kind::kReleaseVu, slot));
}

}  // namespace proofload::load
