#include <charconv>

#include "http/cookies.h"
#include "http/headers.h"

namespace proofload::http {
namespace {

bool is_value_byte(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != ';' && c != '\\';
}

// The bytes Go accepts, or nullopt; quotes around the whole are taken off if allowed.
std::optional<std::string_view> parse_value(std::string_view text, bool may_be_quoted) {
  if (may_be_quoted && text.size() > 1 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  for (const char c : text) {
    if (!is_value_byte(c)) return std::nullopt;
  }
  return text;
}

void note_max_age(std::string_view value, Cookie& cookie) {
  int seconds = 0;
  if (value.starts_with('+')) value.remove_prefix(1);
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  const bool is_number = error == std::errc() && end == value.data() + value.size();
  if (!is_number || (seconds != 0 && value[0] == '0')) return;
  cookie.max_age = seconds <= 0 ? -1 : seconds;
}

void note_attribute(std::string_view part, Cookie& cookie) {
  const auto equals = part.find('=');
  const std::string_view name = part.substr(0, equals);
  const auto value =
      parse_value(equals == part.npos ? std::string_view() : part.substr(equals + 1), false);
  if (!value) return;
  if (equals_ignoring_case(name, "secure")) {
    cookie.secure = true;
  } else if (equals_ignoring_case(name, "httponly")) {
    cookie.http_only = true;
  } else if (equals_ignoring_case(name, "domain")) {
    cookie.domain = *value;
  } else if (equals_ignoring_case(name, "path")) {
    cookie.path = *value;
  } else if (equals_ignoring_case(name, "max-age")) {
    note_max_age(*value, cookie);
  } else if (equals_ignoring_case(name, "expires")) {
    cookie.expires = parse_http_date(*value);
  }
}

}  // namespace

std::int64_t expires_milliseconds(const Cookie& cookie) {
  // Go's zero time in nanoseconds does not fit 64 bits; this is what is left of it after the
  // overflow, divided by a million. Scripts see it in k6.
  constexpr std::int64_t kGoZeroTime = -6795364578871;
  return cookie.expires ? *cookie.expires * 1000 : kGoZeroTime;
}

std::optional<Cookie> parse_set_cookie(std::string_view text) {
  text = trim(text);
  auto semicolon = text.find(';');
  const std::string_view pair = trim(text.substr(0, semicolon));
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view name = trim(pair.substr(0, equals));
  const auto value = parse_value(pair.substr(equals + 1), true);
  if (!is_token(name) || !value) return std::nullopt;

  Cookie cookie;
  cookie.name = name;
  cookie.value = *value;
  while (semicolon != std::string_view::npos) {
    text.remove_prefix(semicolon + 1);
    semicolon = text.find(';');
    note_attribute(trim(text.substr(0, semicolon)), cookie);
  }
  return cookie;
}

void append_cookie(std::string& header, std::string_view name, std::string_view value) {
  if (!header.empty()) header += "; ";
  for (const char c : name) header += c == '\n' || c == '\r' ? '-' : c;
  header += '=';
  const std::size_t begin = header.size();
  for (const char c : value) {
    if (is_value_byte(c)) header += c;
  }
  if (header.find_first_of(" ,", begin) != std::string::npos) {
    header.insert(begin, 1, '"');
    header += '"';
  }
}

}  // namespace proofload::http
