#include "report/number_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace proofload::report {
namespace {

// From here on JavaScript turns to the exponent form, and toFixed() does nothing.
constexpr double kExponentFrom = 1e21;

// 10 to the power of `digits`; exact, which pow() need not be.
constexpr double scale_of(int digits) {
  double scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  return scale;
}

// Half rounds up, as JavaScript's toFixed() does and printf does not. The extra bits of long double
// keep the product exact for the two decimals used most.
double rounded(double value, int digits) {
  const long double scale = scale_of(digits);
  const long double magnitude =
      std::floor(std::abs(static_cast<long double>(value)) * scale + 0.5L);
  return std::copysign(static_cast<double>(magnitude / scale), value);
}

double truncated(double value, int digits) {
  const double scale = scale_of(digits);
  return std::trunc(value * scale) / scale;
}

std::string fixed(double value, int digits) {
  if (std::abs(value) >= kExponentFrom) return js_number(value);
  return fmt::format("{:.{}f}", rounded(value, digits), digits);
}

std::string in_unit(double milliseconds, std::string_view unit) {
  if (unit == "s") return fixed(milliseconds / 1000, 2) + "s";
  if (unit == "us") return fixed(milliseconds * 1000, 2) + "µs";
  return fixed(milliseconds, 2) + "ms";
}

}  // namespace

std::string js_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value == 0) return "0";
  std::array<char, 400> text;
  const double magnitude = std::abs(value);
  const auto format = magnitude >= 1e-6 && magnitude < kExponentFrom
                          ? std::chars_format::fixed
                          : std::chars_format::scientific;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format).ptr;
  std::string out(text.data(), end);
  // C pads the exponent to two digits, JavaScript does not.
  if (const auto e = out.find('e'); e != std::string::npos && out[e + 2] == '0')
    out.erase(e + 2, 1);
  return out;
}

std::string trimmed(double value, int digits) {
  if (std::abs(value) >= kExponentFrom) return js_number(value);
  return js_number(rounded(value, digits));
}

std::string humanize_duration(double milliseconds, std::string_view unit) {
  if (!unit.empty()) return in_unit(milliseconds, unit);
  if (milliseconds == 0) return "0s";
  if (milliseconds < 0.001) return js_number(std::trunc(milliseconds * 1e6)) + "ns";
  if (milliseconds < 1) return trimmed(truncated(milliseconds * 1000, 2), 2) + "µs";
  if (milliseconds < 1000) return trimmed(truncated(milliseconds, 2), 2) + "ms";

  const double seconds = std::fmod(milliseconds, 60'000) / 1000;
  const double minutes = std::trunc(milliseconds / 60'000);
  std::string out = trimmed(truncated(seconds, milliseconds > 60'000 ? 0 : 2), 2) + "s";
  if (minutes < 1) return out;
  out = js_number(std::fmod(minutes, 60)) + "m" + out;
  const double hours = std::trunc(minutes / 60);
  return hours < 1 ? out : js_number(hours) + "h" + out;
}

std::string humanize_bytes(double bytes) {
  constexpr std::array<std::string_view, 9> kUnits = {"B",  "kB", "MB", "GB", "TB",
                                                      "PB", "EB", "ZB", "YB"};
  if (bytes < 10) return js_number(bytes) + " B";
  const auto power = std::min<std::size_t>(
      static_cast<std::size_t>(std::log(bytes) / std::log(1000.0)), kUnits.size() - 1);
  const double value =
      std::floor(bytes / std::pow(1000.0, static_cast<double>(power)) * 10 + 0.5) / 10;
  return fmt::format("{} {}", fixed(value, value < 10 ? 1 : 0), kUnits.at(power));
}

std::string humanize_value(double value, const SummaryMetric& metric, std::string_view unit) {
  if (metric.type == metrics::MetricType::kRate) return fixed(truncated(value * 100, 2), 2) + "%";
  switch (metric.contains) {
    case metrics::ValueType::kData:
      return humanize_bytes(value);
    case metrics::ValueType::kTime:
      return humanize_duration(value, unit);
    case metrics::ValueType::kDefault:
      return trimmed(value, 6);
  }
  return {};
}

}  // namespace proofload::report
