// The constant-arrival-rate and ramping-arrival-rate executors: iterations start when they are due.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "load/machine.h"

namespace proofload::load {

// Starts iterations on the schedule whether or not earlier ones have ended (an open model). A tick
// that finds no idle VU on any thread is dropped and counted, never queued; it asks for one more VU
// while maxVUs allows, and only one is initialised at a time. A tick that the scenario's gate
// withholds is dropped too, and asks for none.
//
// Tick k belongs to machine k mod T. A machine without an idle VU reserves one of another machine
// (ThreadCell::idle_vus) and offers it the tick. A machine gives its VUs back when no machine can
// reserve one any more and no reservation of its own is open.
class ArrivalRate final : public Machine {
 public:
  ArrivalRate(ScenarioState& state, std::uint32_t thread);

 private:
  // How long after the end of the duration ticks that we are late with are still fired, rather than
  // dropped: a loop that cannot keep the rate must not go on for ever. Any one stop of a healthy
  // loop is a hundred times shorter.
  static constexpr Duration kLateMax = std::chrono::seconds(1);

  // Slots of idle VUs; the longest idle one goes first, as k6's do, so that all get work.
  class IdleQueue {
   public:
    explicit IdleQueue(std::size_t capacity) : slots_(capacity) {}
    std::int64_t size() const { return static_cast<std::int64_t>(size_); }
    void push(std::uint32_t slot);
    std::uint32_t pop();

   private:
    std::vector<std::uint32_t> slots_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
  };

  void on_begin(TimePoint now, Actions& out) override;
  void on_step(TimePoint now, std::span<const VuEvent> events, Actions& out) override;
  void on_interrupt(TimePoint now, Actions& out) override;
  bool may_finish() const override;
  void on_finish(bool is_last, Actions& out) override;
  TimePoint next_own_due() const override;

  void on_event(const VuEvent& event, Actions& out);
  void on_vu_ready(std::uint32_t slot, Actions& out);
  void on_offered(TimePoint due, Actions& out);
  void fire_ticks(TimePoint now, Actions& out);
  void fire(TimePoint due, Actions& out);
  void drop_late_ticks(Actions& out);
  void start_on_idle(TimePoint due, Actions& out);
  void request_unplanned_vu(Actions& out);
  void make_idle(std::uint32_t slot);
  bool reserve(std::uint32_t thread);
  bool may_fire() const;
  void find_next_tick();
  void close_schedule(Actions& out);
  bool is_schedule_over(TimePoint now) const;
  void wake_others(Actions& out);

  ScenarioState::Arrivals& arrivals_;
  IdleQueue idle_;
  std::int64_t next_tick_;
  TimePoint next_tick_due_ = TimePoint::max();
  bool is_schedule_open_ = true;
};

}  // namespace proofload::load
