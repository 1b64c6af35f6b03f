#include "net/target_policy.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/core.h>

#include "base/lower_case.h"

namespace proofload::net {
namespace {

bool equal_ignoring_case(std::string_view lower_case, std::string_view text) {
  return std::ranges::equal(lower_case, text, [](char a, char b) {
    return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
  });
}

// "1.2.3.4", "1.2.3.4:80", "::1" or "[::1]:80".
std::optional<HostOverride> parse_target(std::string_view text) {
  if (const auto ip = IpAddress::parse(text)) return HostOverride{*ip, std::nullopt};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  const auto ip = IpAddress::parse(host);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (!ip || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return HostOverride{*ip, port};
}

}  // namespace

Result<TargetPolicy> TargetPolicy::create(const TargetPolicyOptions& options) {
  const auto parse_pattern = [](std::string_view text) -> Result<Pattern> {
    const bool is_wildcard = text.starts_with('*');
    const std::string_view rest = is_wildcard ? text.substr(1) : text;
    if (text.empty() || rest.find('*') != std::string_view::npos) {
      return Error(ErrorKind::kInvalidConfig, fmt::format("invalid hostname pattern '{}'", text))
          .with_hint("a '*' may only stand at the start, as in '*.example.com'");
    }
    return Pattern{lower_case(rest), is_wildcard};
  };
  TargetPolicy policy;
  for (const std::string& text : options.block_hostnames) {
    policy.blocked_.push_back(PL_TRY(parse_pattern(text)));
  }
  for (const std::string& text : options.blacklist_ips) {
    const auto range = Cidr::parse(text);
    if (!range) {
      return Error(ErrorKind::kInvalidConfig, fmt::format("invalid CIDR address: {}", text));
    }
    policy.blacklist_.push_back(*range);
  }
  for (const auto& [name, address] : options.hosts) {
    const auto target = parse_target(address);
    if (!target) {
      return Error(ErrorKind::kInvalidConfig,
                   fmt::format("hosts.{}: '{}' is no IP address", name, address))
          .with_hint("write \"ip\" or \"ip:port\"");
    }
    policy.hosts_.push_back({PL_TRY(parse_pattern(name)), *target});
  }
  return policy;
}

bool TargetPolicy::matches(const Pattern& pattern, std::string_view name) {
  if (!pattern.is_wildcard) return equal_ignoring_case(pattern.text, name);
  return name.size() >= pattern.text.size() &&
         equal_ignoring_case(pattern.text, name.substr(name.size() - pattern.text.size()));
}

void TargetPolicy::allow_only(std::span<const std::string> targets) {
  for (const std::string& target : targets) allowed_.push_back(lower_case(target));
}

NetResult<void> TargetPolicy::check_target(std::string_view host, std::uint16_t port) const {
  if (allowed_.empty()) return {};
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  const std::string target =
      lower_case(is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port));
  if (std::ranges::find(allowed_, target) != allowed_.end()) return {};
  return tl::unexpected(
      NetError{.kind = NetErrorKind::kBlockedHostname,
               .op = "dial",
               .message = fmt::format("{} is not among the plan's allow_targets", target)});
}

NetResult<void> TargetPolicy::check_hostname(std::string_view host) const {
  for (const Pattern& pattern : blocked_) {
    if (!matches(pattern, host)) continue;
    return tl::unexpected(
        NetError{.kind = NetErrorKind::kBlockedHostname,
                 .op = "dial",
                 .errno_value = 0,
                 .message = fmt::format("hostname ({}) is in a blocked pattern ({}{})", host,
                                        pattern.is_wildcard ? "*" : "", pattern.text)});
  }
  return {};
}

NetResult<void> TargetPolicy::check_ip(const IpAddress& ip) const {
  for (const Cidr& range : blacklist_) {
    if (!range.contains(ip)) continue;
    return tl::unexpected(NetError{.kind = NetErrorKind::kBlacklistedIp,
                                   .op = "dial",
                                   .errno_value = 0,
                                   .message = fmt::format("ip ({}) is in a blacklisted range ({})",
                                                          ip.to_string(), range.to_string())});
  }
  return {};
}

const TargetPolicy::HostEntry* TargetPolicy::find_host(const std::vector<HostEntry>& entries,
                                                       std::string_view name) {
  const HostEntry* best = nullptr;
  for (const HostEntry& entry : entries) {
    if (!matches(entry.pattern, name)) continue;
    if (!entry.pattern.is_wildcard) return &entry;
    if (best == nullptr || entry.pattern.text.size() > best->pattern.text.size()) best = &entry;
  }
  return best;
}

std::optional<HostOverride> TargetPolicy::find_override(std::string_view host,
                                                        std::uint16_t port) const {
  if (hosts_.empty()) return std::nullopt;
  const HostEntry* entry = find_host(hosts_, fmt::format("{}:{}", host, port));
  if (entry == nullptr) entry = find_host(hosts_, host);
  return entry != nullptr ? std::optional(entry->target) : std::nullopt;
}

}  // namespace proofload::net
