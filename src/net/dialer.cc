#include "net/dialer.h"

#include <algorithm>
#include <utility>

#include "net/tcp.h"

namespace proofload::net {

NetResult<std::unique_ptr<Stream>> Dialer::dial(const DialRequest& request, DialTimings& timings) {
  timings.start = monotonic_now();
  const auto endpoint = find_endpoint(request);
  const TimePoint found = monotonic_now();
  timings.dns_done = timings.tcp_start = timings.tcp_done = found;
  timings.tls_start = timings.tls_done = found;
  if (!endpoint) return tl::unexpected(endpoint.error());

  auto stream = connect(request, *endpoint);
  timings.tcp_done = timings.tls_start = timings.tls_done = monotonic_now();
  if (!stream || !request.use_tls) return stream;

  auto secured = tls_.handshake(loop_, std::move(*stream), request.host, request.deadline);
  timings.tls_done = monotonic_now();
  return secured;
}

NetResult<Endpoint> Dialer::find_endpoint(const DialRequest& request) {
  if (auto allowed = policy_.check_target(request.host, request.port); !allowed) {
    return tl::unexpected(std::move(allowed).error());
  }
  const auto literal = IpAddress::parse(request.host);
  if (!literal) {
    if (auto allowed = policy_.check_hostname(request.host); !allowed) {
      return tl::unexpected(std::move(allowed).error());
    }
  }
  Endpoint endpoint{literal.value_or(IpAddress{}), request.port};
  if (const auto target = policy_.find_override(request.host, request.port)) {
    endpoint = {target->ip, target->port.value_or(request.port)};
  } else if (!literal) {
    auto resolved = resolver_.resolve(request.host, request.deadline);
    if (!resolved) return tl::unexpected(std::move(resolved).error());
    endpoint.ip = *resolved;
  }
  if (auto allowed = policy_.check_ip(endpoint.ip); !allowed) {
    return tl::unexpected(std::move(allowed).error());
  }
  return endpoint;
}

NetResult<std::unique_ptr<Stream>> Dialer::connect(const DialRequest& request,
                                                   const Endpoint& endpoint) {
  const TimePoint own_limit = monotonic_now() + kDialTimeout;
  auto stream = connect_tcp(loop_, endpoint, std::min(request.deadline, own_limit), request.source);
  if (!stream && stream.error().kind == NetErrorKind::kDeadline && own_limit < request.deadline) {
    stream.error().kind = NetErrorKind::kDialTimeout;
  }
  return stream;
}

}  // namespace proofload::net
