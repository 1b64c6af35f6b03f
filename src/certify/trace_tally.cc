#include "certify/trace_tally.h"

#include <algorithm>
#include <limits>
#include <variant>

#include <fmt/format.h>

#include "base/split_mix.h"
#include "certify/trace_canaries.h"

namespace proofload::certify {
namespace {

constexpr std::size_t kOneSlowIn = 20;
constexpr double kPeakShare = 0.9;

bool is_slower(const WantedTrace& a, const WantedTrace& b) {
  return a.latency_ms > b.latency_ms;
}

}  // namespace

std::vector<double> slow_limits(const plan::Plan& plan) {
  const auto& endpoints = plan.service.endpoints;
  std::vector<double> limits(endpoints.size() + 1, std::numeric_limits<double>::infinity());
  for (const plan::Slo& slo : plan.slos) {
    const auto* latency = std::get_if<plan::LatencyObjective>(&slo.objective);
    if (latency == nullptr) continue;
    for (std::size_t row = 0; row < limits.size(); ++row) {
      const bool is_meant =
          slo.endpoint.empty() || (row < endpoints.size() && endpoints[row].name == slo.endpoint);
      if (is_meant) limits[row] = std::min(limits[row], to_milliseconds(latency->limit));
    }
  }
  return limits;
}

std::vector<WantedTrace> mark_slow(const std::vector<TracedRequest>& requests,
                                   const std::vector<double>& limits, std::size_t second) {
  std::vector<WantedTrace> wanted;
  wanted.reserve(requests.size());
  for (const TracedRequest& one : requests) {
    wanted.push_back({.id = one.id,
                      .second = second,
                      .latency_ms = one.latency_ms,
                      .is_slow = one.is_failed || one.latency_ms > limits.at(one.row)});
  }
  if (wanted.empty()) return wanted;
  const std::size_t count = (wanted.size() + kOneSlowIn - 1) / kOneSlowIn;
  const auto end = wanted.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(wanted.begin(), end, wanted.end(), is_slower);
  std::for_each(wanted.begin(), end, [](WantedTrace& one) { one.is_slow = true; });
  return wanted;
}

void TraceTally::add_second(std::uint64_t requests, std::uint64_t flagged) {
  seconds_.push_back({.requests = requests});
  flagged_ += flagged;
}

void TraceTally::note(const WantedTrace& trace, bool is_found, bool is_random) {
  const std::uint64_t found = is_found ? 1 : 0;
  if (trace.is_slow) {
    ++slow_asked_;
    slow_found_ += found;
  }
  if (!is_random || trace.second >= seconds_.size()) return;
  ++seconds_[trace.second].asked;
  seconds_[trace.second].found += found;
}

evidence::TraceResult TraceTally::result(double min_share) const {
  evidence::TraceResult result{
      .flagged = flagged_, .slow_asked = slow_asked_, .slow_found = slow_found_};
  std::uint64_t highest = 0;
  for (const Second& one : seconds_) highest = std::max(highest, one.requests);
  for (const Second& one : seconds_) {
    result.requests += one.requests;
    result.asked += one.asked;
    result.found += one.found;
    if (static_cast<double>(one.requests) < kPeakShare * static_cast<double>(highest)) continue;
    result.peak_asked += one.asked;
    result.peak_found += one.found;
  }
  if (result.peak_asked == 0) {
    result.reason = "no request of the peak was looked for";
    return result;
  }
  result.is_observed =
      result.peak_found > 0 && upper_share(static_cast<double>(result.peak_found),
                                           static_cast<double>(result.peak_asked)) >= min_share;
  if (result.is_observed) return result;
  result.reason = fmt::format("at the peak {} of {} traces were found, and the plan wants {:.3g} %",
                              result.peak_found, result.peak_asked, 100 * min_share);
  return result;
}

void TraceSample::offer(const WantedTrace& trace) {
  ++offered_;
  if (random_.size() < kRandom) {
    random_.push_back(trace);
  } else if (const std::uint64_t place = next_random(seed_) % offered_; place < kRandom) {
    random_[place] = trace;
  }
  if (!trace.is_slow) return;
  if (slowest_.size() < kSlowest) {
    slowest_.push_back(trace);
    std::ranges::push_heap(slowest_, is_slower);
  } else if (is_slower(trace, slowest_.front())) {
    std::ranges::pop_heap(slowest_, is_slower);
    slowest_.back() = trace;
    std::ranges::push_heap(slowest_, is_slower);
  }
}

}  // namespace proofload::certify
