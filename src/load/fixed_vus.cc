#include "load/fixed_vus.h"

#include <algorithm>

#include "base/check.h"

namespace proofload::load {

void FixedVus::on_begin(TimePoint /*now*/, Actions& out) {
  for (const std::uint32_t slot : own_slots()) acquire(slot, out);
}

void FixedVus::on_step(TimePoint now, std::span<const VuEvent> events, Actions& out) {
  // First, so that a VU that is done just now starts nothing after the end.
  advance_phase(now, out);
  for (const VuEvent& event : events) {
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
        if (!is_aborted()) on_release(event.slot, out);
        release(event.slot, out);
        break;
      case VuEvent::Kind::kVuFailed:
      case VuEvent::Kind::kOffered:
      case VuEvent::Kind::kWake:
        PL_CHECK(false);  // only arrival rates ask for these
    }
  }
}

void FixedVus::continue_or_release(std::uint32_t slot, TimePoint now, Actions& out) {
  if (phase() == Phase::kRunning) {
    if (const auto iteration = next_iteration(slot)) {
      start(slot, *iteration, now, out);
      return;
    }
  }
  if (!is_aborted()) on_release(slot, out);
  release(slot, out);
}

std::optional<std::int64_t> SharedIterations::next_iteration(std::uint32_t /*slot*/) {
  const std::int64_t number = state().next_iteration();
  if (number >= state().iterations()) return std::nullopt;
  return number;
}

void SharedIterations::on_finish(bool is_last, Actions& out) {
  const std::int64_t left = state().iterations() - state().started_iterations();
  if (!is_last || is_aborted() || left <= 0) return;
  out.push_back({.kind = Action::Kind::kDropIterations, .count = left});
}

PerVuIterations::PerVuIterations(ScenarioState& state, std::uint32_t thread)
    : FixedVus(state, thread), left_(state.slots().size(), state.iterations()) {}

std::optional<std::int64_t> PerVuIterations::next_iteration(std::uint32_t slot) {
  if (left_[slot] == 0) return std::nullopt;
  --left_[slot];
  return state().next_iteration();
}

void PerVuIterations::on_release(std::uint32_t slot, Actions& out) {
  if (left_[slot] == 0) return;
  Action action = about(Action::Kind::kDropIterations, slot);
  action.count = left_[slot];
  out.push_back(action);
}

std::optional<std::int64_t> ConstantVus::next_iteration(std::uint32_t /*slot*/) {
  return state().next_iteration();
}

}  // namespace proofload::load
