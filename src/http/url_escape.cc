#include "http/url_escape.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/quote.h"
#include "http/url.h"

namespace proofload::http {
namespace {

constexpr bool is_alphanumeric(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool must_escape_reserved(unsigned char c, UrlPart part) {
  switch (part) {
    case UrlPart::kPath:
      return c == '?';
    case UrlPart::kUserinfo:
      return c == '@' || c == '/' || c == '?' || c == ':';
    case UrlPart::kFragment:
      return false;
    case UrlPart::kQuery:
    case UrlPart::kHost:
    case UrlPart::kZone:
      return true;
  }
  return true;
}

constexpr bool must_escape_byte(unsigned char c, UrlPart part) {
  constexpr std::string_view kHostBytes = "!$&'()*+,;=:[]<>\"";
  if (is_alphanumeric(c)) return false;
  const char as_char = static_cast<char>(c);
  const bool is_host = part == UrlPart::kHost || part == UrlPart::kZone;
  if (is_host && kHostBytes.find(as_char) != std::string_view::npos) return false;
  if (std::string_view("-_.~").find(as_char) != std::string_view::npos) return false;
  if (std::string_view("$&+,/:;=?@").find(as_char) != std::string_view::npos) {
    return must_escape_reserved(c, part);
  }
  if (part == UrlPart::kFragment &&
      std::string_view("!()*").find(as_char) != std::string_view::npos) {
    return false;
  }
  return true;
}

constexpr std::size_t kPartCount = 6;

// Every byte's answer for every part: a URL is read on the request path.
constexpr auto kMustEscape = [] {
  std::array<std::array<bool, 256>, kPartCount> table{};
  for (std::size_t part = 0; part < kPartCount; ++part) {
    for (unsigned c = 0; c < 256; ++c) {
      table[part][c] = must_escape_byte(static_cast<unsigned char>(c), static_cast<UrlPart>(part));
    }
  }
  return table;
}();

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error escape_error(std::string_view text) {
  return Error(ErrorKind::kScript, fmt::format("invalid URL escape {}", quote(text.substr(0, 3))));
}

// The byte that `text`, which begins with `%`, stands for.
Result<char> unescape_one(std::string_view text, UrlPart part) {
  if (text.size() < 3) return escape_error(text);
  const int high = hex_digit(text[1]);
  const int low = hex_digit(text[2]);
  if (high < 0 || low < 0) return escape_error(text);
  const auto byte = static_cast<unsigned char>(high * 16 + low);
  // In a host only non-ASCII bytes may be escaped, and the percent sign of an IPv6 zone.
  const bool is_percent = byte == '%';
  if (part == UrlPart::kHost && high < 8 && !is_percent) return escape_error(text);
  if (part == UrlPart::kZone && !is_percent && byte != ' ' && must_escape(byte, UrlPart::kHost)) {
    return escape_error(text);
  }
  return static_cast<char>(byte);
}

}  // namespace

bool must_escape(unsigned char c, UrlPart part) {
  return kMustEscape[static_cast<std::size_t>(part)][c];
}

std::string escape(std::string_view text, UrlPart part) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (part == UrlPart::kQuery && c == ' ') {
      out += '+';
    } else if (must_escape(byte, part)) {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      out += c;
    }
  }
  return out;
}

Result<std::string> unescape(std::string_view text, UrlPart part) {
  const bool is_host = part == UrlPart::kHost || part == UrlPart::kZone;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      out += PL_TRY(unescape_one(text.substr(i), part));
      i += 2;
    } else if (c == '+' && part == UrlPart::kQuery) {
      out += ' ';
    } else if (const auto byte = static_cast<unsigned char>(c);
               is_host && byte < 0x80 && must_escape(byte, part)) {
      return Error(ErrorKind::kScript,
                   fmt::format("invalid character {} in host name", quote(text.substr(i, 1))));
    } else {
      out += c;
    }
  }
  return out;
}

bool is_well_encoded(std::string_view text, UrlPart part) {
  return std::ranges::all_of(text, [part](char c) {
    return std::string_view("!$&'()*+,;=:@[]%").find(c) != std::string_view::npos ||
           !must_escape(static_cast<unsigned char>(c), part);
  });
}

void append_query_escaped(std::string_view text, std::string& out) {
  out += escape(text, UrlPart::kQuery);
}

Result<std::string> query_unescape(std::string_view text) {
  return unescape(text, UrlPart::kQuery);
}

}  // namespace proofload::http
