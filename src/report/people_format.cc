#include "report/people_format.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/timestamp.h"

namespace proofload::report {
namespace {

// Three digits that count, at most `decimals_max` of them after the point; whole numbers with
// thousands apart.
std::string significant(double value, int decimals_max) {
  const double size = std::abs(value);
  const int before = size < 1 ? 1 : static_cast<int>(std::floor(std::log10(size))) + 1;
  int decimals = std::clamp(3 - before, 0, decimals_max);
  if (size > 0 && size < 1) {
    decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 0, decimals_max);
  }
  if (decimals == 0 && size < 1e18) {
    const auto rounded = static_cast<std::uint64_t>(std::llround(size));
    return (value < 0 && rounded != 0 ? "-" : "") + with_thousands(rounded);
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

}  // namespace

std::string with_thousands(std::uint64_t count) {
  std::string text = fmt::format("{}", count);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string format_value(double value, std::string_view unit) {
  if (std::isinf(value)) return "among failures";
  if (unit == "ms" && std::abs(value) >= 999.5) return significant(value / 1000, 2) + " s";
  constexpr int kDecimalsMax = 4;
  std::string text = significant(value, kDecimalsMax);
  if (!unit.empty()) text += fmt::format(" {}", unit);
  return text;
}

std::string format_interval(const evidence::Interval& interval, std::string_view unit) {
  if (std::isinf(interval.low)) return "among failures";
  if (std::isinf(interval.high)) return "at least " + format_value(interval.low, unit);
  return fmt::format("{} to {}", format_value(interval.low, unit),
                     format_value(interval.high, unit));
}

std::string format_margin(const evidence::SloResult& slo) {
  if (!slo.value || slo.limit == 0) return "";
  if (std::isinf(*slo.value)) return "beyond any";
  const double beyond = (slo.is_minimum ? *slo.value - slo.limit : slo.limit - *slo.value);
  const double percent = 100 * beyond / std::abs(slo.limit);
  return fmt::format("{}{} %", percent > 0 ? "+" : "", significant(percent, 1));
}

std::string format_clock(Duration since_start) {
  const auto all = std::chrono::floor<std::chrono::seconds>(since_start).count();
  const auto hours = all / 3600;
  const auto minutes = all / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, all % 60);
  return fmt::format("{}:{:02}", minutes, all % 60);
}

std::string format_time(WallTime at) {
  if (at == WallTime{}) return "-";
  std::string text = rfc3339(std::chrono::floor<std::chrono::seconds>(at));
  text[10] = ' ';
  text.pop_back();
  return text + " UTC";
}

std::string format_share(double part, double whole) {
  if (whole <= 0) return "-";
  return format_value(100 * part / whole, "%");
}

}  // namespace proofload::report
