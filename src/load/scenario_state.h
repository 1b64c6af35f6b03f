// What the machines of one scenario share: its share of the plan, global counters, progress cells.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "load/arrival_schedule.h"
#include "load/gate.h"
#include "load/plan.h"
#include "load/scenario.h"
#include "load/segment.h"

namespace proofload::load {

// Counters of one machine; written by its thread (`idle_vus`: by all), read by any.
struct alignas(64) ThreadCell {
  std::atomic<std::int64_t> active_vus{0};       // activated for the scenario
  std::atomic<std::int64_t> activated_vus{0};    // ever; the arrival rates' second number
  std::atomic<std::int64_t> running_vus{0};      // in an iteration
  std::atomic<std::int64_t> done_iterations{0};  // ended, interrupted ones too
  // As they were when the regular duration ended or the test was aborted: k6's line stops then.
  std::atomic<std::int64_t> active_vus_at_stop{0};
  std::atomic<std::int64_t> running_vus_at_stop{0};
  std::atomic<std::int64_t> done_iterations_at_stop{0};
  std::atomic<bool> is_stopping{false};
  // Arrival rates: idle VUs nobody has reserved. A start takes one away first, wherever it is.
  alignas(64) std::atomic<std::int64_t> idle_vus{0};
};

// Created by the control thread; all members but launch() are for any thread.
class ScenarioState {
 public:
  struct Context {
    const Scenario& scenario;  // copied
    const ExecutionTuple& tuple;
    std::span<const Slot> slots;  // of this scenario; must outlive the state
    std::uint32_t thread_count = 1;
  };
  // The scenario must be valid and have work on this instance.
  explicit ScenarioState(const Context& context);

  // Sets the zero of the scenario's clock: the moment all scenarios are launched, after setup().
  // Call once, before any machine's step and visibly to its thread.
  void launch(TimePoint at) { launch_ = at; }
  bool is_launched() const { return launch_ != TimePoint::max(); }
  TimePoint launched_at() const { return launch_; }
  // Only after launch().
  TimePoint begin() const { return launch_ + scenario_.start_offset(); }
  TimePoint regular_end() const { return begin() + regular_duration_; }
  // From then on running iterations are interrupted.
  TimePoint graceful_end() const { return begin() + max_duration_; }

  const Scenario& scenario() const { return scenario_; }
  const ExecutionTuple& tuple() const { return tuple_; }
  // Deals iterations and ticks: in proportion to the VUs of each instance.
  const ExecutionTuple& iteration_tuple() const { return iteration_tuple_; }
  std::span<const Slot> slots() const { return slots_; }
  std::uint32_t thread_count() const { return thread_count_; }
  Duration regular_duration() const { return regular_duration_; }

  // This instance's VUs: fixed, highest of the stages, or maxVUs.
  std::int64_t vus() const { return vus_; }
  // shared-iterations: this instance's share; per-vu-iterations: of each VU.
  std::int64_t iterations() const { return iterations_; }

  ThreadCell& cell(std::uint32_t thread) { return cells_[thread]; }
  const ThreadCell& cell(std::uint32_t thread) const { return cells_[thread]; }

  // The number (from 0) of the next iteration of the scenario on this instance.
  std::int64_t next_iteration() {
    if (thread_count_ > 1) return started_.fetch_add(1, std::memory_order_relaxed);
    const std::int64_t number = started_.load(std::memory_order_relaxed);
    started_.store(number + 1, std::memory_order_relaxed);
    return number;
  }
  // May exceed iterations(): each VU asks once more.
  std::int64_t started_iterations() const { return started_.load(std::memory_order_relaxed); }

  // True for exactly one caller: the machine that finishes last. `now` becomes the finish time.
  bool finish_machine(TimePoint now);
  bool is_finished() const { return open_machines_.load(std::memory_order_acquire) == 0; }
  // Only when finished.
  TimePoint finished_at() const;
  // The first call sets the time.
  void mark_aborted(TimePoint now);
  // TimePoint::max() when it was not.
  TimePoint aborted_at() const {
    return TimePoint(Duration(aborted_at_ns_.load(std::memory_order_relaxed)));
  }

  // Arrival rates: what their machines agree on.
  struct alignas(64) Arrivals {
    std::int64_t planned_vus = 0;    // slots below this exist from the start
    std::int64_t unplanned_vus = 0;  // slots after them are initialised when a tick was dropped
    std::atomic<std::int64_t> awaited_vus{0};      // planned ones not ready yet: ticks wait
    std::atomic<std::uint32_t> open_schedules{0};  // machines that may still fire a tick
    std::atomic<std::int64_t> unplanned_requested{0};
    std::atomic<std::int64_t> pending_init{-1};  // slot being initialised, or -1
    std::atomic<bool> has_warned{false};
  };
  Arrivals& arrivals() { return arrivals_; }
  const Arrivals& arrivals() const { return arrivals_; }
  const ArrivalSchedule& schedule() const { return schedule_; }
  // Changed while the run goes on, by any thread.
  Gate& gate() const { return gate_; }

 private:
  static constexpr std::int64_t kNeverNs = std::numeric_limits<std::int64_t>::max();

  Scenario scenario_;
  ExecutionTuple tuple_;
  ExecutionTuple iteration_tuple_;
  ArrivalSchedule schedule_;
  std::span<const Slot> slots_;
  std::uint32_t thread_count_;
  Duration regular_duration_;
  Duration max_duration_;
  std::int64_t vus_ = 0;
  std::int64_t iterations_ = 0;
  TimePoint launch_ = TimePoint::max();
  std::unique_ptr<ThreadCell[]> cells_;
  alignas(64) std::atomic<std::int64_t> started_{0};
  std::atomic<std::uint32_t> open_machines_;
  std::atomic<std::int64_t> finished_at_ns_{0};
  std::atomic<std::int64_t> aborted_at_ns_{kNeverNs};
  Arrivals arrivals_;
  mutable Gate gate_;
};

}  // namespace proofload::load
