#include "k6/endpoint_table.h"

#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

class EndpointTableTest : public ::testing::Test {
 protected:
  EndpointTableTest() {
    EXPECT_TRUE(table_.add("browse", "GET", "/products", registry_));
    EXPECT_TRUE(table_.add("detail", "GET", "/products/{id}", registry_));
    EXPECT_TRUE(table_.add("home", "GET", "/", registry_));
    EXPECT_TRUE(table_.add_other(registry_));
  }
  std::string row(std::string_view method, std::string_view url) {
    return table_.find(method, url).name;
  }

  metrics::Registry registry_;
  EndpointTable table_;
};

TEST_F(EndpointTableTest, ManyUrlsAreOneRow) {
  EXPECT_EQ(row("GET", "http://shop:8080/products/1"), "detail");
  EXPECT_EQ(row("GET", "http://shop:8080/products/x-2?color=red"), "detail");
}

TEST_F(EndpointTableTest, TheQueryDecidesNothing) {
  EXPECT_EQ(row("GET", "http://shop/products?page=2"), "browse");
  EXPECT_EQ(row("GET", "http://shop?q=/products"), "home");
  EXPECT_EQ(row("GET", "http://shop/"), "home");
}

TEST_F(EndpointTableTest, MethodAndWholePathDecide) {
  EXPECT_EQ(row("POST", "http://shop/products"), "(other)");
  EXPECT_EQ(row("GET", "http://shop/products/1/reviews"), "(other)");
  EXPECT_EQ(row("GET", "http://shop/products/"), "(other)");
  EXPECT_EQ(row("GET", "http://shop"), "home");
}

TEST_F(EndpointTableTest, ItsMetricsAreOursAndNoSummaryListsThem) {
  for (const auto& one : table_.rows()) {
    EXPECT_TRUE(one.latency->is_own);
    EXPECT_TRUE(one.failures->is_own);
  }
}

TEST(ServiceAddress, IsTheAuthorityOfAUrlWithOrWithoutItsPortAndUser) {
  metrics::Registry registry;
  EndpointTable table;
  ASSERT_TRUE(table.set_service("http://shop.test/api", registry));
  for (const char* url : {"http://shop.test/cart", "http://shop.test:80/", "http://shop.test?a=b",
                          "http://****:****@shop.test/cart", "http://shop.test"}) {
    EXPECT_TRUE(table.is_of_service(url)) << url;
  }
  for (const char* url :
       {"http://shop.test:8080/", "http://other.test/", "http://a/@shop.test", "shop.test", ""}) {
    EXPECT_FALSE(table.is_of_service(url)) << url;
  }
}

TEST(ServiceAddress, MayHaveAPortOfItsOwn) {
  metrics::Registry registry;
  EndpointTable table;
  ASSERT_TRUE(table.set_service("https://[::1]:443", registry));
  EXPECT_TRUE(table.is_of_service("https://[::1]/a"));
  EXPECT_TRUE(table.is_of_service("https://[::1]:443/a"));
  EXPECT_FALSE(table.is_of_service("https://[::1]:8443/a"));
}

}  // namespace
}  // namespace proofload::k6
