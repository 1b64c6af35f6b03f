// What does a request timeout cost, armed and disarmed once per request among 10,000 others?
// CPU time at -O2 on a busy 2-core VM: 4 ns; a sleep (arm, fire) among as many 65 ns.
#include "runtime/timer.h"

#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

namespace proofload::runtime {
namespace {

constexpr TimePoint at(std::int64_t nanoseconds) {
  return TimePoint(Duration(nanoseconds));
}

// 10,000 timers in the heap, as many VUs waiting for something.
struct Crowd {
  Crowd() {
    for (std::int64_t i = 0; i < 10'000; ++i) {
      timers.push_back(std::make_unique<Timer>([] {}));
      queue.arm(*timers.back(), at(1'000'000 + i * 7919 % 10'000));
    }
  }
  TimerQueue queue;
  std::vector<std::unique_ptr<Timer>> timers;
};

void arm_and_disarm_timeout(benchmark::State& state) {
  Crowd crowd;
  Timer& timer = *crowd.timers[5000];
  std::int64_t now = 60'000'000'000;
  for (auto _ : state) {
    crowd.queue.arm(timer, at(now += 10'000));
    crowd.queue.disarm(timer);
  }
}
BENCHMARK(arm_and_disarm_timeout);

void sleep_and_wake(benchmark::State& state) {
  Crowd crowd;
  std::int64_t now = 2'000'000;
  for (auto _ : state) {
    Timer timer([] {});
    crowd.queue.arm(timer, at(now % 1'000'000));
    crowd.queue.fire_due(at(now % 1'000'000));
    ++now;
  }
}
BENCHMARK(sleep_and_wake);

}  // namespace
}  // namespace proofload::runtime
