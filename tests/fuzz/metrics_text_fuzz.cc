// A /metrics page of any bytes: what is read prints as a page that reads the same.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/check.h"
#include "evidence/series.h"
#include "observe/metrics_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using proofload::observe::parse_metrics_text;
  constexpr std::size_t kSamplesMax = 1000;
  const auto page = parse_metrics_text({reinterpret_cast<const char*>(data), size}, kSamplesMax);
  if (!page) return 0;
  PL_CHECK(page->samples.size() <= kSamplesMax);
  std::string text;
  for (const auto& sample : page->samples) {
    PL_CHECK(std::isfinite(sample.value));
    // In quotes, since a name may hold any character that way.
    proofload::evidence::Labels labels = sample.labels;
    std::string line = proofload::evidence::series_text("", {{"n", sample.name}});
    line = "{" + line.substr(3, line.size() - 4);
    for (const auto& [name, value] : labels) {
      std::string label = proofload::evidence::series_text("", {{"n", name}});
      std::string quoted = proofload::evidence::series_text("", {{"v", value}});
      line += "," + label.substr(3, label.size() - 4) + "=" + quoted.substr(3, quoted.size() - 4);
    }
    text += fmt::format("{}}} {}\n", line, sample.value);
  }
  const auto again = parse_metrics_text(text, kSamplesMax);
  PL_CHECK(again && again->samples.size() == page->samples.size());
  for (std::size_t i = 0; i < page->samples.size(); ++i) {
    PL_CHECK(again->samples[i].name == page->samples[i].name);
    PL_CHECK(again->samples[i].labels == page->samples[i].labels);
    PL_CHECK(again->samples[i].value == page->samples[i].value);
  }
  return 0;
}
