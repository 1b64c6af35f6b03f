#include "load/ramping_vus.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "base/check.h"
#include "load/plan.h"

namespace proofload::load {
namespace {

// The slots that fill one height of the stack, one after another.
class Height {
 public:
  void add(std::uint32_t slot) { slots_.push_back(slot); }
  // The latest stay that has begun by `at`; `at` never goes back.
  std::uint32_t slot_at(std::span<const Slot> slots, Duration at) {
    while (current_ + 1 < slots_.size() && slots[slots_[current_ + 1]].from <= at) ++current_;
    return slots_[current_];
  }

 private:
  std::vector<std::uint32_t> slots_;
  std::size_t current_ = 0;
};

std::vector<Height> heights(std::span<const Slot> slots) {
  std::vector<Height> heights;
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    if (heights.size() <= slots[i].position) heights.resize(slots[i].position + std::size_t{1});
    heights[slots[i].position].add(i);
  }
  return heights;
}

}  // namespace

RampingVus::RampingVus(ScenarioState& state, std::uint32_t thread)
    : Machine(state, thread), is_wanted_(state.slots().size()) {
  const std::span<const Slot> slots = state.slots();
  const Duration launch_to_begin = state.scenario().start_offset();
  std::vector<Height> stack = heights(slots);
  const auto is_own = [&](std::uint32_t slot) {
    return thread_of_vu(slots[slot].vu, state.thread_count()) == thread;
  };

  std::size_t running = 0;
  const auto& config = std::get<RampingVusConfig>(state.scenario().executor);
  for (const ExecutionStep& step : ramping_steps(config, state.tuple())) {
    const auto wanted = static_cast<std::size_t>(step.planned_vus);
    const Duration at = step.offset + launch_to_begin;
    const auto add = [&](Command command, std::size_t height) {
      const std::uint32_t slot = stack[height].slot_at(slots, at);
      if (is_own(slot)) changes_.push_back({step.offset, command, slot});
    };
    for (; running < wanted; ++running) add(Command::kStart, running);
    for (; running > wanted; --running) add(Command::kStop, running - 1);
  }
  for (const std::uint32_t slot : own_slots()) {
    changes_.push_back({slots[slot].until - launch_to_begin, Command::kInterrupt, slot});
  }
  // Stable, and interrupts come last at the same time: a VU is asked to stop before it is made to.
  std::ranges::stable_sort(changes_, [](const Change& a, const Change& b) {
    return std::tuple(a.offset, a.command == Command::kInterrupt) <
           std::tuple(b.offset, b.command == Command::kInterrupt);
  });
}

void RampingVus::on_step(TimePoint now, std::span<const VuEvent> events, Actions& out) {
  // First the ramp, so that a VU that is done just now does not go on when it was to stop.
  if (phase() != Phase::kInterrupting) {
    while (next_own_due() <= now) apply(changes_[next_change_++], out);
  }
  advance_phase(now, out);
  for (const VuEvent& event : events) on_event(event, now, out);
}

void RampingVus::apply(const Change& change, Actions& out) {
  const SlotState slot = slot_state(change.slot);
  switch (change.command) {
    case Command::kStart:
      is_wanted_[change.slot] = true;
      if (slot == SlotState::kFree) acquire(change.slot, out);
      break;
    case Command::kStop:
      is_wanted_[change.slot] = false;
      break;
    case Command::kInterrupt:
      is_wanted_[change.slot] = false;
      if (slot == SlotState::kRunning) interrupt(change.slot, out);
      break;
  }
}

void RampingVus::on_event(const VuEvent& event, TimePoint now, Actions& out) {
  switch (event.kind) {
    case VuEvent::Kind::kVuReady:
      make_active(event.slot);
      continue_or_release(event.slot, now, out);
      break;
    case VuEvent::Kind::kIterationDone:
      end_iteration(event.slot);
      continue_or_release(event.slot, now, out);
      break;
    case VuEvent::Kind::kIterationInterrupted:
      end_iteration(event.slot);
      release(event.slot, out);
      break;
    case VuEvent::Kind::kVuFailed:
    case VuEvent::Kind::kOffered:
    case VuEvent::Kind::kWake:
      PL_CHECK(false);  // only arrival rates ask for these
  }
}

void RampingVus::continue_or_release(std::uint32_t slot, TimePoint now, Actions& out) {
  if (is_wanted_[slot] && phase() == Phase::kRunning) {
    start(slot, state().next_iteration(), now, out);
  } else {
    release(slot, out);
  }
}

bool RampingVus::may_finish() const {
  return held_count() == 0 && phase() != Phase::kRunning;
}

TimePoint RampingVus::next_own_due() const {
  if (next_change_ == changes_.size()) return TimePoint::max();
  return begin() + changes_[next_change_].offset;
}

}  // namespace proofload::load
