// Dialer: from a host name to a connected stream, under the target policy, with every step timed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "net/dns.h"
#include "net/net_error.h"
#include "net/stream.h"
#include "net/target_policy.h"
#include "net/tls.h"
#include "runtime/loop.h"

namespace proofload::net {

struct DialRequest {
  std::string host;  // a name or an IP literal, without brackets
  std::uint16_t port = 0;
  bool use_tls = false;
  TimePoint deadline;               // of the request; the dialer's own limit is kDialTimeout
  std::optional<IpAddress> source;  // local address to connect from
};

// Steps that did not take place have the time of the step before them, so differences are zero.
// After an error, later steps have the time of the failure.
struct DialTimings {
  TimePoint start;
  TimePoint dns_done;
  TimePoint tcp_start;
  TimePoint tcp_done;
  TimePoint tls_start;
  TimePoint tls_done;
};

// One per loop; all arguments must outlive it.
class Dialer {
 public:
  // k6's dial timeout.
  static constexpr Duration kDialTimeout = std::chrono::seconds(30);

  Dialer(runtime::Loop& loop, Resolver& resolver, const TargetPolicy& policy, TlsContext& tls)
      : loop_(loop), resolver_(resolver), policy_(policy), tls_(tls) {}

  // From a fiber: a connected stream that has not been started. `timings` are filled on errors
  // too. In this order: policy on the name, host overrides, DNS, policy on the address, connect,
  // handshake.
  NetResult<std::unique_ptr<Stream>> dial(const DialRequest& request, DialTimings& timings);

 private:
  NetResult<Endpoint> find_endpoint(const DialRequest& request);
  NetResult<std::unique_ptr<Stream>> connect(const DialRequest& request, const Endpoint& endpoint);

  runtime::Loop& loop_;
  Resolver& resolver_;
  const TargetPolicy& policy_;
  TlsContext& tls_;
};

}  // namespace proofload::net
