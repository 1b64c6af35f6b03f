// TargetPolicy: where load may go. k6's blockHostnames, blacklistIPs and hosts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/address.h"
#include "net/net_error.h"

namespace proofload::net {

// As the options give them; names are matched without regard to case.
struct TargetPolicyOptions {
  std::vector<std::string> block_hostnames;  // "example.com", "*.example.com", "*"
  std::vector<std::string> blacklist_ips;    // CIDR ranges
  // {"host", "host:port" or "*.example.com", "ip" or "ip:port"}
  std::vector<std::pair<std::string, std::string>> hosts;
};

// Where a host override leads; no port keeps the request's.
struct HostOverride {
  IpAddress ip;
  std::optional<std::uint16_t> port;
};

// Immutable after creation, so it may be shared by threads. The dialer asks it before and after
// name resolution, at every connect.
class TargetPolicy {
 public:
  // The error names the entry that is no pattern, range or address.
  static Result<TargetPolicy> create(const TargetPolicyOptions& options);

  // Before the first connect: from now on only these "host:port" of URLs may be loaded; none given
  // is anything.
  void allow_only(std::span<const std::string> targets);
  // Whether a plan allows load there; for every host, IP literals too. The error: kBlockedHostname.
  NetResult<void> check_target(std::string_view host, std::uint16_t port) const;
  // Not for IP literals (k6 lets those pass). The error: kBlockedHostname,
  // "hostname (x) is in a blocked pattern (*)".
  NetResult<void> check_hostname(std::string_view host) const;
  // The error: kBlacklistedIp, "ip (10.1.1.1) is in a blacklisted range (10.0.0.0/8)".
  NetResult<void> check_ip(const IpAddress& ip) const;
  // "host:port" wins over "host", an exact name over a wildcard, a longer wildcard over a shorter.
  std::optional<HostOverride> find_override(std::string_view host, std::uint16_t port) const;

 private:
  // A name, or what follows the '*' of a wildcard; lower case.
  struct Pattern {
    std::string text;
    bool is_wildcard = false;
  };
  struct HostEntry {
    Pattern pattern;
    HostOverride target;
  };
  static const HostEntry* find_host(const std::vector<HostEntry>& entries, std::string_view name);
  static bool matches(const Pattern& pattern, std::string_view name);

  std::vector<std::string> allowed_;  // lower case; empty: anything
  std::vector<Pattern> blocked_;
  std::vector<Cidr> blacklist_;
  std::vector<HostEntry> hosts_;
};

}  // namespace proofload::net
