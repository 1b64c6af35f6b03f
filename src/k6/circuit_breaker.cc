#include "k6/circuit_breaker.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "http/cookies.h"
#include "http/headers.h"

namespace proofload::k6 {
namespace {

// Longer than this no load test waits; and a date that is wrong by a year shall not stop one.
constexpr Duration kWaitMax = std::chrono::hours(1);

struct LimitHeaders {
  std::string_view remaining;
  std::string_view reset;
};
constexpr std::array<LimitHeaders, 2> kLimits{
    {{"RateLimit-Remaining", "RateLimit-Reset"}, {"X-RateLimit-Remaining", "X-RateLimit-Reset"}}};

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  // "60", and "60;w=60" of older drafts.
  return end == text.data() + text.size() || *end == ';' || *end == ',' ? std::optional(value)
                                                                        : std::nullopt;
}

std::int64_t seconds_since_1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch()).count();
}

// Seconds from now, or since 1970.
Duration wait_of(std::int64_t seconds) {
  constexpr std::int64_t kOnlyAnInstant = 1'000'000'000;
  if (seconds >= kOnlyAnInstant) seconds -= seconds_since_1970();
  return std::clamp<Duration>(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 1 << 30)),
                              Duration::zero(), kWaitMax);
}

std::optional<Duration> retry_after(const http::ResponseHead& head) {
  const auto text = head.find("Retry-After");
  if (!text) return std::nullopt;
  if (const auto seconds = whole_number(*text)) return wait_of(*seconds);
  const auto date = http::parse_http_date(*text);
  if (!date) return std::nullopt;
  return wait_of(std::max<std::int64_t>(*date - seconds_since_1970(), 0));
}

}  // namespace

CircuitBreaker::CircuitBreaker(const std::vector<std::string>& respected,
                               std::vector<std::string> endpoints) {
  for (const std::string& name : respected) {
    const bool is_retry = http::equals_ignoring_case(name, "Retry-After");
    (is_retry ? heeds_retry_after_ : heeds_rate_limit_) = true;
  }
  for (std::string& endpoint : endpoints) rows_.push_back({std::move(endpoint), {}});
}

std::size_t CircuitBreaker::add_scenario(std::string name, load::Gate& gate) {
  scenarios_.push_back(
      {std::move(name), &gate, std::make_unique<std::atomic<bool>[]>(rows_.size())});
  return scenarios_.size() - 1;
}

void CircuitBreaker::note_answer(std::size_t row, const http::ResponseHead& head, TimePoint now) {
  const bool is_refusal = head.status() == 429 || head.status() == 503;
  if (is_refusal && heeds_retry_after_) {
    if (const auto wait = retry_after(head)) {
      return trip(row, *wait, fmt::format("answered {} with Retry-After", head.status()), now);
    }
  }
  if (!heeds_rate_limit_) return;
  for (const LimitHeaders& limit : kLimits) {
    const auto left = head.find(limit.remaining);
    if (!left || whole_number(*left) != 0) continue;
    const auto reset = head.find(limit.reset);
    const auto seconds = reset ? whole_number(*reset) : std::nullopt;
    // Without a time a second is the least that makes sense.
    return trip(row, wait_of(seconds.value_or(1)), fmt::format("said {}: 0", limit.remaining), now);
  }
}

void CircuitBreaker::trip(std::size_t row, Duration wait, std::string_view why, TimePoint now) {
  if (wait <= Duration::zero()) return;
  const std::lock_guard lock(mutex_);
  Row& one = rows_[row];
  const bool is_news = now >= one.closed_until;
  one.closed_until = std::max(one.closed_until, now + wait);
  std::string names;
  for (const Scenario& scenario : scenarios_) {
    if (!scenario.uses[row].load(std::memory_order_relaxed)) continue;
    scenario.gate->close_until(now + wait);
    names += (names.empty() ? "" : ", ") + scenario.name;
  }
  if (!is_news) return;
  notices_.push_back(fmt::format("{} {}: no new iterations of {} for {:.0f} s", one.endpoint, why,
                                 names, to_seconds(wait)));
}

std::vector<std::string> CircuitBreaker::take_notices() {
  const std::lock_guard lock(mutex_);
  return std::exchange(notices_, {});
}

}  // namespace proofload::k6
