#include "plan/values.h"

#include <charconv>
#include <cmath>
#include <string>

#include "base/duration.h"

namespace proofload::plan {
namespace {

// Seconds of the unit after the slash; nothing for another one.
std::optional<double> unit_seconds(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "m" || unit == "min") return 60;
  if (unit == "h") return 3600;
  return std::nullopt;
}

struct PerUnit {
  std::string_view amount;
  double seconds = 0;
};

std::optional<PerUnit> split_at_slash(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto seconds = unit_seconds(text.substr(slash + 1));
  if (!seconds) return std::nullopt;
  return PerUnit{text.substr(0, slash), *seconds};
}

}  // namespace

std::optional<double> to_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || !std::isfinite(number) || number < 0) return std::nullopt;
  return number;
}

std::optional<double> to_percentile(std::string_view text) {
  if (!text.starts_with('p')) return std::nullopt;
  auto number = to_number(text.substr(1));
  if (number && (*number <= 0 || *number >= 100)) number.reset();
  return number;
}

std::optional<Duration> to_duration(std::string_view text) {
  if (text.empty() || to_number(text) || text.starts_with('-') || text.starts_with('+')) {
    return std::nullopt;
  }
  const auto duration = parse_duration(text);
  if (!duration) return std::nullopt;
  return *duration;
}

std::optional<DurationRange> to_duration_range(std::string_view text) {
  constexpr std::string_view kDash = "\u2013";
  std::size_t at = text.find(kDash);
  std::size_t width = kDash.size();
  if (at == std::string_view::npos) {
    at = text.find('-');
    width = 1;
  }
  const auto most = to_duration(at == std::string_view::npos ? text : text.substr(at + width));
  if (!most) return std::nullopt;
  if (at == std::string_view::npos) return DurationRange{*most, *most};
  const std::string_view first = text.substr(0, at);
  auto least = to_duration(first);
  if (!least && to_number(first)) {
    const std::size_t unit = text.find_last_of("0123456789") + 1;
    least = to_duration(std::string(first) + std::string(text.substr(unit)));
  }
  if (!least || *least > *most) return std::nullopt;
  return DurationRange{*least, *most};
}

std::optional<double> to_share(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  const auto number = to_number(is_percent ? text.substr(0, text.size() - 1) : text);
  if (!number) return std::nullopt;
  const double share = is_percent ? *number / 100 : *number;
  return share <= 1 ? std::optional(share) : std::nullopt;
}

std::optional<double> to_rate(std::string_view text) {
  const auto parts = split_at_slash(text);
  if (!parts) return std::nullopt;
  const auto number = to_number(parts->amount);
  if (!number) return std::nullopt;
  return *number / parts->seconds;
}

std::optional<double> to_creep(std::string_view text) {
  const auto parts = split_at_slash(text);
  if (!parts || !parts->amount.ends_with('%')) return std::nullopt;
  const auto number = to_number(parts->amount.substr(0, parts->amount.size() - 1));
  if (!number) return std::nullopt;
  return *number / 100 * 3600 / parts->seconds;
}

}  // namespace proofload::plan
