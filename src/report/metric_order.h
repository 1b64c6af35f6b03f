// Which metrics the summary shows, under which heading, and in what order.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "report/summary.h"

namespace proofload::report {

// In the order in which they are printed.
inline constexpr std::array<std::string_view, 8> kSections = {
    "CUSTOM", "HTTP", "EXECUTION", "NETWORK", "BROWSER", "WEB_VITALS", "GRPC", "WEBSOCKET"};

// The heading a metric of that name stands under. k6 goes by the beginning of the name, so a custom
// metric called `vus_per_host` counts as a built-in one.
std::string_view section_of(std::string_view name);

// False for what is never listed (checks, group durations) and, unless `full`, for the parts of an
// HTTP request's duration.
bool is_listed(std::string_view name, bool full);

// Sorted by name as k6 sorts it (by locale: case is ignored, punctuation comes before digits,
// digits before letters), sub-metrics directly after their metric. The pointers are into `metrics`.
std::vector<const SummaryMetric*> sorted_by_name(const std::vector<SummaryMetric>& metrics);

}  // namespace proofload::report
