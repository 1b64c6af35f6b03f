#include "observe/environment_facts.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using evidence::Facts;
using evidence::FactsOfKind;
using std::chrono::seconds;
using testing::HasSubstr;

FactsOfKind flags_of(const std::string& json) {
  Facts facts;
  add_flags(Json::parse(json), facts);
  return facts["flags"];
}

TEST(Flags, AreNamedByTheirWayDown) {
  EXPECT_EQ(flags_of(R"({"new_cart":true,"search":{"engine":"v2","limit":10}})"),
            (FactsOfKind{{"new_cart", "true"}, {"search.engine", "v2"}, {"search.limit", "10"}}));
}

TEST(Flags, InListsAreNamedByThemselves) {
  EXPECT_EQ(flags_of(R"({"features":[{"name":"a","enabled":true},{"key":"b","enabled":false}]})"),
            (FactsOfKind{{"a.enabled", "true"}, {"b.enabled", "false"}}));
  EXPECT_EQ(flags_of(R"({"hosts":["x","y"]})"),
            (FactsOfKind{{"hosts[0]", "x"}, {"hosts[1]", "y"}}));
}

TEST(Flags, ThatAreNestedWithoutEndAreLeftOut) {
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += R"({"a":)";
  EXPECT_EQ(flags_of(deep + "1" + std::string(20000, '}')), FactsOfKind{});
}

TEST(ConnectTime, IsThatOfAHandshake) {
  TestServer server;
  server.start();
  const std::string url = server.url();
  const auto near = connect_time("127.0.0.1", url.substr(url.rfind(':') + 1), seconds(1));
  ASSERT_TRUE(near);
  EXPECT_GT(*near, Duration::zero());
  EXPECT_LT(*near, seconds(1));
}

TEST(ConnectTime, OfARefusedConnectionIsAnError) {
  const DeadPort refusing(false);
  const auto took = connect_time("127.0.0.1", std::to_string(refusing.port()), seconds(1));

  ASSERT_FALSE(took);
  EXPECT_THAT(took.error().message(), HasSubstr("cannot be connected to"));
}

}  // namespace
}  // namespace proofload::observe
