// A tunnel through a proxy: CONNECT, and the stream that is left once the proxy has agreed.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "http/error_code.h"
#include "net/stream.h"
#include "runtime/loop.h"

namespace proofload::http {

struct TunnelRequest {
  std::string host_and_port;  // of the target
  std::string proxy_authorization;
  std::string user_agent;
  TimePoint deadline;
};

// From a fiber: asks the proxy behind `stream`, which has not been started, for a tunnel. The
// result is a stream to the target that has not been started either. A refusal's text is the
// proxy's reason phrase, as in Go.
net::NetResult<std::unique_ptr<net::Stream>> open_tunnel(runtime::Loop& loop,
                                                         std::unique_ptr<net::Stream> stream,
                                                         const TunnelRequest& request);

}  // namespace proofload::http
