// Series: the points of one metric with one set of labels, as an exporter gives them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/result.h"

namespace proofload::evidence {

// Sorted by name, each name once.
using Labels = std::vector<std::pair<std::string, std::string>>;

// The value of a label; empty when there is none, which Prometheus treats alike.
std::string_view label_value(const Labels& labels, std::string_view name);

// `name{label="value",...}` with the escapes of the text format.
std::string series_text(std::string_view name, const Labels& labels);

struct Series {
  std::string name;  // of the metric
  Labels labels;
  std::string instance;  // whom it was read from: an address
  // Ascending in time, finite. A gap has no point.
  std::vector<Signal::Point> points;
};

}  // namespace proofload::evidence
