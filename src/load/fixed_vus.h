// Executors with a fixed number of VUs, each of which starts its next iteration as it ends one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "load/machine.h"

namespace proofload::load {

class FixedVus : public Machine {
 protected:
  FixedVus(ScenarioState& state, std::uint32_t thread) : Machine(state, thread) {}

  // The number of the slot's next iteration; none when it has had enough.
  virtual std::optional<std::int64_t> next_iteration(std::uint32_t slot) = 0;
  // The slot's VU is about to be given back. Not called when the test was aborted.
  virtual void on_release(std::uint32_t /*slot*/, Actions& /*out*/) {}

 private:
  void on_begin(TimePoint now, Actions& out) final;
  void on_step(TimePoint now, std::span<const VuEvent> events, Actions& out) final;
  bool may_finish() const final { return held_count() == 0; }
  void continue_or_release(std::uint32_t slot, TimePoint now, Actions& out);
};

// VUs draw from one pot of iterations. What is left when the time is up is dropped.
class SharedIterations final : public FixedVus {
 public:
  SharedIterations(ScenarioState& state, std::uint32_t thread) : FixedVus(state, thread) {}

 private:
  std::optional<std::int64_t> next_iteration(std::uint32_t slot) override;
  void on_finish(bool is_last, Actions& out) override;
};

// Each VU has its own number of iterations, and drops what it did not get to.
class PerVuIterations final : public FixedVus {
 public:
  PerVuIterations(ScenarioState& state, std::uint32_t thread);

 private:
  std::optional<std::int64_t> next_iteration(std::uint32_t slot) override;
  void on_release(std::uint32_t slot, Actions& out) override;

  std::vector<std::int64_t> left_;  // by slot
};

// Each VU loops until the time is up.
class ConstantVus final : public FixedVus {
 public:
  ConstantVus(ScenarioState& state, std::uint32_t thread) : FixedVus(state, thread) {}

 private:
  std::optional<std::int64_t> next_iteration(std::uint32_t slot) override;
};

}  // namespace proofload::load
