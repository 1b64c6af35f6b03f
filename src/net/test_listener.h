// For tests: a listening socket on 127.0.0.1 whose connections are accepted by a fiber.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <sys/poll.h>
#include <sys/socket.h>

#include <unistd.h>

#include "base/check.h"
#include "net/address.h"
#include "runtime/loop.h"
#include "runtime/waiter.h"

namespace proofload::net {

class TestListener {
 public:
  explicit TestListener(runtime::Loop& loop)
      : loop_(loop), waiter_(loop), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    PL_CHECK(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    PL_CHECK(::listen(fd_, 512) == 0);
    socklen_t length = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~TestListener() { close(); }
  TestListener(const TestListener&) = delete;
  TestListener& operator=(const TestListener&) = delete;

  std::uint16_t port() const { return port_; }
  Endpoint endpoint() const { return {*IpAddress::parse("127.0.0.1"), port_}; }
  int descriptor() const { return fd_; }

  // From a fiber: the next connection's descriptor, the caller's from then on.
  int accept() {
    const runtime::SocketId watch = loop_.io().watch(fd_, POLLIN, [this](short) {
      if (waiter_.is_waiting()) waiter_.notify();
    });
    PL_CHECK(waiter_.wait(runtime::Timer::kNever) == runtime::WaitResult::kNotified);
    loop_.io().unwatch(watch);
    return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  runtime::Loop& loop_;
  runtime::Waiter waiter_;
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace proofload::net
