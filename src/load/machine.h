// What the executors' machines have in common: phases, emitting actions, keeping the counters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "load/executor.h"
#include "load/scenario_state.h"

namespace proofload::load {

// Runs through the phases
//   waiting -> running -> stopping (regular duration over) -> interrupting (graceful period over,
//   or aborted) -> done
// and leaves to the executors what happens in each. Belongs to one engine thread.
class Machine : public Executor {
 public:
  void step(TimePoint now, std::span<const VuEvent> events, Actions& out) final;
  TimePoint next_due() const final;
  void abort(TimePoint now, Actions& out) final;
  bool is_done() const final { return phase_ == Phase::kDone; }

 protected:
  enum class Phase : std::uint8_t { kWaiting, kRunning, kStopping, kInterrupting, kDone };
  enum class SlotState : std::uint8_t { kFree, kAcquiring, kIdle, kRunning, kInterrupting };

  Machine(ScenarioState& state, std::uint32_t thread);

  // Entering running: acquire VUs.
  virtual void on_begin(TimePoint now, Actions& out) = 0;
  // One step while running or later; must call advance_phase(), before or after its own work.
  virtual void on_step(TimePoint now, std::span<const VuEvent> events, Actions& out) = 0;
  // Entering interrupting; running iterations have been interrupted already.
  virtual void on_interrupt(TimePoint /*now*/, Actions& /*out*/) {}
  // True when nothing of this machine is left to wait for; asked after each step once running.
  virtual bool may_finish() const = 0;
  // Just before kFinished; `is_last` for the machine that ends the scenario.
  virtual void on_finish(bool /*is_last*/, Actions& /*out*/) {}
  // The next moment of the executor's own; TimePoint::max() for none.
  virtual TimePoint next_own_due() const { return TimePoint::max(); }

  void advance_phase(TimePoint now, Actions& out);

  // These keep the slot's state and the counters.
  void acquire(std::uint32_t slot, Actions& out);
  void make_active(std::uint32_t slot);
  // For a VU that was initialised for us without acquire().
  void adopt(std::uint32_t slot);
  void start(std::uint32_t slot, std::int64_t iteration, TimePoint due, Actions& out);
  void interrupt(std::uint32_t slot, Actions& out);
  void end_iteration(std::uint32_t slot);
  void release(std::uint32_t slot, Actions& out);

  Action about(Action::Kind kind, std::uint32_t slot) const {
    return {.kind = kind, .slot = slot, .vu = state_.slots()[slot].vu};
  }
  SlotState& slot_state(std::uint32_t slot) { return slot_states_[slot]; }
  // Slots whose VU lives on this thread, ascending.
  std::span<const std::uint32_t> own_slots() const { return own_slots_; }
  ScenarioState& state() { return state_; }
  const ScenarioState& state() const { return state_; }
  ThreadCell& cell() { return cell_; }
  const ThreadCell& cell() const { return cell_; }
  std::uint32_t thread() const { return thread_; }
  Phase phase() const { return phase_; }
  bool is_aborted() const { return is_aborted_; }
  TimePoint begin() const { return begin_; }
  TimePoint regular_end() const { return regular_end_; }
  TimePoint graceful_end() const { return graceful_end_; }
  // VUs asked for and not given back.
  std::int64_t held_count() const { return held_count_; }

 private:
  bool has_begun(TimePoint now, Actions& out);
  void freeze_progress();
  void interrupt_all(TimePoint now, Actions& out);
  void finish(TimePoint now, Actions& out);

  ScenarioState& state_;
  ThreadCell& cell_;
  std::uint32_t thread_;
  Phase phase_ = Phase::kWaiting;
  bool is_aborted_ = false;
  TimePoint begin_ = TimePoint::max();
  TimePoint regular_end_ = TimePoint::max();
  TimePoint graceful_end_ = TimePoint::max();
  std::int64_t held_count_ = 0;
  std::int64_t active_count_ = 0;
  std::int64_t activated_count_ = 0;
  std::int64_t running_count_ = 0;
  std::int64_t done_count_ = 0;
  std::vector<std::uint32_t> own_slots_;
  std::vector<SlotState> slot_states_;  // by slot; only own ones are used
};

}  // namespace proofload::load
