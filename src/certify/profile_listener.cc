#include "certify/profile_listener.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace proofload::certify {
namespace {

// A service that asks for less each second shall not fill the report with it.
constexpr std::size_t kChangesMax = 20;

// Of what was due in a second: without what was withheld.
double sent_share(const SecondFacts& facts) {
  const auto due = static_cast<double>(facts.started_iterations + facts.dropped_iterations);
  return due == 0 ? 1 : std::max(1 - static_cast<double>(facts.withheld_iterations) / due, 0.0);
}

}  // namespace

ProfileListener::ProfileListener(Config config)
    : config_(std::move(config)),
      log_(config_.plan.service.endpoints.size(), config_.expected),
      halt_(config_.plan.safety) {}

void ProfileListener::on_requests(std::size_t row, const metrics::Histogram* answered,
                                  std::uint64_t failed) {
  log_.add(row, answered, failed);
}

void ProfileListener::note_change(const std::string& text) {
  config_.on_notice(text);
  if (changes_.size() < kChangesMax) changes_.push_back(text);
}

int ProfileListener::wanted_permille() {
  auto asked = config_.asked_to_lower ? config_.asked_to_lower() : std::nullopt;
  if (asked != load_) {
    // The word of an earlier profile that was taken back since is nobody's business here.
    const bool is_news = asked && (asked->permille < load::Gate::kWhole || load_);
    load_ = std::move(asked);
    if (is_news) note_change(to_string(*load_));
  }
  return load_ ? load_->permille : load::Gate::kWhole;
}

std::optional<std::string> ProfileListener::reason_to_stop(const evidence::Second& second,
                                                           const SecondFacts& facts) {
  if (auto asked = config_.asked_to_halt()) {
    was_asked_ = true;
    return asked;
  }
  const HaltWatch::Offer offer{config_.offered(second.since_start), sent_share(facts),
                               config_.replicas ? config_.replicas() : std::nullopt};
  if (auto broken = halt_.check(second, log_, offer)) return broken;
  const auto& max = config_.plan.safety.max_requests_per_second;
  // A tenth more is how evenly a second can be filled.
  if (max && static_cast<double>(second.requests) > *max * 1.1) {
    return fmt::format("{} requests in a second, and max_requests allows {:.6g}/s", second.requests,
                       *max);
  }
  return std::nullopt;
}

std::optional<std::string> ProfileListener::on_second(const SecondFacts& facts) {
  const evidence::Second& second = log_.close_second(facts);
  for (const std::string& notice : facts.notices) note_change(notice);
  config_.on_second(second, log_);
  if (!stop_reason_.empty()) return std::nullopt;
  auto reason = reason_to_stop(second, facts);
  if (reason) stop_reason_ = *reason;
  return reason;
}

}  // namespace proofload::certify
