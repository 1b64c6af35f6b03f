#include "http/headers.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace proofload::http {
namespace {

constexpr bool is_alphanumeric(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 128; ++c) table[c] = is_alphanumeric(static_cast<unsigned char>(c));
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

}  // namespace

std::string_view leading_token(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && kTokenBytes[static_cast<unsigned char>(text[size])]) ++size;
  return text.substr(0, size);
}

bool is_token(std::string_view text) {
  return !text.empty() && leading_token(text).size() == text.size();
}

void canonicalize(std::string& name) {
  if (!is_token(name)) return;
  bool begins_word = true;
  for (char& c : name) {
    c = begins_word ? to_upper(c) : to_lower(c);
    begins_word = c == '-';
  }
}

std::string canonical_name(std::string_view name) {
  std::string out(name);
  canonicalize(out);
  return out;
}

bool is_valid_header_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
  });
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a == b) return true;  // the usual spelling, compared in words
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool has_list_token(std::string_view value, std::string_view token) {
  while (true) {
    const auto comma = value.find(',');
    if (equals_ignoring_case(trim(value.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    value.remove_prefix(comma + 1);
  }
}

std::optional<std::string_view> find_header(std::span<const Header> headers,
                                            std::string_view name) {
  for (const Header& header : headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

}  // namespace proofload::http
