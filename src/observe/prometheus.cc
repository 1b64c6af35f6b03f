#include "observe/prometheus.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "observe/prometheus_json.h"
#include "observe/signals.h"

namespace proofload::observe {
namespace {

using evidence::Series;
using std::chrono::milliseconds;

constexpr std::int64_t kStepsMax = 10'000;  // of one request; the server's limit is 11,000
constexpr std::int64_t kRequestsMax = 20;   // of one range

std::int64_t in_milliseconds(WallTime at) {
  return std::chrono::floor<milliseconds>(at.time_since_epoch()).count();
}

// Seconds with three decimals, as the API takes times and steps.
std::string seconds_text(std::int64_t count) {
  return fmt::format("{}.{:03}", count / 1000, count % 1000);
}

Duration median(std::vector<Duration>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string without_braces(std::string_view match) {
  const auto start = match.find_first_not_of(" \t{");
  const auto end = match.find_last_not_of(" \t},");
  return start == std::string_view::npos || end < start
             ? std::string()
             : std::string(match.substr(start, end - start + 1));
}

}  // namespace

Prometheus::Prometheus(HttpRequest server) : server_(std::move(server)) {
  while (server_.url.ends_with('/')) server_.url.pop_back();
}

HttpRequest Prometheus::request(std::string_view path) const {
  HttpRequest request = server_;
  request.url += path;
  return request;
}

Result<Json> Prometheus::get(std::string_view path) {
  return prometheus_data(PL_TRY(client_.fetch(request(path))));
}

Result<Json> Prometheus::post(std::string_view path, std::string form) {
  HttpRequest query = request(path);
  query.body = std::move(form);
  return prometheus_data(PL_TRY(client_.fetch(query)));
}

Result<std::string> Prometheus::version() {
  return json_text(PL_TRY(get("/api/v1/status/buildinfo")), "version");
}

Result<void> Prometheus::check_ready() {
  return check_status(PL_TRY(client_.fetch(request("/-/ready"))));
}

Result<std::vector<PrometheusTarget>> Prometheus::targets() {
  return prometheus_targets(PL_TRY(get("/api/v1/targets?state=active")));
}

Result<Duration> Prometheus::clock_skew() {
  const WallTime before = wall_now();
  const auto series = PL_TRY(query("time()"));
  const WallTime after = wall_now();
  if (series.empty() || series.front().points.empty()) {
    return Error(ErrorKind::kNetwork, shown_url(server_.url) + ": does not tell its time");
  }
  return Duration(series.front().points.front().at - (before + (after - before) / 2));
}

Result<std::vector<Series>> Prometheus::query(std::string_view expression,
                                              std::optional<WallTime> at) {
  std::vector<std::pair<std::string_view, std::string>> fields{{"query", std::string(expression)}};
  if (at) fields.emplace_back("time", seconds_text(in_milliseconds(*at)));
  return prometheus_series(PL_TRY(post("/api/v1/query", encode_form(fields))));
}

Result<std::vector<Series>> Prometheus::query_range(std::string_view expression, WallTime from,
                                                    WallTime to, Duration step) {
  std::int64_t step_ms = std::chrono::ceil<milliseconds>(step).count();
  PL_CHECK(step_ms > 0 && from <= to);
  const std::int64_t span = in_milliseconds(to) - in_milliseconds(from);
  step_ms *= span / step_ms / (kStepsMax * kRequestsMax) + 1;
  const std::int64_t end = in_milliseconds(to) / step_ms * step_ms;
  std::int64_t start = in_milliseconds(from) / step_ms * step_ms;
  std::vector<Series> all;
  for (; start <= end; start += kStepsMax * step_ms) {
    const std::array<std::pair<std::string_view, std::string>, 4> fields{
        {{"query", std::string(expression)},
         {"start", seconds_text(start)},
         {"end", seconds_text(std::min(end, start + (kStepsMax - 1) * step_ms))},
         {"step", seconds_text(step_ms)}}};
    const Json data = PL_TRY(post("/api/v1/query_range", encode_form(fields)));
    append_series(all, PL_TRY(prometheus_series(data)));
  }
  return all;
}

Result<ScrapeInterval> Prometheus::scrape_interval(std::string_view selector) {
  const auto series = PL_TRY(query(fmt::format("{}[5m]", selector)));
  ScrapeInterval interval;
  std::vector<Duration> all;
  for (const Series& one : series) {
    std::vector<Duration> distances;
    for (std::size_t i = 1; i < one.points.size(); ++i) {
      distances.push_back(one.points[i].at - one.points[i - 1].at);
    }
    if (distances.empty()) continue;
    ++interval.series_count;
    all.insert(all.end(), distances.begin(), distances.end());
    interval.worst = std::max(interval.worst, median(distances));
  }
  if (all.empty()) {
    return Error(ErrorKind::kNetwork, fmt::format("{}: no two samples of {} in five minutes",
                                                  shown_url(server_.url), selector))
        .with_hint("check the selector, that the target is scraped, and how often");
  }
  interval.median = median(all);
  return interval;
}

Result<std::vector<evidence::Signal>> Prometheus::signals(const std::string& component,
                                                          std::string_view match, WallTime from,
                                                          WallTime to, Duration window) {
  // Raw samples, not steps: no value is repeated for five minutes after its target went away. In
  // pieces, so that an answer of many series stays below the cap on bodies.
  constexpr std::int64_t kPiece = std::int64_t{15} * 60 * 1000;
  const std::string selector =
      fmt::format(R"({{__name__=~"{}",{}}})", signal_metric_regex(), without_braces(match));
  std::vector<Series> all;
  const std::int64_t last = in_milliseconds(to);
  // The window before `from` makes the first rates whole.
  for (std::int64_t start = in_milliseconds(from - window); start < last; start += kPiece) {
    const std::int64_t end = std::min(last, start + kPiece);
    auto piece =
        PL_TRY(query(fmt::format("{}[{}ms]", selector, end - start), WallTime(milliseconds(end))));
    append_series(all, std::move(piece));
  }
  auto signals = resolve_signals(component, all, window);
  for (evidence::Signal& signal : signals) {
    std::erase_if(signal.points, [&](const auto& point) { return point.at < from; });
    signal.source += " by " + shown_url(server_.url);
  }
  std::erase_if(signals, [](const evidence::Signal& signal) { return signal.points.empty(); });
  return signals;
}

}  // namespace proofload::observe
