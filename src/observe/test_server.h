// For tests: a scripted HTTP server, and a port that swallows what it is sent, both on loopback.
#pragma once

#include <arpa/inet.h>
#include <memory>
#include <string>
#include <sys/socket.h>

#include <fmt/format.h>
#include <httplib.h>
#include <unistd.h>

#include "runtime/thread.h"

namespace proofload::observe {

// Serves what its owner registers with http().Get(...) until it is destroyed.
class TestServer {
 public:
  TestServer() : port_(server_.bind_to_any_port("127.0.0.1")) {}
  ~TestServer() { server_.stop(); }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  httplib::Server& http() { return server_; }
  void get(const std::string& path, const std::string& body,
           const std::string& type = "text/plain") {
    server_.Get(path, [body, type](const httplib::Request&, httplib::Response& response) {
      response.set_content(body, type);
    });
  }
  // After everything is registered.
  void start() {
    thread_ =
        runtime::Thread::start({.name = "test-server"}, [this] { server_.listen_after_bind(); });
    while (!server_.is_running()) usleep(1000);
  }
  std::string url(const std::string& path = "") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }

 private:
  httplib::Server server_;
  int port_;
  runtime::Thread thread_;
};

// A bound socket: with `is_listening` connections succeed and are never answered, else they are
// refused.
class DeadPort {
 public:
  explicit DeadPort(bool is_listening) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    static_cast<void>(bind(fd_, generic, length));
    getsockname(fd_, generic, &length);
    port_ = ntohs(address.sin_port);
    if (is_listening) static_cast<void>(listen(fd_, 16));
  }
  ~DeadPort() { close(fd_); }
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;

  int port() const { return port_; }
  std::string url(const std::string& path = "") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }

 private:
  int fd_;
  int port_ = 0;
};

}  // namespace proofload::observe
