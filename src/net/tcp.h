// TCP streams: connecting one from a fiber, wrapping an accepted one.
#pragma once

#include <memory>
#include <optional>

#include "net/net_error.h"
#include "net/stream.h"
#include "runtime/loop.h"

namespace proofload::net {

// From a fiber: connects, with TCP_NODELAY and keep-alive probes every 30 s. `source` is the local
// address to use (k6's localIPs). Errors: kRefused, kDeadline, kErrno, kCancelled, all op "dial".
NetResult<std::unique_ptr<Stream>> connect_tcp(runtime::Loop& loop, const Endpoint& endpoint,
                                               TimePoint deadline,
                                               std::optional<IpAddress> source = {});

// A stream on `fd`, a connected socket it takes over.
std::unique_ptr<Stream> adopt_tcp(runtime::Loop& loop, int fd);

}  // namespace proofload::net
