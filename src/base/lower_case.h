// ASCII letters in lower case, whatever the locale: names of hosts, headers, logins.
#pragma once

#include <string>
#include <string_view>

namespace proofload {

inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return lower;
}

}  // namespace proofload
