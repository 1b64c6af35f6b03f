#include "k6/endpoint_table.h"

#include <utility>

#include <fmt/format.h>

namespace proofload::k6 {
namespace {

// The path of an absolute URL: between the host and the query.
std::string_view path_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    const std::size_t end = url.find_first_of("/?#", scheme + 3);
    url = end == std::string_view::npos || url[end] != '/' ? "/" : url.substr(end);
  }
  return url.substr(0, url.find_first_of("?#"));
}

// "user@host:80" of an absolute URL without the user.
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t user = url.rfind('@');
  return user == std::string_view::npos ? url : url.substr(user + 1);
}

// The first segment of "/a/b"; leaves "/b".
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool matches(const EndpointTable::Row& row, std::string_view path) {
  for (const std::string& wanted : row.segments) {
    if (path.empty()) return false;
    const std::string_view segment = take_segment(path);
    const bool is_any = wanted.starts_with('{') && wanted.ends_with('}');
    if (is_any ? segment.empty() : segment != wanted) return false;
  }
  return path.empty();
}

}  // namespace

Result<void> EndpointTable::add(std::string name, std::string method, std::string_view path,
                                metrics::Registry& registry) {
  Row row{.name = std::move(name), .method = std::move(method), .segments = {}};
  while (!path.empty()) row.segments.emplace_back(take_segment(path));
  const std::size_t number = rows_.size();
  row.latency = PL_TRY(registry.add_own(fmt::format("endpoint_latency_{}", number),
                                        metrics::MetricType::kTrend, metrics::ValueType::kTime));
  row.failures = PL_TRY(
      registry.add_own(fmt::format("endpoint_failures_{}", number), metrics::MetricType::kCounter));
  rows_.push_back(std::move(row));
  return {};
}

Result<void> EndpointTable::add_other(metrics::Registry& registry) {
  return add("(other)", "", "", registry);
}

Result<void> EndpointTable::set_service(std::string_view base_url, metrics::Registry& registry) {
  authority_ = authority_of(base_url);
  const bool has_port = authority_.find(':', authority_.rfind(']') + 1) != std::string::npos;
  const char* port = base_url.starts_with("https") ? ":443" : ":80";
  authority_with_port_ = has_port ? authority_ : authority_ + port;
  if (has_port && authority_.ends_with(port)) {
    authority_.resize(authority_.size() - std::string_view(port).size());
  }
  answered_ = PL_TRY(registry.add_own("service_answered", metrics::MetricType::kCounter));
  unanswered_ = PL_TRY(registry.add_own("service_unanswered", metrics::MetricType::kCounter));
  return {};
}

bool EndpointTable::is_of_service(std::string_view url) const {
  const std::string_view authority = authority_of(url);
  return authority == authority_ || authority == authority_with_port_;
}

const EndpointTable::Row& EndpointTable::find(std::string_view method, std::string_view url) const {
  const std::string_view path = path_of(url);
  for (std::size_t i = 0; i + 1 < rows_.size(); ++i) {
    if (rows_[i].method == method && matches(rows_[i], path)) return rows_[i];
  }
  return rows_.back();
}

}  // namespace proofload::k6
