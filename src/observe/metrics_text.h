// What a /metrics page says: https://prometheus.io/docs/instrumenting/exposition_formats/ (0.0.4)
// and OpenMetrics 1.0's text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "evidence/series.h"

namespace proofload::observe {

struct MetricSample {
  std::string name;
  evidence::Labels labels;
  double value = 0;  // finite
};

struct MetricsPage {
  std::vector<MetricSample> samples;  // in the order of the page; a series may occur twice
  std::size_t not_finite_count = 0;   // lines with NaN or an infinity, left out
  std::size_t bad_line_count = 0;     // left out
  std::string first_bad_line;         // its first bytes, printable
};

// Reads line by line: a bad line costs itself only. Comments, types, timestamps and exemplars are
// skipped; of a label given twice the first counts. UTF-8 names in quotes
// (`{"my.metric",a="b"} 1`) are read. An error when the text is a page of HTML, or has bad lines
// and not one good. At most `samples_max` samples are kept; the rest counts as bad lines.
Result<MetricsPage> parse_metrics_text(std::string_view text, std::size_t samples_max);

}  // namespace proofload::observe
