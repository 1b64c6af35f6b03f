#include "observe/datadog.h"

#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "observe/http_get.h"
#include "observe/prometheus_json.h"

namespace proofload::observe {
namespace {

// The API counts seconds in what it is asked, and milliseconds in what it answers.
std::string seconds_of(WallTime at) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count());
}

evidence::Series series_of(const Json& one) {
  evidence::Series series{.name = json_text(one, "metric"),
                          .labels = {},
                          .instance = json_text(one, "scope"),
                          .points = {}};
  if (!one.is_object() || !one.contains("pointlist")) return series;
  for (const Json& point : one["pointlist"]) {
    const bool is_one =
        point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number();
    if (!is_one) continue;  // null: a gap
    const double at = point[0].get<double>();
    const double value = point[1].get<double>();
    constexpr double kLast = 1e14;
    if (!std::isfinite(value) || !(at >= 0 && at < kLast)) continue;
    series.points.push_back(
        {.at = WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(at))), .value = value});
  }
  return series;
}

}  // namespace

Result<std::vector<evidence::Series>> query_datadog(const std::string& api, const DatadogKeys& keys,
                                                    const std::string& query, WallTime from,
                                                    WallTime to) {
  const std::array<std::pair<std::string_view, std::string>, 3> fields{
      {{"from", seconds_of(from)}, {"to", seconds_of(to)}, {"query", query}}};
  HttpRequest request{.url = api};
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url += "/api/v1/query?" + encode_form(fields);
  request.headers = {{"DD-API-KEY", keys.api}, {"DD-APPLICATION-KEY", keys.application}};
  request.timeout = std::chrono::seconds(30);
  HttpClient client;
  const Json reply = PL_TRY(client.fetch_json(request));
  const std::string error = json_text(reply, "error");
  if (json_text(reply, "status") != "ok" || !reply.contains("series")) {
    return Error(ErrorKind::kNetwork,
                 fmt::format("{}: {}", shown_url(request.url),
                             error.empty() ? "JSON, but not of Datadog's query" : error))
        .with_hint("check the query in Datadog's metrics explorer, and the site of the address");
  }
  std::vector<evidence::Series> all;
  for (const Json& one : reply["series"]) all.push_back(series_of(one));
  return all;
}

}  // namespace proofload::observe
