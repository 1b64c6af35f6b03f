#include "service/router.h"

#include <utility>

namespace proofload::shop {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end);
  }
  return segments;
}

bool matches(const std::vector<std::string>& route, const std::vector<std::string>& path,
             std::map<std::string, std::string>& values) {
  if (route.size() != path.size()) return false;
  values.clear();
  for (std::size_t i = 0; i < route.size(); ++i) {
    if (route[i].starts_with(':')) {
      values[route[i].substr(1)] = path[i];
    } else if (route[i] != path[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Router::add(std::string_view method, std::string_view path, Handler handler) {
  routes_.push_back(
      {std::string(method), std::string(path), segments_of(path), std::move(handler)});
}

RouteMatch Router::match(std::string_view method, std::string_view path) const {
  const std::vector<std::string> segments = segments_of(path);
  RouteMatch found;
  std::map<std::string, std::string> values;
  for (const Route& route : routes_) {
    if (!matches(route.segments, segments, values)) continue;
    found.route = route.path;
    if (route.method != method) continue;
    found.handler = &route.handler;
    found.path = std::move(values);
    break;
  }
  return found;
}

}  // namespace proofload::shop
