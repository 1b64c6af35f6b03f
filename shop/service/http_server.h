// HTTP/1.1 for one process: connections on one thread, requests wherever the owner answers them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "service/call.h"

namespace proofload::shop {

// A request as it came off the wire. Header names are lower case.
struct WireRequest {
  std::string method;
  std::string target;  // path and query, still encoded
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The first value of that name; empty when there is none.
  std::string header(std::string_view name) const;
};

struct TlsFiles {
  std::string certificate;  // PEM
  std::string key;
};

// Serves until stop(). Requests of one connection are answered in order (pipelined ones wait).
class HttpServer {
 public:
  // Answers once, from any thread.
  using Respond = std::function<void(Reply)>;
  // Called on the connection thread for each request: must not block.
  using OnRequest = std::function<void(WireRequest, Respond)>;

  // `address` is numeric. An error when the port is taken or a TLS file cannot be used.
  static Result<std::unique_ptr<HttpServer>> listen(const std::string& address, std::uint16_t port,
                                                    const TlsFiles& tls, OnRequest on_request);
  ~HttpServer();

  std::uint16_t port() const;
  // Blocks; returns after stop().
  void run();
  // From any thread and from a signal handler's thread.
  void stop();

 private:
  struct Listener;
  explicit HttpServer(std::unique_ptr<Listener> listener);

  std::unique_ptr<Listener> listener_;
};

}  // namespace proofload::shop
