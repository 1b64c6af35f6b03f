// The execution plan: how many VUs are needed when, and which VU serves which scenario.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "load/scenario.h"
#include "load/segment.h"

namespace proofload::load {

// From `offset` on, `planned_vus` must exist and `unplanned_vus_max` more may be initialised.
struct ExecutionStep {
  Duration offset{};
  std::int64_t planned_vus = 0;
  std::int64_t unplanned_vus_max = 0;

  friend bool operator==(const ExecutionStep&, const ExecutionStep&) = default;
};

using ExecutionPlan = std::vector<ExecutionStep>;

// What one scenario needs on this instance, offsets counted from its own start, graceful periods
// included. Steps may share an offset; then their order matters.
ExecutionPlan requirements(const Scenario& scenario, const ExecutionTuple& tuple);

// VUs that ramping-vus wants to run, one step per change of one VU (a zero-length stage changes
// many at once), without graceful periods; the last step goes to 0 at the end of the stages.
ExecutionPlan ramping_steps(const RampingVusConfig& config, const ExecutionTuple& tuple);

// Sum over all scenarios (sorted), offsets from the launch.
ExecutionPlan merged_requirements(std::span<const Scenario> scenarios, const ExecutionTuple& tuple);

// VUs to initialise before the test.
std::int64_t planned_vus(const ExecutionPlan& plan);
// The banner's and inspect's `maxVUs`: planned and unplanned together at the worst moment.
std::int64_t possible_vus(const ExecutionPlan& plan);
// inspect's `totalDuration`: the offset of the last step, graceful stop included.
Duration end_offset(const ExecutionPlan& plan);

// One stay of one VU in one scenario, as planned.
struct Slot {
  std::uint32_t vu = 0;  // id in this instance, from 1
  // ramping-vus: the height in the stack this stay fills; else the slot's own index.
  std::uint32_t position = 0;
  bool is_planned = true;  // false: an arrival rate may ask for it; its VU may not exist yet
  Duration from{};         // offsets from the launch; `until` includes the graceful period
  Duration until{};
};

// Which VU serves each slot of each scenario, decided before the test, so that ids and counts do
// not depend on how many threads share the work. VUs are shared between scenarios over time: a
// slot gets the lowest id that no other slot needs at the same time.
struct VuDeal {
  std::vector<std::vector<Slot>> slots;  // by scenario index; a slot's number is its place here
  std::int64_t planned_vus = 0;          // ids 1..planned_vus exist before the test
  std::int64_t possible_vus = 0;         // no id is above this
};

VuDeal deal_vus(std::span<const Scenario> scenarios, const ExecutionTuple& tuple);

// VU ids are dealt to engine threads in turn.
constexpr std::uint32_t thread_of_vu(std::uint32_t vu, std::uint32_t thread_count) {
  return (vu - 1) % thread_count;
}

}  // namespace proofload::load
