#include "net/dns.h"

#include <functional>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "net/test_dns_server.h"
#include "runtime/fiber.h"
#include "runtime/loop.h"

namespace proofload::net {
namespace {

using runtime::Fiber;
using runtime::IoKind;
using runtime::Loop;
using std::chrono::milliseconds;
using std::chrono::seconds;

class DnsTest : public testing::TestWithParam<IoKind> {
 protected:
  void SetUp() override {
    auto created = Loop::create(GetParam());
    if (!created) GTEST_SKIP() << created.error().message();
    loop_ = std::move(*created);
    server_ = std::make_unique<TestDnsServer>(
        *loop_, std::map<std::string, std::vector<std::string>>{
                    {"both.test", {"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1"}},
                    {"six.test", {"fd00::6"}}});
  }

  std::unique_ptr<Resolver> resolver(DnsOptions options) {
    options.servers = server_->address();
    auto created = Resolver::create(*loop_, options);
    EXPECT_TRUE(created);
    return std::move(*created);
  }

  void run(std::function<void()> body) {
    Fiber fiber;
    loop_->spawn(fiber, [&] {
      body();
      loop_->stop();
    });
    loop_->run();
  }

  // From a fiber: the address, or the error's text.
  static std::string resolve(Resolver& resolver, std::string_view host) {
    const auto ip = resolver.resolve(host, monotonic_now() + seconds(20));
    return ip ? ip->to_string() : ip.error().message;
  }

  std::unique_ptr<Loop> loop_;
  std::unique_ptr<TestDnsServer> server_;
};

TEST_P(DnsTest, LiteralsNeedNoServer) {
  const auto dns = resolver({});
  run([&] {
    EXPECT_EQ(resolve(*dns, "192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(resolve(*dns, "2001:db8::7"), "2001:db8::7");
  });

  EXPECT_EQ(server_->question_count, 0);
}

TEST_P(DnsTest, PolicyChoosesTheFamily) {
  const auto answer = [&](DnsPolicy policy, std::string_view host) {
    const auto dns = resolver({.select = DnsSelect::kFirst, .policy = policy});
    std::string text;
    run([&] { text = resolve(*dns, host); });
    return text;
  };
  const std::string missing = "lookup six.test on " + server_->address() + ": no such host";

  EXPECT_EQ(answer(DnsPolicy::kPreferIpv4, "both.test"), "10.0.0.1");
  EXPECT_EQ(answer(DnsPolicy::kPreferIpv6, "both.test"), "fd00::1");
  EXPECT_EQ(answer(DnsPolicy::kPreferIpv4, "six.test"), "fd00::6");
  EXPECT_EQ(answer(DnsPolicy::kOnlyIpv6, "both.test"), "fd00::1");
  EXPECT_EQ(answer(DnsPolicy::kOnlyIpv4, "six.test"), missing);
}

TEST_P(DnsTest, RoundRobinGoesThroughAllAddressesFromTheCache) {
  const auto dns = resolver({.select = DnsSelect::kRoundRobin});
  std::string seen;
  run([&] {
    for (int i = 0; i < 5; ++i) seen += resolve(*dns, "both.test").back();
  });

  // The first answer is not from the cache yet, whose turn starts with its first address.
  EXPECT_EQ(seen, "11231");
  EXPECT_EQ(server_->question_count, 1);
}

TEST_P(DnsTest, RandomUsesMoreThanOneAddress) {
  const auto dns = resolver({.select = DnsSelect::kRandom});
  std::set<std::string> seen;
  run([&] {
    for (int i = 0; i < 200; ++i) seen.insert(resolve(*dns, "both.test"));
  });

  EXPECT_EQ(seen, (std::set<std::string>{"10.0.0.1", "10.0.0.2", "10.0.0.3"}));
}

TEST_P(DnsTest, ATtlOfZeroAsksEveryTime) {
  const auto dns = resolver({.ttl = Duration{}});
  run([&] {
    for (int i = 0; i < 3; ++i) resolve(*dns, "both.test");
  });

  EXPECT_EQ(server_->question_count, 3);
}

TEST_P(DnsTest, AnExpiredEntryIsAskedForAgain) {
  const auto dns = resolver({.ttl = milliseconds(1)});
  run([&] {
    resolve(*dns, "both.test");
    loop_->sleep_for(milliseconds(2));
    resolve(*dns, "both.test");
  });

  EXPECT_EQ(server_->question_count, 2);
}

TEST_P(DnsTest, FibersThatAskTogetherShareOneQuestion) {
  const auto dns = resolver({.select = DnsSelect::kFirst});
  Fiber other;
  std::string first;
  std::string second;
  loop_->spawn(other, [&] { first = resolve(*dns, "both.test"); });
  run([&] {
    second = resolve(*dns, "both.test");
    while (!other.is_idle()) loop_->yield();
  });

  EXPECT_EQ(first, "10.0.0.1");
  EXPECT_EQ(second, "10.0.0.1");
  EXPECT_EQ(server_->question_count, 1);
}

TEST_P(DnsTest, AMissingNameIsReportedAsGoDoesAndNotCached) {
  const auto dns = resolver({});
  run([&] {
    for (int i = 0; i < 2; ++i) {
      const auto ip = dns->resolve("nope.test", monotonic_now() + seconds(20));
      ASSERT_FALSE(ip);
      EXPECT_EQ(ip.error().kind, NetErrorKind::kDnsNoSuchHost);
      EXPECT_EQ(ip.error().message, "lookup nope.test on " + server_->address() + ": no such host");
    }
  });

  EXPECT_EQ(server_->question_count, 2);
}

TEST_P(DnsTest, LocalhostComesFromTheHostsFile) {
  const auto dns = resolver({});
  run([&] { EXPECT_EQ(resolve(*dns, "localhost"), "127.0.0.1"); });

  EXPECT_EQ(server_->question_count, 0);
}

TEST_P(DnsTest, ASilentServerEndsTheWaitAtTheDeadline) {
  const int silent = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(silent, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  socklen_t length = sizeof address;
  ::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &length);
  const auto dns =
      Resolver::create(*loop_, {.servers = fmt::format("127.0.0.1:{}", ntohs(address.sin_port))});
  ASSERT_TRUE(dns);
  run([&] {
    const auto ip = (*dns)->resolve("both.test", monotonic_now() + milliseconds(5));
    ASSERT_FALSE(ip);
    EXPECT_EQ(ip.error().kind, NetErrorKind::kDeadline);
  });
  ::close(silent);
}

INSTANTIATE_TEST_SUITE_P(Backends, DnsTest, testing::Values(IoKind::kEpoll, IoKind::kUring),
                         [](const auto& param) {
                           return param.param == IoKind::kEpoll ? "Epoll" : "Uring";
                         });

}  // namespace
}  // namespace proofload::net
