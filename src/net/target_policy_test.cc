#include "net/target_policy.h"

#include <gtest/gtest.h>

namespace proofload::net {
namespace {

std::string refused(const NetResult<void>& result) {
  return result ? "allowed" : result.error().message;
}

TEST(TargetPolicy, BlocksHostnamesByExactNameAndByWildcard) {
  const auto policy = TargetPolicy::create({.block_hostnames = {"bad.example.com", "*.Internal"}});
  ASSERT_TRUE(policy);

  EXPECT_EQ(refused(policy->check_hostname("BAD.example.com")),
            "hostname (BAD.example.com) is in a blocked pattern (bad.example.com)");
  EXPECT_EQ(refused(policy->check_hostname("db.internal")),
            "hostname (db.internal) is in a blocked pattern (*.internal)");
  EXPECT_EQ(refused(policy->check_hostname("internal")), "allowed");
  EXPECT_EQ(refused(policy->check_hostname("good.example.com")), "allowed");
  EXPECT_EQ(policy->check_hostname("db.internal").error().kind, NetErrorKind::kBlockedHostname);
}

TEST(TargetPolicy, ALoneStarBlocksEveryHostname) {
  const auto policy = TargetPolicy::create({.block_hostnames = {"*"}});

  EXPECT_EQ(refused(policy->check_hostname("x")), "hostname (x) is in a blocked pattern (*)");
}

TEST(TargetPolicy, RefusesAddressesInABlacklistedRange) {
  const auto policy = TargetPolicy::create({.blacklist_ips = {"10.0.0.0/8"}});

  EXPECT_EQ(refused(policy->check_ip(*IpAddress::parse("10.1.1.1"))),
            "ip (10.1.1.1) is in a blacklisted range (10.0.0.0/8)");
  EXPECT_EQ(refused(policy->check_ip(*IpAddress::parse("11.1.1.1"))), "allowed");
}

TEST(TargetPolicy, PrefersAnOverrideWithPortThenExactThenTheLongestWildcard) {
  const auto policy = TargetPolicy::create({.hosts = {{"*.example.com", "1.1.1.1"},
                                                      {"*.a.example.com", "2.2.2.2:81"},
                                                      {"x.a.example.com", "3.3.3.3"},
                                                      {"x.a.example.com:8443", "[::1]:9"}}});
  ASSERT_TRUE(policy);
  const auto target = [&](std::string_view host, std::uint16_t port) -> std::string {
    const auto found = policy->find_override(host, port);
    if (!found) return "none";
    return found->ip.to_string() + "/" + (found->port ? std::to_string(*found->port) : "same");
  };

  EXPECT_EQ(target("x.a.example.com", 8443), "::1/9");
  EXPECT_EQ(target("x.a.example.com", 80), "3.3.3.3/same");
  EXPECT_EQ(target("Y.a.example.com", 80), "2.2.2.2/81");
  EXPECT_EQ(target("b.example.com", 80), "1.1.1.1/same");
  EXPECT_EQ(target("example.org", 80), "none");
}

TEST(TargetPolicy, NamesTheEntryItCannotUse) {
  EXPECT_EQ(TargetPolicy::create({.blacklist_ips = {"10.0.0.0/40"}}).error().message(),
            "invalid CIDR address: 10.0.0.0/40");
  EXPECT_EQ(TargetPolicy::create({.block_hostnames = {"a.*.b"}}).error().message(),
            "invalid hostname pattern 'a.*.b'");
  EXPECT_EQ(TargetPolicy::create({.hosts = {{"h", "nowhere"}}}).error().message(),
            "hosts.h: 'nowhere' is no IP address");
}

}  // namespace
}  // namespace proofload::net
