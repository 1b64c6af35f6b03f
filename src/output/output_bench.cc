// What formatting one raw sample of an HTTP request costs on the writer's thread, without the disk.
// Last measured, CPU time (median and range of 5, g++ 12 -O2, on a machine busy with other work):
// JSON 131 ns (119 to 160), CSV 111 ns (82 to 134).
#include <string>

#include <benchmark/benchmark.h>

#include "output/csv_output.h"
#include "output/json_output.h"
#include "output/sample_test_values.h"

namespace proofload::output {
namespace {

// Formats the samples of one request after another, a thousand URLs in turn.
template <class Lines>
void format(benchmark::State& state, Lines lines) {
  metrics::Registry registry;
  std::vector<metrics::Sample> samples;
  for (int i = 0; i < 1000; ++i) {
    const std::string url = "http://127.0.0.1:38080/product/" + std::to_string(i);
    const auto& tags = testing::tag_set(registry, {{"expected_response", "true"},
                                                   {"group", ""},
                                                   {"method", "GET"},
                                                   {"name", url},
                                                   {"proto", "HTTP/1.1"},
                                                   {"scenario", "default"},
                                                   {"status", "200"},
                                                   {"url", url}});
    const auto at = testing::at_wall(1795442387609421453 + std::int64_t{i} * 1'234'567);
    const auto& builtin = registry.builtin();
    for (const auto* metric :
         {&builtin.http_reqs, &builtin.http_req_duration, &builtin.http_req_blocked}) {
      samples.push_back({metric, &tags, 20.942483 + i * 0.001, at, {.vu = 1, .iteration = i}});
    }
  }
  std::string out;
  std::size_t next = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    lines.append(out, samples[next]);
    next = next + 1 == samples.size() ? 0 : next + 1;
    if (out.size() < (std::size_t{256} << 10)) continue;
    bytes += static_cast<std::int64_t>(out.size());
    out.clear();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}

void json_line(benchmark::State& state) {
  format(state, JsonLines(OutputContext()));
}
BENCHMARK(json_line);

void csv_row(benchmark::State& state) {
  format(state, CsvRows(metrics::SystemTagSet::defaults(), TimeFormat::kUnix));
}
BENCHMARK(csv_row);

}  // namespace
}  // namespace proofload::output
