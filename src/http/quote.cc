#include "http/quote.h"

#include <cstddef>

#include <fmt/format.h>

namespace proofload::http {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Bytes of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t sequence_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t bytes = 0;
  if (lead >= 0xC2 && lead <= 0xDF) bytes = 2;
  if (lead >= 0xE0 && lead <= 0xEF) bytes = 3;
  if (lead >= 0xF0 && lead <= 0xF4) bytes = 4;
  if (bytes == 0 || text.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool is_overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool is_out_of_range = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return is_overlong || is_out_of_range ? 0 : bytes;
}

void append_ascii(char c, std::string& out) {
  static constexpr std::string_view kNamed = "\a\b\f\n\r\t\v";
  static constexpr std::string_view kNames = "abfnrtv";
  const auto value = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (const auto at = kNamed.find(c); at != std::string_view::npos) {
    out += '\\';
    out += kNames[at];
  } else if (value < 0x20 || value == 0x7F) {
    out += fmt::format("\\x{:02x}", value);
  } else {
    out += c;
  }
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    std::size_t taken = 1;
    if (lead < 0x80) {
      append_ascii(text[0], out);
    } else if (taken = sequence_bytes(text); taken == 0) {
      out += fmt::format("\\x{:02x}", lead);
      taken = 1;
    } else if (taken == 2 && lead == 0xC2 && static_cast<unsigned char>(text[1]) <= 0xA0) {
      // U+0080 to U+00A0: the C1 controls and the no-break space.
      out += fmt::format("\\u00{:02x}", static_cast<unsigned char>(text[1]));
    } else {
      out += text.substr(0, taken);
    }
    text.remove_prefix(taken);
  }
  return out + '"';
}

}  // namespace proofload::http
