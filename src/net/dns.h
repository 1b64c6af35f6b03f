// Name resolution with k6's `dns` options: c-ares on the loop, a cache, a choice among addresses.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "net/address.h"
#include "net/net_error.h"
#include "runtime/loop.h"

namespace proofload::net {

enum class DnsSelect : std::uint8_t { kFirst, kRandom, kRoundRobin };
enum class DnsPolicy : std::uint8_t { kPreferIpv4, kPreferIpv6, kOnlyIpv4, kOnlyIpv6, kAny };

// k6's defaults.
struct DnsOptions {
  static constexpr Duration kTtlForever = Duration::max();

  Duration ttl = std::chrono::minutes(5);  // 0: no cache; kTtlForever for "inf"
  DnsSelect select = DnsSelect::kRandom;
  DnsPolicy policy = DnsPolicy::kPreferIpv4;
  std::string servers;  // "ip:port,..." instead of the system's; tests use it
};

// One per loop.
class Resolver {
 public:
  // An error when c-ares cannot read the system's configuration.
  static Result<std::unique_ptr<Resolver>> create(runtime::Loop& loop, const DnsOptions& options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // From a fiber: one address of `host` by the select and policy options. An IP literal and a
  // cached name are immediate; fibers that ask for the same name meanwhile share one query.
  // /etc/hosts counts as in nsswitch.conf. Errors: kDnsNoSuchHost and kDns with Go's text
  // ("lookup nope.invalid on 127.0.0.1:53: no such host"), kDeadline, kCancelled.
  NetResult<IpAddress> resolve(std::string_view host, TimePoint deadline);

 private:
  struct State;
  explicit Resolver(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proofload::net
