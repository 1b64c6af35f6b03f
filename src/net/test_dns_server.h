// For tests: a name server on a UDP port of 127.0.0.1 that knows a few names.
#pragma once

#include <arpa/inet.h>
#include <map>
#include <netinet/in.h>
#include <string>
#include <sys/poll.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "base/check.h"
#include "net/address.h"
#include "runtime/loop.h"

namespace proofload::net {

// Answers A and AAAA questions from `names`; other names do not exist.
class TestDnsServer {
 public:
  TestDnsServer(runtime::Loop& loop, std::map<std::string, std::vector<std::string>> names)
      : loop_(loop),
        names_(std::move(names)),
        fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    PL_CHECK(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t length = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    address_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
    watch_ = loop_.io().watch(fd_, POLLIN, [this](short) { answer(); });
  }
  ~TestDnsServer() {
    loop_.io().unwatch(watch_);
    ::close(fd_);
  }
  TestDnsServer(const TestDnsServer&) = delete;
  TestDnsServer& operator=(const TestDnsServer&) = delete;

  const std::string& address() const { return address_; }
  int question_count = 0;  // A questions only

 private:
  void answer() {
    unsigned char query[512];
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const ssize_t size = ::recvfrom(fd_, query, sizeof query, MSG_DONTWAIT,
                                    reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 17) return;
    std::string name;
    std::size_t at = 12;
    while (query[at] != 0) {
      const std::size_t label = query[at];
      name +=
          (name.empty() ? "" : ".") + std::string(reinterpret_cast<char*>(query) + at + 1, label);
      at += label + 1;
    }
    const std::size_t question_end = at + 5;
    const bool wants_v4 = query[at + 2] == 1;
    if (wants_v4) ++question_count;
    const std::string reply =
        make_reply(std::string(reinterpret_cast<char*>(query), question_end), name, wants_v4);
    ::sendto(fd_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
  }

  // The question, turned into its answer.
  std::string make_reply(std::string reply, const std::string& name, bool wants_v4) const {
    const auto known = names_.find(name);
    reply[2] = '\x81';
    reply[3] = known == names_.end() ? '\x83' : '\x80';  // no such name, or fine
    char count = 0;
    std::string records;
    for (const std::string& text :
         known == names_.end() ? std::vector<std::string>{} : known->second) {
      const IpAddress ip = *IpAddress::parse(text);
      if (ip.is_v4() != wants_v4) continue;
      ++count;
      const std::size_t size = wants_v4 ? 4 : 16;
      records += {'\xc0', '\x0c', 0, static_cast<char>(wants_v4 ? 1 : 28),
                  0,      1,      0, 0,
                  0,      60,     0, static_cast<char>(size)};
      records.append(reinterpret_cast<const char*>(ip.bytes().data()), size);
    }
    reply[7] = count;
    reply[9] = reply[11] = 0;
    return reply + records;
  }

  runtime::Loop& loop_;
  std::map<std::string, std::vector<std::string>> names_;
  int fd_;
  std::string address_;
  runtime::SocketId watch_;
};

}  // namespace proofload::net
