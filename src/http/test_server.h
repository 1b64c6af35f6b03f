// For tests: a scripted server on 127.0.0.1, one fiber a connection, and an observer that takes
// notes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "http/response.h"
#include "net/tcp.h"
#include "net/test_listener.h"
#include "runtime/waiter.h"

namespace proofload::http {

// One accepted connection, from the server's side.
class Peer final : private net::StreamHandler {
 public:
  Peer(runtime::Loop& loop, int fd, std::vector<std::string>& requests)
      : fd_(fd), waiter_(loop), stream_(net::adopt_tcp(loop, fd)), requests_(requests) {}

  void start() { stream_->start(*this); }

  // The next request with its body, or nullopt when the client is gone.
  std::optional<std::string> read_request() {
    while (true) {
      if (const std::size_t size = request_bytes(); size != 0) {
        std::string request = received_.substr(0, size);
        received_.erase(0, size);
        requests_.push_back(request);
        return request;
      }
      if (is_ended_ || waiter_.wait(runtime::Timer::kNever) != runtime::WaitResult::kNotified) {
        return std::nullopt;
      }
    }
  }
  void write(std::string_view text) {
    stream_->write(std::as_bytes(std::span(text.data(), text.size())));
  }
  // Answers every request with `response` until the client leaves.
  void answer_all(std::string_view response) {
    while (read_request()) write(response);
  }
  void close() { stream_->close(); }
  // Ends the connection with a reset instead of an orderly close.
  void reset() {
    const linger hard{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    stream_->close();
  }
  // Waits until the client has closed.
  void wait_for_end() {
    while (!is_ended_ && waiter_.wait(runtime::Timer::kNever) == runtime::WaitResult::kNotified) {
    }
  }

 private:
  void on_data(std::span<const std::byte> bytes, TimePoint) override {
    received_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    waiter_.notify();
  }
  void on_closed(const net::StreamEnd&) override {
    is_ended_ = true;
    waiter_.notify();
  }
  // Size of the complete request at the front of what has come; 0 if it is not complete.
  std::size_t request_bytes() const {
    const auto head_end = received_.find("\r\n\r\n");
    if (head_end == std::string::npos) return 0;
    const std::string_view head = std::string_view(received_).substr(0, head_end);
    std::size_t body = 0;
    if (const auto at = head.find("Content-Length: "); at != std::string_view::npos) {
      body = std::stoul(std::string(head.substr(at + 16)));
    } else if (head.find("chunked") != std::string_view::npos) {
      body = 5;  // tests send the empty chunked body only
    }
    const std::size_t size = head_end + 4 + body;
    return received_.size() >= size ? size : 0;
  }

  int fd_;
  runtime::Waiter waiter_;
  std::unique_ptr<net::Stream> stream_;
  std::string received_;
  std::vector<std::string>& requests_;
  bool is_ended_ = false;
};

class TestServer {
 public:
  // `script` runs on a fiber of its own for every connection; the connection's index counts from 0.
  using Script = std::function<void(Peer& peer, int index)>;

  TestServer(runtime::Loop& loop, Script script)
      : loop_(loop), listener_(loop), script_(std::move(script)) {
    watch_ = loop_.io().watch(listener_.descriptor(), POLLIN, [this](short) { accept(); });
  }

  std::string url(std::string_view path = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", listener_.port(), path);
  }
  std::uint16_t port() const { return listener_.port(); }
  int connection_count() const { return static_cast<int>(connections_.size()); }
  const std::vector<std::string>& requests() const { return requests_; }

  // From a fiber: ends the scripts. Call before the server is destroyed.
  void stop() {
    loop_.io().unwatch(watch_);
    for (const auto& connection : connections_) {
      while (!connection->fiber.is_idle()) {
        loop_.cancel(connection->fiber);
        loop_.yield();
      }
    }
  }

 private:
  struct Connection {
    Connection(runtime::Loop& loop, int fd, std::vector<std::string>& requests)
        : peer(loop, fd, requests) {}
    Peer peer;
    runtime::Fiber fiber;
  };

  void accept() {
    const int fd = ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int index = connection_count();
    connections_.push_back(std::make_unique<Connection>(loop_, fd, requests_));
    Connection& connection = *connections_.back();
    loop_.spawn(connection.fiber, [this, &connection, index] {
      connection.peer.start();
      script_(connection.peer, index);
      connection.peer.close();
    });
  }

  runtime::Loop& loop_;
  net::TestListener listener_;
  Script script_;
  runtime::SocketId watch_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::string> requests_;
};

// Keeps what it is told, as text.
class Notes final : public HopObserver {
 public:
  void on_hop(const Hop& hop) override {
    hops.push_back(fmt::format("{} {} {} {}{}", hop.method, hop.url, hop.status, hop.error_code,
                               hop.is_reused ? " reused" : ""));
    errors.emplace_back(hop.error);
    timings.push_back(hop.timings);
    challenges.push_back(hop.is_challenge);
  }
  void on_warning(std::string_view message, std::string_view url) override {
    warnings.push_back(fmt::format("{}|{}", message, url));
  }
  void on_dump(std::string_view text, std::string_view) override { dumps.emplace_back(text); }

  std::vector<std::string> hops;
  std::vector<std::string> errors;
  std::vector<Timings> timings;
  std::vector<bool> challenges;
  std::vector<std::string> warnings;
  std::vector<std::string> dumps;
};

inline std::string ok(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}
inline std::string redirect(int status, std::string_view location) {
  return fmt::format("HTTP/1.1 {} Moved\r\nLocation: {}\r\nContent-Length: 2\r\n\r\nno", status,
                     location);
}

}  // namespace proofload::http
