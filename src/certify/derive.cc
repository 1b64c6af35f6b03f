#include "certify/derive.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace proofload::certify {
namespace {

// The least value that at least `percentile` per cent of them do not exceed.
double nearest_rank(const std::vector<double>& sorted, double percentile) {
  const auto rank =
      static_cast<std::size_t>(std::ceil(percentile / 100 * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

void set_rates(std::vector<double> rates, double percentile, DerivedLoad& load) {
  std::sort(rates.begin(), rates.end());
  load.percentile = percentile;
  load.intervals = rates.size();
  load.per_second = nearest_rank(rates, percentile);
  load.median = nearest_rank(rates, 50);
  load.highest = rates.back();
}

std::string_view first_label(const evidence::Labels& labels,
                             std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const std::string_view value = evidence::label_value(labels, name);
    if (!value.empty()) return value;
  }
  return {};
}

double mean_of(const evidence::Series& series) {
  double sum = 0;
  for (const auto& point : series.points) sum += point.value;
  return series.points.empty() ? 0 : sum / static_cast<double>(series.points.size());
}

// Endpoints that series are labelled with, as shares.
std::vector<plan::PathCount> mix_of(const std::vector<evidence::Series>& all) {
  constexpr double kWhole = 1e6;
  double sum = 0;
  for (const evidence::Series& one : all) sum += mean_of(one);
  std::vector<plan::PathCount> paths;
  for (const evidence::Series& one : all) {
    const std::string_view path = first_label(
        one.labels, {"http_route", "route", "path", "uri", "handler", "endpoint", "url"});
    const std::string_view method =
        first_label(one.labels, {"http_request_method", "method", "http_method", "verb"});
    if (!path.starts_with('/') || sum <= 0) continue;
    const auto count = static_cast<std::uint64_t>(std::llround(mean_of(one) / sum * kWhole));
    paths.push_back({method.empty() ? "GET" : std::string(method), std::string(path), count});
  }
  return plan::as_endpoints(std::move(paths));
}

// Requests by the plan's endpoint.
using Rates = std::map<std::string, double>;

Rates rates_by_endpoint(const plan::Plan& plan, const std::vector<plan::PathCount>& endpoints) {
  Rates rates;
  for (const plan::PathCount& one : endpoints) {
    const auto found = std::find_if(plan.service.endpoints.begin(), plan.service.endpoints.end(),
                                    [&](const plan::Endpoint& endpoint) {
                                      return endpoint.method == one.method &&
                                             plan::is_path_of(one.path, endpoint.path);
                                    });
    if (found != plan.service.endpoints.end()) {
      rates[found->name] += static_cast<double>(one.count);
    }
  }
  return rates;
}

double requests_of(const plan::JourneyShape& shape, const std::string& endpoint) {
  const auto found = shape.requests.find(endpoint);
  return found == shape.requests.end() ? 0.0 : found->second;
}

// The weight of one journey, the others' as they are, that leaves the least squares; not negative.
double best_weight(const std::string& journey, const std::map<std::string, double>& weights,
                   const plan::JourneyShapes& shapes, const Rates& wanted) {
  double above = 0;
  double below = 0;
  for (const auto& [endpoint, rate] : wanted) {
    const double each = requests_of(shapes.at(journey), endpoint);
    double others = -weights.at(journey) * each;
    for (const auto& [other, weight] : weights) {
      others += weight * requests_of(shapes.at(other), endpoint);
    }
    above += each * (rate - others);
    below += each * each;
  }
  return below > 0 ? std::max(0.0, above / below) : 0;
}

}  // namespace

void RequestRates::add(const observe::AccessLogEntry& entry) {
  constexpr std::size_t kPathsMax = 50'000;  // before they are merged
  ++minutes_[std::chrono::floor<std::chrono::minutes>(entry.at.time_since_epoch()).count()];
  std::pair key(entry.method, plan::without_ids(entry.path));
  if (const auto found = paths_.find(key); found != paths_.end()) {
    ++found->second;
  } else if (paths_.size() < kPathsMax) {
    paths_.emplace(std::move(key), 1);
  }
}

Result<DerivedLoad> RequestRates::derive(double percentile) const {
  if (minutes_.empty()) {
    return Error(ErrorKind::kUsage, "no request was found in the log")
        .with_hint(
            "its lines have to be in the common or combined format, or JSON with method, "
            "path, status and time");
  }
  std::int64_t first = minutes_.begin()->first;
  std::int64_t last = minutes_.rbegin()->first;
  if (last - first >= 3) {
    ++first;
    --last;
  }
  constexpr std::int64_t kMinutesMax = std::int64_t{60} * 24 * 400;
  if (last - first > kMinutesMax) {
    return Error(ErrorKind::kUsage,
                 "the log covers more than a year: its clock was wrong, or it "
                 "is several logs")
        .with_hint("give the part that the load is to be derived from");
  }
  std::vector<double> rates;
  rates.reserve(static_cast<std::size_t>(last - first + 1));
  for (std::int64_t minute = first; minute <= last; ++minute) {
    const auto found = minutes_.find(minute);
    rates.push_back(found == minutes_.end() ? 0 : static_cast<double>(found->second) / 60);
  }
  DerivedLoad load;
  set_rates(std::move(rates), percentile, load);
  load.from = WallTime(std::chrono::minutes(first));
  load.to = WallTime(std::chrono::minutes(last + 1));
  std::vector<plan::PathCount> paths;
  paths.reserve(paths_.size());
  for (const auto& [key, count] : paths_) paths.push_back({key.first, key.second, count});
  load.endpoints = plan::as_endpoints(std::move(paths));
  return load;
}

Result<DerivedLoad> derive_from_series(const std::vector<evidence::Series>& all,
                                       double percentile) {
  std::map<WallTime, double> sums;
  for (const evidence::Series& one : all) {
    for (const auto& point : one.points) sums[point.at] += point.value;
  }
  if (sums.empty()) {
    return Error(ErrorKind::kUsage, "the query gives no value in that time")
        .with_hint("try it in the server's own page; widen --over");
  }
  std::vector<double> rates;
  rates.reserve(sums.size());
  for (const auto& [at, sum] : sums) rates.push_back(sum);
  DerivedLoad load;
  set_rates(std::move(rates), percentile, load);
  load.from = sums.begin()->first;
  load.to = sums.rbegin()->first;
  load.endpoints = mix_of(all);
  return load;
}

std::map<std::string, double> journey_weights(const plan::Plan& plan,
                                              const plan::JourneyShapes& shapes,
                                              const std::vector<plan::PathCount>& endpoints) {
  constexpr int kRounds = 500;
  const Rates wanted = rates_by_endpoint(plan, endpoints);
  std::map<std::string, double> weights;
  for (const auto& [journey, shape] : shapes) weights[journey] = 0;
  for (int round = 0; round < kRounds; ++round) {
    for (auto& [journey, weight] : weights) weight = best_weight(journey, weights, shapes, wanted);
  }
  double least = 0;
  for (const auto& [journey, weight] : weights) {
    if (weight > 0 && (least == 0 || weight < least)) least = weight;
  }
  if (least == 0) return {};
  for (auto& [journey, weight] : weights) weight = std::round(weight / least * 100) / 100;
  return weights;
}

}  // namespace proofload::certify
