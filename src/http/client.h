// The HTTP client of one VU: its connections, and calls with redirects, cookies, digest and
// retries.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "http/debug_dump.h"
#include "http/proxy.h"
#include "http/request.h"
#include "http/response.h"
#include "net/address.h"

namespace proofload::runtime {
class Loop;
}
namespace proofload::net {
class Dialer;
class TlsContext;
}  // namespace proofload::net

namespace proofload::http {

// k6's options that matter here, the same for all VUs. Must outlive every Transport.
struct ClientOptions {
  std::string user_agent = "Grafana k6/2.2.0";  // "" sends none
  int max_redirects = 10;
  bool has_own_max_redirects = false;   // set by the user: reaching it is not worth a warning
  bool no_connection_reuse = false;     // every request on a new connection, with Connection: close
  bool no_vu_connection_reuse = false;  // end_of_iteration() closes what is idle
  int batch = 20;          // requests of one batch in flight, and idle connections kept
  int batch_per_host = 6;  // the same, per host
  ProxyConfig proxy;
  HttpDebug http_debug = HttpDebug::kOff;
  // What one decompressed body may take (1701 beyond it).
  std::size_t body_bytes_max = std::size_t{512} << 20;
  // The `rps` option: called once per call on the fiber that runs it, before any timing starts;
  // it blocks that fiber until the call may go out. Empty: no limit.
  std::function<void()> throttle;
};

// What the clients of one engine thread share: loop, dialer, options, heads already serialised,
// helper fibers. Bound to its loop's thread; outlives its clients.
class Transport {
 public:
  // `tls` is for handshakes through a proxy's tunnel; use the dialer's.
  Transport(runtime::Loop& loop, net::Dialer& dialer, net::TlsContext& tls,
            const ClientOptions& options);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  struct Shared;
  Shared& shared() { return *shared_; }

 private:
  std::unique_ptr<Shared> shared_;
};

// Bytes on the sockets of a VU, TLS and heads included: k6's data_sent and data_received.
struct ByteCounts {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};

// Not thread-safe; lives on its transport's loop. No call may be running when it is destroyed:
// cancel_all() first, and let the fibers return.
class Client {
 public:
  // `source` is the VU's local address (k6's localIPs).
  explicit Client(Transport& transport, std::optional<net::IpAddress> source = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Blocks the calling fiber until the call has ended, one way or another; `response` says how.
  // Several fibers may be inside at once.
  void send(const Request& request, Response& response);

  // Runs all, up to the options' batch and batchPerHost at once, and blocks until all have ended.
  // `responses` has as many as `requests`; each gets its own outcome.
  void batch(std::span<const Request> requests, std::span<Response> responses);

  // Runs the call on a helper fiber and returns at once. `on_done` is called on that fiber when it
  // has ended, stopped ones included; what `request` points to and `response` must stay until then.
  void start(const Request& request, Response& response, std::function<void()> on_done);

  // Ends every call of this VU with Outcome::kStopped as soon as its fiber runs, closes its
  // connections, and refuses later calls the same way until resume() is called.
  void cancel_all();
  void resume();

  // Applies no_vu_connection_reuse. Call when an iteration has ended.
  void end_of_iteration();
  void close_idle_connections();

  // Bytes since the last call of this.
  ByteCounts take_byte_counts();
  std::size_t idle_connection_count() const;
  std::size_t running_call_count() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace proofload::http
