#include "http/redirect.h"

#include <array>

#include <fmt/format.h>

#include "http/quote.h"
#include "net/address.h"

namespace proofload::http {
namespace {

// Go's referer: the last URL without credentials, never from https to http.
std::string referer_for(const Url& from, const Url& to) {
  if (from.scheme == "https" && to.scheme == "http") return {};
  Url shown = from;
  shown.has_userinfo = false;
  shown.fragment.clear();
  return shown.to_string();
}

bool is_same_or_subdomain(std::string_view name, std::string_view parent) {
  if (equals_ignoring_case(name, parent)) return true;
  if (name.size() <= parent.size() || net::IpAddress::parse(name)) return false;
  const std::string_view end = name.substr(name.size() - parent.size());
  return equals_ignoring_case(end, parent) && name[name.size() - parent.size() - 1] == '.';
}

}  // namespace

bool is_redirect(int status) {
  return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

Result<std::optional<Redirect>> find_redirect(const ResponseHead& head, std::string_view method,
                                              const Url& from) {
  if (!is_redirect(head.status())) return std::optional<Redirect>();
  const auto location = head.find("Location");
  if (!location || location->empty()) return std::optional<Redirect>();
  Redirect redirect;
  redirect.keeps_body = head.status() >= 307;
  const bool stays = redirect.keeps_body || method == "GET" || method == "HEAD";
  redirect.method = stays ? method : std::string_view("GET");
  auto url = from.resolve(*location);
  if (!url) {
    return Error(ErrorKind::kNetwork, fmt::format("failed to parse Location header {}: {}",
                                                  quote(*location), url.error().message()));
  }
  redirect.url = *std::move(url);
  const auto reference = Url::parse(*location);
  redirect.is_relative = reference && reference->scheme.empty();
  return std::optional<Redirect>(std::move(redirect));
}

void rewrite_headers(const Redirect& redirect, const Url& from, RedirectPolicy policy,
                     HeaderSet& headers) {
  static constexpr std::array<std::string_view, 6> kSensitive = {
      "Authorization",       "Cookie",          "Cookie2", "Proxy-Authenticate",
      "Proxy-Authorization", "Www-Authenticate"};
  static constexpr std::array<std::string_view, 4> kAboutBody = {
      "Content-Encoding", "Content-Language", "Content-Location", "Content-Type"};
  if (!is_same_or_subdomain(redirect.url.hostname(), from.hostname())) {
    for (const auto name : kSensitive) headers.remove(name);
  }
  if (!redirect.keeps_body) {
    for (const auto name : kAboutBody) headers.remove(name);
  }
  if (policy.has_jar) headers.remove("Cookie");
  if (!redirect.is_relative) headers.set_host("");
  if (policy.has_own_referer) return;
  headers.remove("Referer");
  const std::string referer = referer_for(from, redirect.url);
  // A URL may hold bytes that no field may; such a referer is left out.
  if (!referer.empty() && is_valid_header_value(referer)) {
    const auto done = headers.set("Referer", referer);
    static_cast<void>(done);
  }
}

}  // namespace proofload::http
