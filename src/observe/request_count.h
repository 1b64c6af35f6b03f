// How many requests a service itself has counted, whatever its exporter calls the counter.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "evidence/series.h"

namespace proofload::observe {

// Counters as they stood at one moment.
struct RequestTotals {
  std::string metric;  // the first row of the signal table's requests that has data
  std::map<std::string, double> by_series;
  bool has_routes = false;  // pages for machines (/metrics, /health) are left out
};

// Of the last point of each series; nothing without a counter of requests.
std::optional<RequestTotals> request_totals(std::span<const evidence::Series> series);

// Requests from `before` to `after`. A series that is new, or fell back because its process was
// started again, counts from nothing. Nothing when the counters differ.
std::optional<double> requests_between(const RequestTotals& before, const RequestTotals& after);

// A regular expression (RE2, anchored) of all those metrics, for a selector of Prometheus.
std::string request_metric_regex();

}  // namespace proofload::observe
