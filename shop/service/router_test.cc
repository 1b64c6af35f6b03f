#include "service/router.h"

#include <gtest/gtest.h>

#include "service/target.h"

namespace proofload::shop {
namespace {

Handler answer(const std::string& body) {
  return [body](Call&) { return Reply{.body = body}; };
}

Router shop_routes() {
  Router router;
  router.add("GET", "/products", answer("page"));
  router.add("GET", "/products/:id", answer("one"));
  router.add("POST", "/cart/items", answer("added"));
  return router;
}

TEST(Router, FindsARouteAndTheValuesOfItsNames) {
  const Router router = shop_routes();
  const RouteMatch match = router.match("GET", "/products/7");
  ASSERT_NE(match.handler, nullptr);
  EXPECT_EQ(match.route, "/products/:id");
  EXPECT_EQ(match.path.at("id"), "7");
}

TEST(Router, TellsAnUnknownPathFromAWrongMethod) {
  const Router router = shop_routes();
  EXPECT_EQ(router.match("GET", "/nothing").route, "");
  const RouteMatch wrong = router.match("GET", "/cart/items");
  EXPECT_EQ(wrong.route, "/cart/items");
  EXPECT_EQ(wrong.handler, nullptr);
}

TEST(Router, DoesNotMatchLongerOrShorterPaths) {
  const Router router = shop_routes();
  EXPECT_EQ(router.match("GET", "/products/7/x").route, "");
  EXPECT_EQ(router.match("GET", "/").route, "");
}

TEST(Target, SplitsAndDecodesPathAndQuery) {
  const Target target = parse_target("/a%20b?q=x+y&empty&sum=1%2B1");
  EXPECT_EQ(target.path, "/a b");
  EXPECT_EQ(target.query.find("q")->second, "x y");
  EXPECT_EQ(target.query.find("empty")->second, "");
  EXPECT_EQ(target.query.find("sum")->second, "1+1");
}

TEST(Target, KeepsWhatIsNoEscape) {
  EXPECT_EQ(parse_target("/100%/%zz").path, "/100%/%zz");
}

TEST(Target, EscapesWhatItsParserReadsBack) {
  const std::string text = "50 % & more=ä";
  EXPECT_EQ(escape(text), "50%20%25%20%26%20more%3D%C3%A4");
  EXPECT_EQ(parse_target("/?q=" + escape(text)).query.find("q")->second, text);
}

}  // namespace
}  // namespace proofload::shop
