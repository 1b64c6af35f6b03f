// The ramping-vus executor: a number of looping VUs that follows the stages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "load/machine.h"

namespace proofload::load {

// VUs form a stack: the last one started is the first one stopped. A stopped VU finishes its
// iteration within the graceful ramp-down, and goes on if the ramp wants it back before it has; at
// the end of the period it is interrupted. A new stay in the stack after that is a new slot.
class RampingVus final : public Machine {
 public:
  RampingVus(ScenarioState& state, std::uint32_t thread);

 private:
  enum class Command : std::uint8_t { kStart, kStop, kInterrupt };
  struct Change {
    Duration offset{};
    Command command = Command::kStart;
    std::uint32_t slot = 0;
  };

  void on_begin(TimePoint /*now*/, Actions& /*out*/) override {}
  void on_step(TimePoint now, std::span<const VuEvent> events, Actions& out) override;
  bool may_finish() const override;
  TimePoint next_own_due() const override;
  void apply(const Change& change, Actions& out);
  void on_event(const VuEvent& event, TimePoint now, Actions& out);
  void continue_or_release(std::uint32_t slot, TimePoint now, Actions& out);

  std::vector<Change> changes_;  // of own slots, in order
  std::size_t next_change_ = 0;
  std::vector<bool> is_wanted_;  // by slot
};

}  // namespace proofload::load
