// Question: what does the engine loop pay to a scenario's machine for each iteration?
// Answer, CPU time with g++ 12 -O2 on a shared two-core virtual machine: 36 ns for an iteration of
// a closed loop; 83 ns for a tick of a constant rate with the end of an earlier iteration, 66 to 91
// ns for a ramping one; a second engine thread adds nothing that shows.
#include "load/executor.h"

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "counted.h"
#include "load/plan.h"

namespace proofload::load {
namespace {

using namespace std::chrono_literals;

// A scenario on one thread of `threads`, its VUs ready.
class Bench {
 public:
  Bench(ExecutorConfig config, std::uint32_t threads) {
    scenario_.name = "bench";
    scenario_.executor = std::move(config);
    deal_ = deal_vus(std::span(&scenario_, 1), tuple_);
    state_ = std::make_unique<ScenarioState>(
        ScenarioState::Context{scenario_, tuple_, deal_.slots[0], threads});
    state_->launch(now_);
    for (std::uint32_t t = 0; t < threads; ++t) machines_.push_back(make_executor(*state_, t));
    for (auto& machine : machines_) machine->step(now_, {}, actions_);
    const Actions acquired = std::exchange(actions_, {});
    for (const Action& action : acquired) {
      const VuEvent ready{VuEvent::Kind::kVuReady, action.slot};
      machines_[thread_of_vu(action.vu, threads)]->step(now_, std::span(&ready, 1), actions_);
    }
    actions_.clear();
  }

  Executor& machine(std::uint32_t thread = 0) { return *machines_[thread]; }
  Actions& actions() { return actions_; }
  TimePoint& now() { return now_; }

 private:
  const ExecutionTuple tuple_;
  Scenario scenario_;
  VuDeal deal_;
  std::unique_ptr<ScenarioState> state_;
  std::vector<std::unique_ptr<Executor>> machines_;
  Actions actions_;
  TimePoint now_{1000s};
};

// Argument: engine threads that share the scenario (this one works alone).
void closed_loop_iteration(benchmark::State& state) {
  Bench bench(ConstantVusConfig{1000, 1h}, static_cast<std::uint32_t>(state.range(0)));
  const auto threads = static_cast<std::uint32_t>(state.range(0));
  VuEvent done{VuEvent::Kind::kIterationDone, 0};
  for ([[maybe_unused]] auto unused : state) {
    bench.actions().clear();
    bench.machine().step(bench.now(), std::span(&done, 1), bench.actions());
    benchmark::DoNotOptimize(bench.actions().data());
    done.slot = done.slot + threads < 1000 ? done.slot + threads : 0;
  }
}
BENCHMARK(closed_loop_iteration)->Arg(1)->Arg(2);
PL_COUNTED(closed_loop_iteration, ->Arg(1));

// A tick, its start, and the end of an earlier iteration.
void arrival(benchmark::State& state, ExecutorConfig config) {
  Bench bench(std::move(config), static_cast<std::uint32_t>(state.range(0)));
  const Duration lifetime = 100us;
  std::vector<std::uint32_t> running;
  std::size_t ended = 0;
  for ([[maybe_unused]] auto unused : state) {
    const TimePoint due = bench.machine().next_due();
    if (due == TimePoint::max()) {
      state.SkipWithError("the schedule is over");
      break;
    }
    bench.now() = due;
    bench.actions().clear();
    bench.machine().step(due, {}, bench.actions());
    for (const Action& action : bench.actions()) running.push_back(action.slot);
    if (running.size() - ended > static_cast<std::size_t>(lifetime / 10us)) {
      const VuEvent done{VuEvent::Kind::kIterationDone, running[ended++]};
      bench.machine().step(due, std::span(&done, 1), bench.actions());
    }
    if (ended == 4096) {
      running.erase(running.begin(), running.begin() + 4096);
      ended = 0;
    }
  }
}
void constant_arrival(benchmark::State& state) {
  arrival(state, ConstantArrivalRateConfig{1'000'000, {}, 1h, 100, {}});
}
void ramping_arrival(benchmark::State& state) {
  arrival(state, RampingArrivalRateConfig{1'000'000, 1s, {{1h, 2'000'000}}, 100, {}});
}
BENCHMARK(constant_arrival)->Arg(1)->Arg(2);
BENCHMARK(ramping_arrival)->Arg(1)->Arg(2);

void deal_ten_thousand_vus(benchmark::State& state) {
  Scenario scenario;
  scenario.name = "bench";
  scenario.executor = RampingVusConfig{0, {{60s, 10'000}, {60s, 0}}, {}};
  for ([[maybe_unused]] auto unused : state) {
    benchmark::DoNotOptimize(deal_vus(std::span(&scenario, 1), ExecutionTuple()));
  }
}
BENCHMARK(deal_ten_thousand_vus)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace proofload::load
