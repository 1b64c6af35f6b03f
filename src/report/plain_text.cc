#include "report/plain_text.h"

#include <algorithm>
#include <cstdint>

namespace proofload::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Length in bytes of the UTF-8 sequence at the start of `text`, its code point in `point`; 0 when
// there is none.
std::size_t decode(std::string_view text, std::uint32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t length = first < 0x80             ? 1
                             : (first & 0xe0) == 0xc0 ? 2
                             : (first & 0xf0) == 0xe0 ? 3
                             : (first & 0xf8) == 0xf0 ? 4
                                                      : 0;
  if (length == 0 || text.size() < length) return 0;
  point = length == 1 ? first : first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    point = point << 6 | (byte(i) & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < kLeast[length] || point > 0x10ffff || is_surrogate ? 0 : length;
}

bool is_treacherous(std::uint32_t point) {
  const bool is_control = point < 0x20 || (point >= 0x7f && point < 0xa0);
  const bool turns_direction = point == 0x61c || point == 0x200e || point == 0x200f ||
                               (point >= 0x202a && point <= 0x202e) ||
                               (point >= 0x2066 && point <= 0x2069);
  const bool ends_line = point == 0x2028 || point == 0x2029;
  return is_control || turns_direction || ends_line || point == 0xfeff || point >= 0xfffe;
}

// `text` with every character that is in `special` replaced by what `by(character)` gives.
template <class Replace>
std::string replaced(std::string_view text, std::string_view special, const Replace& by) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += by(c);
    }
  }
  return out;
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#39;";
  }
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t max) {
  std::string out;
  std::size_t count = 0;
  while (!text.empty()) {
    if (count++ == max) return out + "…";
    std::uint32_t point = 0;
    const std::size_t length = decode(text, point);
    if (length == 1 && (point == '\n' || point == '\t' || point == '\r')) {
      out += ' ';
    } else if (length == 0 || (is_treacherous(point) && point < 0x10000)) {
      out += kReplacement;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string html_escape(std::string_view text) {
  return replaced(text, "&<>\"'", entity);
}

std::string slack_escape(std::string_view text) {
  return replaced(text, "&<>", entity);
}

std::string markdown_escape(std::string_view text) {
  return replaced(text, "\\`*_[]{}#|<>&~$!@", [](char c) -> std::string {
    if (c == '<' || c == '>' || c == '&') return std::string(entity(c));
    // An entity, because a backslash does not keep @name from being a mention.
    if (c == '@') return "&#64;";
    return std::string("\\") + c;
  });
}

}  // namespace proofload::report
