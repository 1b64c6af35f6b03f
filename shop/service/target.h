// The path and query of a request target; RFC 3986 §2.1, and + for a space in queries.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace proofload::shop {

struct Target {
  std::string path;                               // decoded
  std::multimap<std::string, std::string> query;  // decoded
};

Target parse_target(std::string_view target);
// Everything but unreserved characters escaped.
std::string escape(std::string_view text);

}  // namespace proofload::shop
