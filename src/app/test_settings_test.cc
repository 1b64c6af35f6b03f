#include "app/test_settings.h"

#include <gtest/gtest.h>

namespace proofload::app {
namespace {

std::vector<std::string> texts(std::string_view input) {
  std::vector<std::string> all;
  const auto addresses = parse_local_ips(input);
  if (!addresses) return {"error: " + addresses.error().message()};
  for (const net::IpAddress& ip : *addresses) all.push_back(ip.to_string());
  return all;
}

using Texts = std::vector<std::string>;

TEST(LocalIps, TakesAddressesRangesAndBlocks) {
  EXPECT_EQ(texts("127.0.0.5"), (Texts{"127.0.0.5"}));
  EXPECT_EQ(texts("127.0.0.254-127.0.1.1"),
            (Texts{"127.0.0.254", "127.0.0.255", "127.0.1.0", "127.0.1.1"}));
  EXPECT_EQ(texts("10.0.0.0/30,::1"),
            (Texts{"10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "::1"}));
  EXPECT_EQ(texts(""), Texts{});
}

TEST(LocalIps, NamesThePartThatIsNone) {
  EXPECT_EQ(texts("127.0.0.1,nonsense"),
            (Texts{"error: local-ips: 'nonsense' is no address, range or CIDR block"}));
  EXPECT_EQ(texts("10.0.0.0/8"), (Texts{"error: local-ips: more than 65536 addresses"}));
}

TEST(ApplyOptions, TurnsOptionsIntoWhatTheNetworkIsSetUpWith) {
  options::TestOptions test;
  test.options.user_agent = "me/1";
  test.options.max_redirects = 3;
  test.options.dns.select = "first";
  test.options.tls_version = options::TlsVersions{.min = "tls1.3", .max = ""};
  test.options.insecure_skip_tls_verify = true;
  test.run_tags = {{"env", "staging"}};
  k6::TestState state;

  ASSERT_TRUE(apply_options(test, {{"SSL_CERT_FILE", "/ca.pem"}}, state));

  EXPECT_EQ(state.client_options.user_agent, "me/1");
  EXPECT_EQ(state.client_options.max_redirects, 3);
  EXPECT_TRUE(state.client_options.has_own_max_redirects);
  EXPECT_FALSE(state.client_options.throttle);
  EXPECT_EQ(state.dns_options.select, net::DnsSelect::kFirst);
  EXPECT_EQ(state.dns_options.ttl, std::chrono::minutes(5));
  EXPECT_EQ(state.tls_options.ca_file, "/ca.pem");
  EXPECT_FALSE(state.tls_options.verify_peer);
  EXPECT_EQ(state.run_tags.at("env"), "staging");
}

}  // namespace
}  // namespace proofload::app
