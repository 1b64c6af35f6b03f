#include "observe/prometheus_json.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace proofload::observe {
namespace {

using evidence::Series;
using Point = evidence::Signal::Point;

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

// [seconds, "value"]; nothing when it is something else or not finite.
std::optional<Point> point(const Json& pair) {
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_string()) {
    return std::nullopt;
  }
  const double seconds = pair[0].get<double>();
  constexpr double kYear3000 = 32503680000;
  if (!(seconds >= 0 && seconds < kYear3000)) return std::nullopt;
  const auto& text = pair[1].get_ref<const std::string&>();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  constexpr double kMilliseconds = 1000;
  return Point{WallTime(std::chrono::milliseconds(std::llround(seconds * kMilliseconds))), value};
}

void add_point(const Json& pair, Series& series) {
  const auto one = point(pair);
  if (one && (series.points.empty() || series.points.back().at < one->at)) {
    series.points.push_back(*one);
  }
}

Series one_series(const Json& entry) {
  Series series;
  if (const Json* labels = member(entry, "metric"); labels != nullptr && labels->is_object()) {
    for (const auto& [name, value] : labels->items()) {
      if (!value.is_string()) continue;
      if (name == "__name__") {
        series.name = value.get<std::string>();
      } else {
        if (name == "instance") series.instance = value.get<std::string>();
        series.labels.emplace_back(name, value.get<std::string>());
      }
    }
  }
  std::sort(series.labels.begin(), series.labels.end());
  if (const Json* value = member(entry, "value")) add_point(*value, series);
  if (const Json* values = member(entry, "values"); values != nullptr && values->is_array()) {
    for (const Json& pair : *values) add_point(pair, series);
  }
  return series;
}

Error network_error(std::string message, std::string hint) {
  return Error(ErrorKind::kNetwork, std::move(message)).with_hint(std::move(hint));
}

std::string hint_for(const std::string& type) {
  if (type == "bad_data") return "correct the query";
  if (type == "execution") return "ask for less: fewer series or a shorter time";
  if (type == "timeout" || type == "canceled") return "it is overloaded, or the query too large";
  return "read the server's log";
}

}  // namespace

std::string json_text(const Json& object, const char* key) {
  const Json* found = member(object, key);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

Result<Json> prometheus_data(const HttpResponse& response) {
  // Refusals come with 400, 422 or 503 and JSON that says more than the status.
  Json reply = Json::parse(response.body, nullptr, false);
  if (!reply.is_discarded() && json_text(reply, "status") == "error") {
    const std::string type = json_text(reply, "errorType");
    return network_error(
        fmt::format("{}: refuses ({}): {}", response.url, type, json_text(reply, "error")),
        hint_for(type));
  }
  if (reply.is_discarded() || response.status / 100 != 2) reply = PL_TRY(parse_json(response));
  const Json* data = member(reply, "data");
  if (data == nullptr || json_text(reply, "status") != "success") {
    return network_error(response.url + ": JSON, but not of Prometheus' API",
                         "name the address before /api/v1, http://host:9090 for most");
  }
  return *data;
}

Result<std::vector<Series>> prometheus_series(const Json& data) {
  std::vector<Series> all;
  const Json* result = member(data, "result");
  const std::string type = json_text(data, "resultType");
  if (result == nullptr || !result->is_array() || type == "string") {
    return network_error("a reply without series",
                         "ask for an expression that gives numbers, not text");
  }
  if (type == "scalar") {
    add_point(*result, all.emplace_back());
    return all;
  }
  for (const Json& entry : *result) {
    Series series = one_series(entry);
    if (!series.points.empty()) all.push_back(std::move(series));
  }
  return all;
}

std::vector<PrometheusTarget> prometheus_targets(const Json& data) {
  std::vector<PrometheusTarget> targets;
  const Json* active = member(data, "activeTargets");
  if (active == nullptr || !active->is_array()) return targets;
  for (const Json& entry : *active) {
    targets.push_back({.pool = json_text(entry, "scrapePool"),
                       .url = json_text(entry, "scrapeUrl"),
                       .health = json_text(entry, "health"),
                       .last_error = json_text(entry, "lastError"),
                       .scrape_interval = json_text(entry, "scrapeInterval")});
  }
  return targets;
}

void append_series(std::vector<Series>& all, std::vector<Series> more) {
  std::map<std::pair<std::string, evidence::Labels>, std::size_t> known;
  for (std::size_t i = 0; i < all.size(); ++i)
    known.emplace(std::pair(all[i].name, all[i].labels), i);
  for (Series& series : more) {
    const auto found = known.find({series.name, series.labels});
    if (found == known.end()) {
      all.push_back(std::move(series));
      continue;
    }
    std::vector<Point>& points = all[found->second].points;
    for (const Point& point : series.points) {
      if (points.empty() || points.back().at < point.at) points.push_back(point);
    }
  }
}

}  // namespace proofload::observe
