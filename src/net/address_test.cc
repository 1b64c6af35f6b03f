#include "net/address.h"

#include <gtest/gtest.h>

namespace proofload::net {
namespace {

std::string round_trip(std::string_view text) {
  const auto ip = IpAddress::parse(text);
  return ip ? ip->to_string() : "none";
}

TEST(IpAddress, ParsesBothFamiliesAndNothingElse) {
  EXPECT_EQ(round_trip("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(round_trip("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(round_trip("example.com"), "none");
  EXPECT_EQ(round_trip("1.2.3"), "none");
  EXPECT_EQ(round_trip(""), "none");
}

TEST(IpAddress, HoldsAMappedAddressAsIpv4) {
  EXPECT_EQ(round_trip("::ffff:10.1.2.3"), "10.1.2.3");
}

TEST(Endpoint, PutsIpv6InBracketsAndSurvivesSockaddr) {
  const Endpoint v4{*IpAddress::parse("10.0.0.1"), 80};
  const Endpoint v6{*IpAddress::parse("::1"), 443};
  sockaddr_storage storage{};

  EXPECT_EQ(v4.to_string(), "10.0.0.1:80");
  EXPECT_EQ(v6.to_string(), "[::1]:443");
  to_sockaddr(v4, storage);
  EXPECT_EQ(from_sockaddr(storage), v4);
  to_sockaddr(v6, storage);
  EXPECT_EQ(from_sockaddr(storage), v6);
}

TEST(Cidr, ContainsExactlyItsRange) {
  const auto range = Cidr::parse("10.1.2.3/15");
  ASSERT_TRUE(range);

  EXPECT_EQ(range->to_string(), "10.0.0.0/15");
  EXPECT_TRUE(range->contains(*IpAddress::parse("10.0.0.0")));
  EXPECT_TRUE(range->contains(*IpAddress::parse("10.1.255.255")));
  EXPECT_FALSE(range->contains(*IpAddress::parse("10.2.0.0")));
  EXPECT_FALSE(range->contains(*IpAddress::parse("::1")));
  EXPECT_TRUE(Cidr::parse("fe80::/10")->contains(*IpAddress::parse("febf::1")));
  EXPECT_TRUE(Cidr::parse("0.0.0.0/0")->contains(*IpAddress::parse("255.1.1.1")));
}

TEST(Cidr, RefusesWhatIsNoRange) {
  for (const char* text : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "x/8", "10.0.0.0/8x"}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

}  // namespace
}  // namespace proofload::net
