#include "http/proxy.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/lower_case.h"
#include "http/headers.h"
#include "net/address.h"

namespace proofload::http {
namespace {

using Environment = std::map<std::string, std::string, std::less<>>;

// The value of `upper`, or of its lower-case twin.
std::string_view value_of(const Environment& environment, std::string_view upper) {
  for (const std::string& name : {std::string(upper), lower_case(upper)}) {
    if (const auto it = environment.find(name); it != environment.end() && !it->second.empty()) {
      return it->second;
    }
  }
  return {};
}

Result<std::optional<Url>> parse_proxy(std::string_view value, std::string_view variable) {
  if (value.empty()) return std::optional<Url>();
  auto url = Url::parse(value);
  const bool is_complete = url && !url->host.empty() && !url->scheme.empty();
  if (!is_complete) url = Url::parse(fmt::format("http://{}", value));
  const bool is_usable =
      url && !url->host.empty() && (url->scheme == "http" || url->scheme == "https");
  if (!is_usable) {
    return Error(ErrorKind::kInvalidConfig,
                 fmt::format("{}: '{}' is no proxy address", variable, value))
        .with_hint("write http://host:port or https://host:port");
  }
  return std::optional<Url>(*std::move(url));
}

std::vector<std::string> split_rules(std::string_view list) {
  std::vector<std::string> rules;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto rule = trim(list.substr(0, comma)); !rule.empty())
      rules.push_back(lower_case(rule));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return rules;
}

// Cuts a trailing `:port` off a rule; an IPv6 address has more than one colon.
std::optional<std::uint16_t> take_port(std::string_view& rule) {
  const auto colon = rule.rfind(':');
  const bool is_bracketed = rule.starts_with('[');
  if (colon == std::string_view::npos || (!is_bracketed && rule.find(':') != colon)) return {};
  const std::string_view digits = rule.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  rule = rule.substr(0, colon);
  return port;
}

bool is_loopback(const net::IpAddress& ip) {
  static const auto kV4 = *net::Cidr::parse("127.0.0.0/8");
  static const auto kV6 = *net::Cidr::parse("::1/128");
  return kV4.contains(ip) || kV6.contains(ip);
}

// `rule` matches the name itself and, as Go has it, every name below it; with a leading dot or
// `*.` only those below.
bool matches_name(std::string_view rule, std::string_view name) {
  if (rule.starts_with("*.")) rule.remove_prefix(1);
  if (rule.starts_with('.')) return name.ends_with(rule);
  if (name == rule) return true;
  return name.size() > rule.size() && name.ends_with(rule) &&
         name[name.size() - rule.size() - 1] == '.';
}

bool matches_rule(std::string_view rule, std::string_view name, std::uint16_t port) {
  if (rule == "*") return true;
  const auto ip = net::IpAddress::parse(name);
  if (const auto range = net::Cidr::parse(rule)) return ip && range->contains(*ip);
  if (const auto rule_port = take_port(rule); rule_port && *rule_port != port) return false;
  if (rule.starts_with('[') && rule.ends_with(']')) rule = rule.substr(1, rule.size() - 2);
  if (const auto rule_ip = net::IpAddress::parse(rule)) return ip && *ip == *rule_ip;
  return !ip && matches_name(rule, name);
}

}  // namespace

Result<ProxyConfig> ProxyConfig::create(const Environment& environment) {
  ProxyConfig config;
  config.http_ = PL_TRY(parse_proxy(value_of(environment, "HTTP_PROXY"), "HTTP_PROXY"));
  config.https_ = PL_TRY(parse_proxy(value_of(environment, "HTTPS_PROXY"), "HTTPS_PROXY"));
  config.no_proxy_ = split_rules(value_of(environment, "NO_PROXY"));
  return config;
}

const Url* ProxyConfig::proxy_for(const Url& url) const {
  const bool is_secure = url.scheme == "https" || url.scheme == "wss";
  const std::optional<Url>& proxy = is_secure ? https_ : http_;
  if (!proxy || bypasses(url.hostname(), url.effective_port())) return nullptr;
  return &*proxy;
}

bool ProxyConfig::bypasses(std::string_view hostname, std::uint16_t port) const {
  const std::string name = lower_case(hostname);
  if (name == "localhost") return true;
  if (const auto ip = net::IpAddress::parse(name); ip && is_loopback(*ip)) return true;
  return std::ranges::any_of(
      no_proxy_, [&](const std::string& rule) { return matches_rule(rule, name, port); });
}

}  // namespace proofload::http
