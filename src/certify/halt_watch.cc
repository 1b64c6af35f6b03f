#include "certify/halt_watch.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"

namespace proofload::certify {

using plan::HaltRule;

HaltWatch::HaltWatch(const plan::Safety& safety) : capacity_(safety.capacity_per_second) {
  for (const HaltRule& rule : safety.halt_when) rules_.push_back({rule, {}});
}

std::optional<HaltWatch::Reading> HaltWatch::read_served(const HaltRule& rule,
                                                         const evidence::Second& second,
                                                         const Offer& offer) const {
  const bool is_lowered = offer.share < 1;
  if (is_lowered && rule.reference != HaltRule::Reference::kOffered &&
      rule.reference != HaltRule::Reference::kLesserOfBoth) {
    return std::nullopt;
  }
  std::optional<double> offered = offer.planned;
  if (offered) *offered *= offer.share;
  const auto served = static_cast<double>(second.requests - second.failed);
  std::optional<double> reference = 1;
  if (rule.reference == HaltRule::Reference::kOffered) reference = offered;
  if (rule.reference == HaltRule::Reference::kCapacity) reference = capacity_;
  if (rule.reference == HaltRule::Reference::kLesserOfBoth) {
    reference = offered && capacity_ ? std::optional(std::min(*offered, *capacity_)) : offered;
  }
  if (!reference || *reference <= 0) return std::nullopt;
  const double limit = rule.value * *reference;
  return Reading{served, limit,
                 fmt::format("{:.0f} requests/s served, limit {:.0f}", served, limit)};
}

std::optional<HaltWatch::Reading> HaltWatch::read(const HaltRule& rule,
                                                  const evidence::Second& second,
                                                  const ProfileLog& log, const Offer& offer) const {
  switch (rule.signal) {
    case HaltRule::Signal::kServed:
      return read_served(rule, second, offer);
    case HaltRule::Signal::kErrorRate: {
      if (second.requests == 0) return std::nullopt;
      const double rate = static_cast<double>(second.failed) / static_cast<double>(second.requests);
      return Reading{
          rate, rule.value,
          fmt::format("{:.1f} % of requests failed, limit {:.1f} %", rate * 100, rule.value * 100)};
    }
    case HaltRule::Signal::kLatency: {
      if (second.requests == second.failed) return std::nullopt;
      const double latency = log.last_percentile(rule.percentile);
      return Reading{
          latency, rule.value,
          fmt::format("p{} {:.0f} ms, limit {:.0f} ms", rule.percentile, latency, rule.value)};
    }
    case HaltRule::Signal::kReadyReplicas: {
      if (!offer.replicas) return std::nullopt;
      const auto [ready, desired] = *offer.replicas;
      const double limit =
          rule.reference == HaltRule::Reference::kDesired ? rule.value * desired : rule.value;
      return Reading{
          ready, limit,
          fmt::format("{:.0f} of {:.0f} replicas are ready, limit {:.4g}", ready, desired, limit)};
    }
  }
  return std::nullopt;
}

std::optional<std::string> HaltWatch::check(const evidence::Second& second, const ProfileLog& log,
                                            const Offer& offer) {
  for (Watched& watched : rules_) {
    const auto reading = read(watched.rule, second, log, offer);
    const bool is_true = reading && (watched.rule.is_above ? reading->value > reading->limit
                                                           : reading->value < reading->limit);
    watched.held = is_true ? watched.held + std::chrono::seconds(1) : Duration::zero();
    if (is_true && watched.held >= watched.rule.hold) {
      return fmt::format("{}: {}", watched.rule.text, reading->text);
    }
  }
  return std::nullopt;
}

}  // namespace proofload::certify
