// What does a whole send() cost against a server on the same loop, kernel included?
// 22 us of CPU with io_uring, 20 us with epoll, of which the server's half and the kernel are most.
#include "http/client.h"

#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "http/test_server.h"
#include "net/dialer.h"

namespace proofload::http {
namespace {

void send(benchmark::State& state, runtime::IoKind kind) {
  auto created = runtime::Loop::create(kind);
  if (!created) return state.SkipWithError(created.error().message().c_str());
  runtime::Loop& loop = **created;
  const auto resolver = *net::Resolver::create(loop, {});
  const auto policy = *net::TargetPolicy::create({});
  const auto tls = *net::TlsContext::create({});
  net::Dialer dialer(loop, *resolver, policy, *tls);
  const ClientOptions options;
  runtime::Fiber fiber;
  loop.spawn(fiber, [&] {
    Transport transport(loop, dialer, *tls, options);
    TestServer server(loop, [](Peer& peer, int) { peer.answer_all(ok(std::string(300, 'x'))); });
    {
      Client client(transport);
      Response response;
      const std::string url = server.url("/products?page=2");
      const Request request{.url = url};
      for (auto _ : state) client.send(request, response);
      client.cancel_all();
    }
    server.stop();
    loop.stop();
  });
  loop.run();
}
BENCHMARK_CAPTURE(send, uring, runtime::IoKind::kUring);
BENCHMARK_CAPTURE(send, epoll, runtime::IoKind::kEpoll);

}  // namespace
}  // namespace proofload::http
