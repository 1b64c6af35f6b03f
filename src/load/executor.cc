#include "load/executor.h"

#include <fmt/format.h>

#include "load/arrival_rate.h"
#include "load/fixed_vus.h"
#include "load/ramping_vus.h"

namespace proofload::load {

std::string insufficient_vus_text(std::int64_t active_vus) {
  return fmt::format("Insufficient VUs, reached {} active VUs and cannot initialize more",
                     active_vus);
}

std::unique_ptr<Executor> make_executor(ScenarioState& state, std::uint32_t thread) {
  switch (state.scenario().type()) {
    case ExecutorType::kSharedIterations:
      return std::make_unique<SharedIterations>(state, thread);
    case ExecutorType::kPerVuIterations:
      return std::make_unique<PerVuIterations>(state, thread);
    case ExecutorType::kConstantVus:
      return std::make_unique<ConstantVus>(state, thread);
    case ExecutorType::kRampingVus:
      return std::make_unique<RampingVus>(state, thread);
    case ExecutorType::kConstantArrivalRate:
    case ExecutorType::kRampingArrivalRate:
      return std::make_unique<ArrivalRate>(state, thread);
  }
  return nullptr;
}

}  // namespace proofload::load
