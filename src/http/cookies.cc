#include "http/cookies.h"

#include <algorithm>
#include <chrono>

#include "net/address.h"

namespace proofload::http {
namespace {

std::int64_t to_seconds_since_1970(WallTime at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

std::string canonical_host(const Url& url) {
  std::string host(url.hostname());
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  if (host.ends_with('.')) host.pop_back();
  return host;
}

// Go's: what a secure cookie may be sent to in the clear.
bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.ends_with(".localhost") ||
         (host.starts_with("127.") && net::IpAddress::parse(host).has_value());
}

bool is_ip(std::string_view host) {
  return net::IpAddress::parse(host).has_value();
}

// Cookies are kept by the last two labels of their host, so that a lookup sees few foreign ones.
std::string_view jar_key(std::string_view host) {
  if (is_ip(host)) return host;
  const auto last = host.rfind('.');
  if (last == std::string_view::npos || last == 0) return host;
  const auto before = host.rfind('.', last - 1);
  return before == std::string_view::npos ? host : host.substr(before + 1);
}

std::string_view default_path(std::string_view path) {
  if (path.empty() || path[0] != '/') return "/";
  const auto last = path.rfind('/');
  return last == 0 ? std::string_view("/") : path.substr(0, last);
}

bool is_below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

bool path_matches(std::string_view request_path, std::string_view path) {
  if (!request_path.starts_with(path)) return false;
  return request_path.size() == path.size() || path.ends_with('/') ||
         request_path[path.size()] == '/';
}

struct Domain {
  std::string name;
  bool is_host_only = true;
};

// RFC 6265 §5.3: for which hosts a cookie set by `host` counts; nullopt if it may not be set.
std::optional<Domain> domain_of(std::string_view host, std::string_view attribute) {
  if (attribute.empty()) return Domain{std::string(host), true};
  if (is_ip(host)) {
    if (host != attribute) return std::nullopt;
    return Domain{std::string(host), true};
  }
  if (attribute[0] == '.') attribute.remove_prefix(1);
  if (attribute.empty() || attribute.front() == '.' || attribute.back() == '.') return std::nullopt;
  std::string domain(attribute);
  for (char& c : domain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  if (host != domain && !is_below(host, domain)) return std::nullopt;
  return Domain{std::move(domain), false};
}

bool is_http(const Url& url) {
  return url.scheme == "http" || url.scheme == "https";
}

}  // namespace

void CookieJar::set(const Url& url, const Cookie& cookie, WallTime now) {
  const std::string host = canonical_host(url);
  auto domain = domain_of(host, cookie.domain);
  if (!is_http(url) || host.empty() || !domain) return;

  const std::int64_t now_seconds = to_seconds_since_1970(now);
  Entry entry;
  entry.name = cookie.name;
  entry.value = cookie.value;
  entry.domain = std::move(domain->name);
  entry.is_host_only = domain->is_host_only;
  entry.path = cookie.path.starts_with('/') ? cookie.path : std::string(default_path(url.path));
  entry.secure = cookie.secure;
  entry.is_persistent = cookie.max_age > 0 || cookie.expires.has_value();
  entry.expires = cookie.max_age > 0 ? now_seconds + cookie.max_age : cookie.expires.value_or(0);
  const bool is_gone = cookie.max_age < 0 || (entry.is_persistent && entry.expires <= now_seconds);

  Entries& entries = hosts_[std::string(jar_key(host))];
  const auto same = std::ranges::find_if(entries, [&](const Entry& other) {
    return other.name == entry.name && other.domain == entry.domain && other.path == entry.path;
  });
  if (same != entries.end()) {
    entry.sequence = same->sequence;  // a changed cookie keeps its place in the order
    if (is_gone) {
      entries.erase(same);
    } else {
      *same = std::move(entry);
    }
  } else if (!is_gone) {
    entry.sequence = next_sequence_++;
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) hosts_.erase(hosts_.find(jar_key(host)));
}

std::vector<const CookieJar::Entry*> CookieJar::matching(const Url& url, WallTime now) const {
  std::vector<const Entry*> found;
  if (!is_http(url)) return found;
  const std::string host = canonical_host(url);
  const auto it = hosts_.find(jar_key(host));
  if (it == hosts_.end()) return found;
  const std::string_view path = url.path.empty() ? std::string_view("/") : url.path;
  const std::int64_t now_seconds = to_seconds_since_1970(now);
  for (const Entry& entry : it->second) {
    const bool is_for_host =
        entry.domain == host || (!entry.is_host_only && is_below(host, entry.domain));
    const bool is_alive = !entry.is_persistent || entry.expires > now_seconds;
    const bool is_allowed = !entry.secure || url.scheme == "https" || is_loopback(host);
    if (is_for_host && is_alive && is_allowed && path_matches(path, entry.path)) {
      found.push_back(&entry);
    }
  }
  std::ranges::sort(found, [](const Entry* a, const Entry* b) {
    if (a->path.size() != b->path.size()) return a->path.size() > b->path.size();
    return a->sequence < b->sequence;
  });
  return found;
}

std::vector<CookieJar::Pair> CookieJar::cookies_for(const Url& url, WallTime now) const {
  std::vector<Pair> pairs;
  for (const Entry* entry : matching(url, now)) pairs.push_back({entry->name, entry->value});
  return pairs;
}

void CookieJar::remove_matching(const Url& url, std::optional<std::string_view> name,
                                WallTime now) {
  std::vector<std::uint64_t> gone;
  for (const Entry* entry : matching(url, now)) {
    if (!name || entry->name == *name) gone.push_back(entry->sequence);
  }
  if (gone.empty()) return;
  const auto it = hosts_.find(jar_key(canonical_host(url)));
  std::erase_if(it->second, [&](const Entry& entry) {
    return std::ranges::find(gone, entry.sequence) != gone.end();
  });
  if (it->second.empty()) hosts_.erase(it);
}

void CookieJar::clear(const Url& url, WallTime now) {
  remove_matching(url, std::nullopt, now);
}

void CookieJar::remove(const Url& url, std::string_view name, WallTime now) {
  remove_matching(url, name, now);
}

}  // namespace proofload::http
