#include "output/sample_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>

#include <fmt/format.h>

namespace proofload::output {
namespace {

// Nearly all values are whole numbers or whole nanoseconds in milliseconds: n / 10^6. Below 10^15
// no two such fractions share a double, so if n / 10^6 gives the value back, its digits are the
// value's shortest ones, and integers print several times faster.
constexpr double kMillion = 1e6;
constexpr double kExactMax = 1e15;

// `digits` digits of `value`, zeros in front.
template <std::size_t digits>
std::array<char, digits> padded(std::uint32_t value) {
  std::array<char, digits> text;
  for (std::size_t i = digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
  return text;
}

// `text` without the zeros at its end.
template <std::size_t digits>
std::string_view without_zeros(const std::array<char, digits>& text) {
  std::size_t size = digits;
  while (size > 0 && text[size - 1] == '0') --size;
  return {text.data(), size};
}

void append_go_g(std::string& out, double value) {
  const double magnitude = std::abs(value);
  const bool fits = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  std::array<char, 64> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 fits ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  out.append(text.data(), end);
}

// The length of the UTF-8 sequence at the start of `text`, 0 if it is not one.
std::size_t sequence_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  std::size_t size = 0;
  std::uint32_t code = 0;
  if ((lead & 0xE0) == 0xC0) {
    size = 2;
    code = lead & 0x1F;
  } else if ((lead & 0xF0) == 0xE0) {
    size = 3;
    code = lead & 0x0F;
  } else if ((lead & 0xF8) == 0xF0) {
    size = 4;
    code = lead & 0x07;
  }
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return 0;
    code = code << 6 | (next & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  return code < kLeast.at(size) || code > 0x10FFFF || is_surrogate ? 0 : size;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 20> text;
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

void append_shortest(std::string& out, double value) {
  const double magnitude = std::abs(value);
  const double scaled = std::nearbyint(magnitude * kMillion);
  const bool is_fraction = magnitude < 1e6 && scaled < kExactMax && scaled / kMillion == magnitude;
  if (!is_fraction || (magnitude < 1e-4 && magnitude > 0)) return append_go_g(out, value);

  if (std::signbit(value)) out += '-';
  const auto millionths = static_cast<std::int64_t>(scaled);
  append_integer(out, millionths / 1'000'000);
  const auto fraction = static_cast<std::uint32_t>(millionths % 1'000'000);
  if (fraction == 0) return;
  out += '.';
  out += without_zeros(padded<6>(fraction));
}

void append_six_decimals(std::string& out, double value) {
  const double magnitude = std::abs(value);
  const double scaled = magnitude * kMillion;
  const double nearest = std::nearbyint(scaled);
  // Near a half the product's own rounding could decide; leave those to exact arithmetic.
  if (!(scaled < kExactMax) || std::abs(scaled - nearest) > 0.25) {
    fmt::format_to(std::back_inserter(out), "{:.6f}", value);
    return;
  }
  if (std::signbit(value)) out += '-';
  const auto millionths = static_cast<std::int64_t>(nearest);
  append_integer(out, millionths / 1'000'000);
  out += '.';
  const auto fraction = padded<6>(static_cast<std::uint32_t>(millionths % 1'000'000));
  out.append(fraction.data(), fraction.size());
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto size = sequence_size(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (size == 0) {
      out += "\\ufffd";
    } else if (byte < 0x20 || byte == '"' || byte == '\\') {
      append_escaped(out, text[0]);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

void TimeText::append(std::string& out, WallTime at, bool with_fraction) {
  const auto since_epoch = std::chrono::duration_cast<Duration>(at.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  if (prefix_.empty() || seconds.count() != second_) render(seconds.count());
  out += prefix_;
  const auto nanoseconds = static_cast<std::uint32_t>((since_epoch - seconds).count());
  if (with_fraction && nanoseconds != 0) {
    out += '.';
    out += without_zeros(padded<9>(nanoseconds));
  }
  out += zone_;
}

void TimeText::render(std::time_t second) {
  second_ = second;
  std::tm local{};
  localtime_r(&second, &local);
  prefix_ = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", local.tm_year + 1900,
                        local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
  const long minutes = std::abs(local.tm_gmtoff) / 60;
  zone_ = local.tm_gmtoff == 0 ? "Z"
                               : fmt::format("{}{:02}:{:02}", local.tm_gmtoff < 0 ? '-' : '+',
                                             minutes / 60, minutes % 60);
}

}  // namespace proofload::output
