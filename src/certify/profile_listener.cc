#include "certify/profile_listener.h"

#include <utility>

#include <fmt/format.h>

namespace proofload::certify {

ProfileListener::ProfileListener(Config config)
    : config_(std::move(config)),
      log_(config_.plan.service.endpoints.size(), config_.expected),
      halt_(config_.plan.safety) {}

void ProfileListener::on_requests(std::size_t row, const metrics::Histogram* answered,
                                  std::uint64_t failed) {
  log_.add(row, answered, failed);
}

std::optional<std::string> ProfileListener::reason_to_stop(const evidence::Second& second) {
  if (auto asked = config_.asked_to_halt()) {
    was_asked_ = true;
    return asked;
  }
  if (auto broken = halt_.check(second, log_, config_.offered(second.since_start))) return broken;
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
  config_.on_second(second, log_);
  if (!stop_reason_.empty()) return std::nullopt;
  auto reason = reason_to_stop(second);
  if (reason) stop_reason_ = *reason;
  return reason;
}

}  // namespace proofload::certify
