// Paths as endpoints: what looks like an id becomes a segment in braces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proofload::plan {

struct PathCount {
  std::string method;
  std::string path;  // without a query
  std::uint64_t count = 0;
};

// Replaces segments that are numbers, UUIDs, hexadecimal or long mixtures of letters and digits by
// "{id}"; leaves out query, fragment and a closing slash.
std::string without_ids(std::string_view path);

// Merges what without_ids() makes equal, and segments after the first of which one place has more
// than 25 different ones ("{name}": slugs). The most frequent first.
std::vector<PathCount> as_endpoints(std::vector<PathCount> paths);

// Whether a path, or a template of one ("{id}", ":id"), is the endpoint's path "/products/{id}".
bool is_path_of(std::string_view path, std::string_view endpoint);

// A name for an endpoint, such as `get_products_id`; only letters, digits and underscores.
std::string endpoint_name(std::string_view method, std::string_view path);

}  // namespace proofload::plan
