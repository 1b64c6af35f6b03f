#include "base/duration.h"

#include <array>
#include <cctype>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace proofload {
namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};
constexpr std::array<Unit, 9> kUnits{{{"ns", 1},
                                      {"us", 1e3},
                                      {"µs", 1e3},
                                      {"μs", 1e3},
                                      {"ms", 1e6},
                                      {"s", 1e9},
                                      {"m", 60e9},
                                      {"h", 3600e9},
                                      {"d", 24 * 3600e9}}};

Error invalid(std::string_view text) {
  return Error(ErrorKind::kInvalidConfig, fmt::format("time: invalid duration \"{}\"", text))
      .with_hint("write a duration as 30s, 1m30s or 500ms");
}

bool is_number_char(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

// Takes the leading number off `rest`; false if there is none.
bool take_number(std::string_view& rest, double& number) {
  std::size_t length = 0;
  int dots = 0;
  int digits = 0;
  while (length < rest.size() && is_number_char(rest[length])) {
    (rest[length] == '.' ? dots : digits)++;
    length++;
  }
  if (digits == 0 || dots > 1) return false;
  number = std::stod(std::string(rest.substr(0, length)));
  rest.remove_prefix(length);
  return true;
}

std::string fraction(std::int64_t value, std::int64_t unit, std::string_view suffix) {
  std::string text = fmt::format("{}", value / unit);
  if (const std::int64_t rest = value % unit; rest != 0) {
    std::string digits = fmt::format("{}", unit + rest).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text += suffix;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  const bool is_negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest.empty()) return invalid(text);

  double total = 0;
  bool has_unit = false;
  while (!rest.empty()) {
    double number = 0;
    if (!take_number(rest, number)) return invalid(text);
    std::size_t length = 0;
    while (length < rest.size() && !is_number_char(rest[length])) length++;
    const std::string_view name = rest.substr(0, length);
    if (name.empty() && !has_unit) {  // a bare number
      total = number * 1e6;
      break;
    }
    if (name.empty()) {
      return Error(ErrorKind::kInvalidConfig,
                   fmt::format("time: missing unit in duration \"{}\"", text));
    }
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      if (candidate.name == name) unit = &candidate;
    }
    if (!unit) {
      return Error(ErrorKind::kInvalidConfig,
                   fmt::format("time: unknown unit \"{}\" in duration \"{}\"", name, text))
          .with_hint("the units are d, h, m, s, ms, us, ns");
    }
    total += number * unit->nanoseconds;
    has_unit = true;
    rest.remove_prefix(length);
  }
  if (total > static_cast<double>(std::numeric_limits<std::int64_t>::max())) return invalid(text);
  const auto nanoseconds = static_cast<std::int64_t>(std::llround(total));
  return Duration(is_negative ? -nanoseconds : nanoseconds);
}

std::string to_string(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  const std::string sign = duration.count() < 0 ? "-" : "";
  const std::int64_t value = std::abs(duration.count());
  if (value < 1000) return sign + fraction(value, 1, "ns");
  if (value < 1'000'000) return sign + fraction(value, 1000, "µs");
  if (value < 1'000'000'000) return sign + fraction(value, 1'000'000, "ms");
  const std::int64_t minutes = value / 60'000'000'000;
  std::string text = sign;
  if (minutes >= 60) text += fmt::format("{}h", minutes / 60);
  if (minutes > 0) text += fmt::format("{}m", minutes % 60);
  return text + fraction(value % 60'000'000'000, 1'000'000'000, "s");
}

}  // namespace proofload
