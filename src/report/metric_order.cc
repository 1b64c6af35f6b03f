#include "report/metric_order.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <span>
#include <string>

namespace proofload::report {
namespace {

constexpr std::array<std::string_view, 2> kNeverListed = {"checks", "group_duration"};
constexpr std::array<std::string_view, 6> kFullOnly = {
    "http_req_blocked", "http_req_connecting",      "http_req_receiving",
    "http_req_sending", "http_req_tls_handshaking", "http_req_waiting"};
constexpr std::array<std::string_view, 9> kHttp = {
    "http_reqs",           "http_req_duration",        "http_req_blocked",
    "http_req_connecting", "http_req_tls_handshaking", "http_req_sending",
    "http_req_waiting",    "http_req_receiving",       "http_req_failed"};
constexpr std::array<std::string_view, 4> kExecution = {"vus", "iterations", "iteration_duration",
                                                        "dropped_iterations"};
constexpr std::array<std::string_view, 2> kNetwork = {"data_sent", "data_received"};

bool starts_with_any(std::string_view name, std::span<const std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

// The place of an ASCII character in the root collation of Unicode; letters by their lower case.
// Others come after all of ASCII, by their bytes.
std::size_t collation_rank(char c) {
  constexpr std::string_view kOrder =
      " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";
  const auto byte = static_cast<unsigned char>(c);
  const auto at = kOrder.find(static_cast<char>(std::tolower(byte)));
  return at == std::string_view::npos ? kOrder.size() + byte : at;
}

// Less, equal or greater than 0. Case decides only between otherwise equal texts, lower case first.
int compare_by_locale(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto left = collation_rank(a[i]);
    const auto right = collation_rank(b[i]);
    if (left != right) return left < right ? -1 : 1;
  }
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return b.compare(a);
}

// What tells a sub-metric from its siblings, as its full name ends: the brace takes part in the
// order. Nothing for a metric itself.
std::string braced(const SummaryMetric& metric) {
  return metric.selector.empty() ? std::string() : metric.selector + '}';
}

}  // namespace

std::string_view section_of(std::string_view name) {
  if (starts_with_any(name, kHttp)) return "HTTP";
  if (starts_with_any(name, kExecution)) return "EXECUTION";
  if (starts_with_any(name, kNetwork)) return "NETWORK";
  if (name.starts_with("browser_web_vital_")) return "WEB_VITALS";
  if (name.starts_with("browser_")) return "BROWSER";
  if (name.starts_with("grpc_")) return "GRPC";
  if (name.starts_with("ws_")) return "WEBSOCKET";
  return "CUSTOM";
}

bool is_listed(std::string_view name, bool full) {
  if (starts_with_any(name, kNeverListed)) return false;
  return full || !starts_with_any(name, kFullOnly);
}

std::vector<const SummaryMetric*> sorted_by_name(const std::vector<SummaryMetric>& metrics) {
  std::vector<const SummaryMetric*> out;
  out.reserve(metrics.size());
  for (const auto& metric : metrics) out.push_back(&metric);
  std::stable_sort(out.begin(), out.end(), [](const SummaryMetric* a, const SummaryMetric* b) {
    const int by_name = compare_by_locale(a->name, b->name);
    return by_name != 0 ? by_name < 0 : compare_by_locale(braced(*a), braced(*b)) < 0;
  });
  return out;
}

}  // namespace proofload::report
