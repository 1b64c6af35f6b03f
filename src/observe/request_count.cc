#include "observe/request_count.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "observe/signals.h"

namespace proofload::observe {
namespace {

// Where exporters write the route.
constexpr std::array<std::string_view, 5> kRouteLabels{"http_route", "route", "uri", "path",
                                                       "handler"};
// Asked for by machines, not by users.
constexpr std::array<std::string_view, 8> kMachines{"/metrics", "/health", "/ready",    "/live",
                                                    "/ping",    "/status", "/actuator", "/debug"};

std::string_view route_of(const evidence::Series& series) {
  for (const std::string_view label : kRouteLabels) {
    const std::string_view value = evidence::label_value(series.labels, label);
    if (!value.empty()) return value;
  }
  return {};
}

bool is_for_machines(std::string_view route) {
  if (const auto space = route.find(' '); space != std::string_view::npos) {
    route.remove_prefix(space + 1);  // "GET /metrics"
  }
  return std::any_of(kMachines.begin(), kMachines.end(),
                     [&](std::string_view prefix) { return route.starts_with(prefix); });
}

}  // namespace

std::optional<RequestTotals> request_totals(std::span<const evidence::Series> series) {
  for (const SignalRow& row : signal_table()) {
    if (row.kind != SignalKind::kRequests) continue;
    RequestTotals totals{.metric = std::string(row.metric), .by_series = {}};
    for (const evidence::Series& one : series) {
      if (one.name != row.metric || one.points.empty()) continue;
      const std::string_view route = route_of(one);
      totals.has_routes |= !route.empty();
      if (is_for_machines(route)) continue;
      totals.by_series[one.instance + " " + evidence::series_text(one.name, one.labels)] =
          one.points.back().value;
    }
    if (!totals.by_series.empty()) return totals;
  }
  return std::nullopt;
}

std::optional<double> requests_between(const RequestTotals& before, const RequestTotals& after) {
  if (before.metric != after.metric) return std::nullopt;
  double sum = 0;
  for (const auto& [series, value] : after.by_series) {
    const auto found = before.by_series.find(series);
    const double from = found == before.by_series.end() ? 0 : found->second;
    sum += value >= from ? value - from : value;
  }
  return sum;
}

std::string request_metric_regex() {
  std::string regex;
  for (const SignalRow& row : signal_table()) {
    if (row.kind != SignalKind::kRequests) continue;
    regex += (regex.empty() ? "" : "|") + std::string(row.metric);
  }
  return regex;
}

}  // namespace proofload::observe
