// Executors as pure machines: VU events and the time go in, actions come out; no clock, no threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "load/scenario.h"
#include "load/scenario_state.h"

namespace proofload::load {

// What happened to a slot's VU on this engine thread.
struct VuEvent {
  enum class Kind : std::uint8_t {
    kVuReady,               // answers kAcquireVu and kInitVu: the VU is active for the scenario
    kVuFailed,              // answers kInitVu: the VU could not be initialised
    kIterationDone,         // completed, also when the script threw
    kIterationInterrupted,  // ended early: by kInterruptVu, or because the test was aborted
    kOffered,               // another thread's kOffer, with its `due`
    kWake                   // another thread's kWake
  };
  Kind kind;
  std::uint32_t slot = 0;  // not for kOffered, kWake
  TimePoint due{};         // kOffered only
};

// What to do now, in this order. `slot` is an index into the scenario's VuDeal::slots.
struct Action {
  enum class Kind : std::uint8_t {
    // Activate `vu` for the scenario (tags, env, exec), then report kVuReady; at once if it is
    // free,
    // else as soon as the scenario that had it gave it back.
    kAcquireVu,
    // As kAcquireVu, but the VU may not exist yet: initialise it in the background on `thread`,
    // which
    // may be another one, and report kVuReady or kVuFailed to that thread's machine. The machines
    // of
    // a scenario ask for one at a time.
    kInitVu,
    kStartIteration,  // on the slot's active VU; `iteration_*` and `due` are set
    kInterruptVu,     // stop the running iteration; report kIterationInterrupted (or kIterationDone
                      // if it was faster)
    kReleaseVu,       // deactivate; the slot's VU is free for other scenarios
    kOffer,  // report kOffered with `due` to `thread`'s machine: it holds an idle VU for it
    kWake,   // report kWake to `thread`'s machine
    kDropIterations,  // dropped_iterations += count; for per-vu-iterations `vu` is not 0 (`vu` tag)
    kWarnInsufficientVus,  // once per scenario: log insufficient_vus_text(count) as a warning with
                           // the fields executor and scenario
    kFinished              // last action of this machine
  };
  Kind kind;
  std::uint32_t slot = 0;
  std::uint32_t vu = 0;      // of the slot: kAcquireVu, kInitVu, kStartIteration, kReleaseVu, ...
  std::uint32_t thread = 0;  // kInitVu, kOffer, kWake
  std::int64_t count = 0;
  std::int64_t iteration_in_instance = 0;  // from 0, unique in the scenario on this instance
  std::int64_t iteration_in_test = 0;      // from 0, unique in the scenario over all instances
  TimePoint due{};  // when the iteration was meant to start: the schedule's time for arrival rates,
                    // the time of the step for the others
};

// Reuse one list for all steps: it stops allocating once it has seen its largest step. A step never
// clears it.
using Actions = std::vector<Action>;

// k6's text for kWarnInsufficientVus.
std::string insufficient_vus_text(std::int64_t active_vus);

// One scenario on one engine thread. All machines of a scenario share a ScenarioState; each is
// called by its own thread only. An iteration is in the hands of the caller from kStartIteration to
// kIterationDone or kIterationInterrupted, a VU from kAcquireVu to kReleaseVu.
class Executor {
 public:
  virtual ~Executor() = default;

  // Call when events came in or next_due() has passed; `now` never goes back. Nothing happens
  // before ScenarioState::launch(). Late ticks of an arrival rate fire at once, at most
  // kTicksPerStep in a call; then next_due() is not later than `now`.
  virtual void step(TimePoint now, std::span<const VuEvent> events, Actions& out) = 0;
  // When to call next without an event; TimePoint::max() for never.
  virtual TimePoint next_due() const = 0;
  // The test is aborted: interrupts what runs, starts nothing more, drops nothing. Finishes when
  // the last event has come.
  virtual void abort(TimePoint now, Actions& out) = 0;
  // True once kFinished was given out.
  virtual bool is_done() const = 0;

  // 64 starts are some 100 µs of a busy loop, the time between two reapings of completions.
  static constexpr int kTicksPerStep = 64;
};

// The machine of `state`'s scenario for engine thread `thread`; `state` must outlive it.
std::unique_ptr<Executor> make_executor(ScenarioState& state, std::uint32_t thread);

}  // namespace proofload::load
