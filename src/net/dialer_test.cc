#include "net/dialer.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "net/test_dns_server.h"
#include "net/test_listener.h"
#include "runtime/loop.h"

namespace proofload::net {
namespace {

using runtime::Fiber;
using runtime::Loop;
using std::chrono::seconds;

class DialerTest : public testing::Test {
 protected:
  DialerTest()
      : loop_(std::move(*Loop::create())),
        listener_(*loop_),
        server_(*loop_, {{"shop.test", {"127.0.0.1"}}, {"inner.test", {"10.1.1.1"}}}),
        resolver_(std::move(*Resolver::create(*loop_, {.servers = server_.address()}))),
        tls_(std::move(*TlsContext::create({}))) {}

  // Dials under `options`; the peer's address, or the error's text.
  std::string dial(const TargetPolicyOptions& options, const std::string& host,
                   std::optional<std::uint16_t> port = {}) {
    const TargetPolicy policy = *TargetPolicy::create(options);
    Dialer dialer(*loop_, *resolver_, policy, *tls_);
    std::string outcome;
    Fiber fiber;
    loop_->spawn(fiber, [&] {
      const auto stream = dialer.dial({.host = host,
                                       .port = port.value_or(listener_.port()),
                                       .deadline = monotonic_now() + seconds(20)},
                                      timings_);
      outcome = stream ? (*stream)->peer().to_string() : stream.error().message;
      loop_->stop();
    });
    loop_->run();
    return outcome;
  }

  std::unique_ptr<Loop> loop_;
  TestListener listener_;
  TestDnsServer server_;
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<TlsContext> tls_;
  DialTimings timings_;
};

TEST_F(DialerTest, ResolvesConnectsAndTimesEveryStep) {
  EXPECT_EQ(dial({}, "shop.test"), listener_.endpoint().to_string());
  EXPECT_LT(timings_.start, timings_.dns_done);
  EXPECT_LE(timings_.dns_done, timings_.tcp_start);
  EXPECT_LT(timings_.tcp_start, timings_.tcp_done);
  EXPECT_EQ(timings_.tls_start, timings_.tcp_done);
  EXPECT_EQ(timings_.tls_done, timings_.tls_start);
}

TEST_F(DialerTest, ABlockedHostnameIsNotEvenLookedUp) {
  EXPECT_EQ(dial({.block_hostnames = {"*.test"}}, "shop.test"),
            "hostname (shop.test) is in a blocked pattern (*.test)");
  EXPECT_EQ(server_.question_count, 0);
  EXPECT_EQ(timings_.tls_done, timings_.dns_done);
}

TEST_F(DialerTest, BlockedPatternsDoNotApplyToLiterals) {
  EXPECT_EQ(dial({.block_hostnames = {"*"}}, "127.0.0.1"), listener_.endpoint().to_string());
}

TEST_F(DialerTest, ABlacklistAppliesToResolvedAndLiteralAddresses) {
  const TargetPolicyOptions options{.blacklist_ips = {"10.0.0.0/8"}};

  EXPECT_EQ(dial(options, "inner.test"), "ip (10.1.1.1) is in a blacklisted range (10.0.0.0/8)");
  EXPECT_EQ(dial(options, "10.1.1.1"), "ip (10.1.1.1) is in a blacklisted range (10.0.0.0/8)");
}

TEST_F(DialerTest, AHostOverrideReplacesNameResolutionAndPort) {
  const std::string target = listener_.endpoint().to_string();

  EXPECT_EQ(dial({.hosts = {{"elsewhere.example", target}}}, "elsewhere.example", 9), target);
  EXPECT_EQ(server_.question_count, 0);
}

TEST_F(DialerTest, AnOverrideIntoABlacklistedRangeIsRefused) {
  EXPECT_EQ(
      dial({.blacklist_ips = {"10.0.0.0/8"}, .hosts = {{"x.example", "10.2.2.2"}}}, "x.example"),
      "ip (10.2.2.2) is in a blacklisted range (10.0.0.0/8)");
}

TEST_F(DialerTest, AMissingNameKeepsLaterTimesAtTheFailure) {
  EXPECT_EQ(dial({}, "nope.test"), "lookup nope.test on " + server_.address() + ": no such host");
  EXPECT_EQ(timings_.tcp_done, timings_.dns_done);
}

}  // namespace
}  // namespace proofload::net
