#include <array>
#include <charconv>
#include <chrono>

#include "http/cookies.h"

namespace proofload::http {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

struct DateParts {
  std::optional<int> day;
  std::optional<int> month;
  std::optional<int> year;
  std::optional<std::chrono::seconds> time;
};

std::optional<int> parse_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<int> parse_month(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  std::string start(text.substr(0, 3));
  for (char& c : start) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == start) return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> parse_time(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = parse_number(text.substr(0, 2));
  const auto minute = parse_number(text.substr(3, 2));
  const auto second = parse_number(text.substr(6, 2));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

// Puts one word of a date where it belongs; words that are no part of it (weekday, zone) pass.
void note_word(std::string_view word, DateParts& parts) {
  if (const auto time = parse_time(word)) {
    parts.time = time;
  } else if (const auto number = parse_number(word)) {
    if (!parts.day && word.size() <= 2) {
      parts.day = number;
    } else if (!parts.year) {
      parts.year = word.size() == 2 ? *number + (*number < 69 ? 2000 : 1900) : *number;
    }
  } else if (const auto month = parse_month(word); month && !parts.month) {
    parts.month = month;
  }
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  DateParts parts;
  while (true) {
    const auto begin = text.find_first_not_of(" ,-");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(" ,-"));
    note_word(word, parts);
    text.remove_prefix(word.size());
  }
  if (!parts.day || !parts.month || !parts.year || !parts.time) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*parts.year),
                                         std::chrono::month(static_cast<unsigned>(*parts.month)),
                                         std::chrono::day(static_cast<unsigned>(*parts.day))};
  if (!date.ok() || *parts.year < 1601 || *parts.year > 9999) return std::nullopt;
  const auto since_epoch = std::chrono::sys_days(date).time_since_epoch() + *parts.time;
  return std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
}

std::optional<std::int64_t> parse_rfc1123(std::string_view text) {
  // A: upper case, a: lower case, 0: digit; the rest stands for itself. Zones have three letters or
  // four and count as UTC.
  constexpr std::string_view kForm = "Aaa, 00 Aaa 0000 00:00:00 AAA";
  if (text.size() != kForm.size() && text.size() != kForm.size() + 1) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char form = i < kForm.size() ? kForm[i] : 'A';
    const bool fits = form == 'A'   ? text[i] >= 'A' && text[i] <= 'Z'
                      : form == 'a' ? text[i] >= 'a' && text[i] <= 'z'
                      : form == '0' ? text[i] >= '0' && text[i] <= '9'
                                    : text[i] == form;
    if (!fits) return std::nullopt;
  }
  return parse_http_date(text);
}

}  // namespace proofload::http
