#include "plan/path_template.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>

namespace proofload::plan {
namespace {

using Segments = std::vector<std::string>;

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

bool looks_like_id(std::string_view segment) {
  constexpr std::size_t kHexLeast = 8;
  constexpr std::size_t kLong = 20;
  if (segment.empty()) return false;
  const auto digits = std::count_if(segment.begin(), segment.end(), is_digit);
  if (digits == 0) return false;
  const bool is_number = std::all_of(segment.begin(), segment.end(), [](char c) {
    return is_digit(c) || c == '-' || c == '.' || c == ',';
  });
  if (is_number) return true;  // dates and coordinates too
  const bool is_hex = std::all_of(segment.begin(), segment.end(), [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
  });
  if (is_hex && segment.size() >= kHexLeast) return true;
  return segment.size() >= kLong && segment.find('.') == std::string_view::npos;
}

Segments split(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t slash = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
  return segments;
}

std::string join(const Segments& segments) {
  std::string path;
  for (const std::string& segment : segments) path += "/" + segment;
  return path.empty() ? "/" : path;
}

bool is_variable(std::string_view segment) {
  return segment.starts_with('{') || segment.starts_with(':') || segment.starts_with('<');
}

using Merged = std::map<std::pair<std::string, Segments>, std::uint64_t>;

// Replaces the segments at `depth` of those that agree before it, where they are too many.
Merged without_slugs(const Merged& all, std::size_t depth) {
  constexpr std::size_t kDistinctMax = 25;
  const auto prefix_of = [&](const auto& key) {
    return std::pair(key.first, Segments(key.second.begin(),
                                         key.second.begin() + static_cast<std::ptrdiff_t>(depth)));
  };
  std::map<std::pair<std::string, Segments>, std::set<std::string>> distinct;
  for (const auto& [key, count] : all) {
    if (key.second.size() > depth) distinct[prefix_of(key)].insert(key.second[depth]);
  }
  Merged merged;
  for (const auto& [key, count] : all) {
    auto replaced = key;
    if (key.second.size() > depth && distinct.at(prefix_of(key)).size() > kDistinctMax) {
      std::string& segment = replaced.second[depth];
      if (!is_variable(segment)) segment = "{name}";
    }
    merged[std::move(replaced)] += count;
  }
  return merged;
}

}  // namespace

std::string without_ids(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#;"));
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (!path.starts_with('/')) return "/";
  if (path == "/") return "/";
  Segments segments = split(path);
  for (std::string& segment : segments) {
    if (looks_like_id(segment)) segment = "{id}";
  }
  return join(segments);
}

std::vector<PathCount> as_endpoints(std::vector<PathCount> paths) {
  Merged merged;
  std::size_t depth_max = 0;
  for (PathCount& one : paths) {
    const std::string path = without_ids(one.path);
    Segments segments = path == "/" ? Segments() : split(path);
    depth_max = std::max(depth_max, segments.size());
    merged[{std::move(one.method), std::move(segments)}] += one.count;
  }
  for (std::size_t depth = 1; depth < depth_max; ++depth) merged = without_slugs(merged, depth);
  std::vector<PathCount> endpoints;
  for (const auto& [key, count] : merged) endpoints.push_back({key.first, join(key.second), count});
  std::stable_sort(endpoints.begin(), endpoints.end(),
                   [](const PathCount& a, const PathCount& b) { return a.count > b.count; });
  return endpoints;
}

bool is_path_of(std::string_view path, std::string_view endpoint) {
  path = path.substr(0, path.find_first_of("?#"));
  if (!path.starts_with('/') || !endpoint.starts_with('/')) return false;
  const Segments mine = split(path);
  const Segments theirs = split(endpoint);
  return std::equal(
      mine.begin(), mine.end(), theirs.begin(), theirs.end(),
      [](const std::string& a, const std::string& b) { return a == b || is_variable(b); });
}

std::string endpoint_name(std::string_view method, std::string_view path) {
  std::string name;
  for (const char c : std::string(method) + std::string(path)) {
    if (is_letter(c) || is_digit(c)) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!name.ends_with('_')) {
      name += '_';
    }
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

}  // namespace proofload::plan
