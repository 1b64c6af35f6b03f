#include "plan/path_template.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace proofload::plan {
namespace {

using testing::ElementsAre;

std::vector<std::string> endpoints_of(std::vector<PathCount> paths) {
  std::vector<std::string> all;
  for (const PathCount& one : as_endpoints(std::move(paths))) {
    all.push_back(fmt::format("{} {} {}", one.method, one.path, one.count));
  }
  return all;
}

TEST(PathTemplate, ReplacesWhatLooksLikeAnId) {
  EXPECT_EQ(without_ids("/products/17"), "/products/{id}");
  EXPECT_EQ(without_ids("/orders/0b9c2f7e-1d44-4e0b-9a77-0d8f5c1f2a33/items/2?x=1"),
            "/orders/{id}/items/{id}");
  EXPECT_EQ(without_ids("/blobs/9f86d081884c7d65"), "/blobs/{id}");
  EXPECT_EQ(without_ids("/sales/2026-01-31"), "/sales/{id}");
  EXPECT_EQ(without_ids("/t/eyJhbGciOiJIUzI1NiJ9abcdef"), "/t/{id}");
}

TEST(PathTemplate, LeavesWordsAndVersionsAlone) {
  EXPECT_EQ(without_ids("/api/v2/deadbeef"), "/api/v2/deadbeef");
  EXPECT_EQ(without_ids("/static/app.9f86d081884c7d65f00d.js"),
            "/static/app.9f86d081884c7d65f00d.js");
  EXPECT_EQ(without_ids("/cart/"), "/cart");
  EXPECT_EQ(without_ids("/"), "/");
  EXPECT_EQ(without_ids("*"), "/");
}

TEST(PathTemplate, CountsPathsOfOneEndpointTogetherAndTheFrequentFirst) {
  EXPECT_THAT(endpoints_of({{"GET", "/cart", 5},
                            {"GET", "/products/1", 3},
                            {"GET", "/products/2", 4},
                            {"POST", "/cart", 1}}),
              ElementsAre("GET /products/{id} 7", "GET /cart 5", "POST /cart 1"));
}

TEST(PathTemplate, TakesManyWordsInOnePlaceForSlugs) {
  std::vector<PathCount> paths;
  for (char a = 'a'; a < 'a' + 6; ++a) {
    for (char b = 'a'; b < 'a' + 6; ++b) {
      paths.push_back({"GET", fmt::format("/blog/{}{}/comments", a, b), 1});
    }
  }
  paths.push_back({"GET", "/shop/a", 1});
  EXPECT_THAT(endpoints_of(std::move(paths)),
              ElementsAre("GET /blog/{name}/comments 36", "GET /shop/a 1"));
}

TEST(PathTemplate, KnowsThePathsOfAnEndpoint) {
  EXPECT_TRUE(is_path_of("/products/17?a=b", "/products/{id}"));
  EXPECT_TRUE(is_path_of("/products/:id", "/products/{id}"));
  EXPECT_FALSE(is_path_of("/products", "/products/{id}"));
  EXPECT_FALSE(is_path_of("/products/{id}", "/products/top"));
  EXPECT_TRUE(is_path_of("/", "/"));
}

TEST(PathTemplate, NamesEndpoints) {
  EXPECT_EQ(endpoint_name("GET", "/products/{id}"), "get_products_id");
  EXPECT_EQ(endpoint_name("POST", "/"), "post");
}

}  // namespace
}  // namespace proofload::plan
