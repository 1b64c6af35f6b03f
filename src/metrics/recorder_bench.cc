// What does a request pay for its metrics? To record one value of a trend, to find the tag set of
// a request that was seen before, and both for all nine samples of one.
// g++ 12 -O2, CPU time on two cores busy with other builds: trend 20-25 ns (139 instructions),
// counter 9-18, find 10 tags 68-90, build and find them 108-170, nine samples and a sub-metric
// 137-201; seal 30 series 6 us, merge them 40 us.
#include "metrics/recorder.h"

#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include "counted.h"
#include "metrics/accumulator.h"
#include "metrics/threshold.h"

namespace proofload::metrics {
namespace {

constexpr TimePoint kNow{};

// The ten tags of a request without custom ones; what is constant for the VU is in `base`.
TagBuilder request_tags(const TagSet& base, std::string_view url) {
  TagBuilder tags(base);
  tags.set(SystemTag::kMethod, "GET");
  tags.set(SystemTag::kStatus, "200");
  tags.set(SystemTag::kProto, "HTTP/1.1");
  tags.set(SystemTag::kName, url);
  tags.set(SystemTag::kUrl, url);
  tags.set(SystemTag::kExpectedResponse, "true");
  return tags;
}

struct Thread {
  Thread() {
    add_default_submetric(registry);
    TagBuilder tags;
    tags.set(SystemTag::kScenario, "default");
    tags.set(SystemTag::kGroup, "::shop::cart");
    tags.set("team", "blue");
    tags.set("run", "nightly");
    base = &table.intern(tags);
    for (std::size_t i = 0; i < latencies.size(); ++i) {
      latencies[i] = 20 + static_cast<double>(i * 7919 % 1000) / 100;
    }
  }
  double next_latency() { return latencies[turn++ % latencies.size()]; }

  Registry registry;
  TagTable table{registry};
  Recorder recorder{registry};
  const TagSet* base = nullptr;
  std::array<double, 1024> latencies;
  std::size_t turn = 0;
  std::string url = "http://127.0.0.1:8080/api/products/1234?page=2";
};

void record_trend(benchmark::State& state) {
  Thread thread;
  const auto& metric = thread.registry.builtin().iteration_duration;
  for (auto _ : state) {
    thread.recorder.record(metric, *thread.base, thread.next_latency(), kNow);
  }
}
BENCHMARK(record_trend);
PL_COUNTED(record_trend);

void record_counter(benchmark::State& state) {
  Thread thread;
  const auto& metric = thread.registry.builtin().iterations;
  for (auto _ : state) thread.recorder.record(metric, *thread.base, 1, kNow);
}
BENCHMARK(record_counter);

void intern_ten_known_tags(benchmark::State& state) {
  Thread thread;
  const TagBuilder tags = request_tags(*thread.base, thread.url);
  for (auto _ : state) benchmark::DoNotOptimize(&thread.table.intern(tags));
}
BENCHMARK(intern_ten_known_tags);

void build_and_intern_ten_known_tags(benchmark::State& state) {
  Thread thread;
  for (auto _ : state) {
    benchmark::DoNotOptimize(&thread.table.intern(request_tags(*thread.base, thread.url)));
  }
}
BENCHMARK(build_and_intern_ten_known_tags);

void record_http(benchmark::State& state) {
  Thread thread;
  const auto& tags = thread.table.intern(request_tags(*thread.base, thread.url));
  for (auto _ : state) {
    const double latency = thread.next_latency();
    thread.recorder.record_http(tags, {.at = kNow,
                                       .duration = latency,
                                       .blocked = latency / 1000,
                                       .sending = latency / 500,
                                       .waiting = latency * 0.9,
                                       .receiving = latency / 400,
                                       .is_failed = false});
  }
}
BENCHMARK(record_http);
PL_COUNTED(record_http);

// A second's seal with 30 series, and the merge on the control thread.
void seal_and_merge(benchmark::State& state) {
  Thread thread;
  Accumulator totals(thread.registry);
  const auto metrics = thread.registry.all();
  for (auto _ : state) {
    state.PauseTiming();
    for (int i = 0; i < 5'000; ++i) {
      for (const auto* metric : metrics) {
        thread.recorder.record(*metric, *thread.base, thread.next_latency(), kNow);
      }
    }
    state.ResumeTiming();
    auto frame = thread.recorder.seal(1);
    if (state.range(0) != 0) totals.merge(std::move(frame));
    state.PauseTiming();
    if (frame != nullptr) totals.merge(std::move(frame));
    state.ResumeTiming();
  }
}
BENCHMARK(seal_and_merge)->ArgName("merge")->Arg(0)->Arg(1)->Iterations(20);

}  // namespace
}  // namespace proofload::metrics
