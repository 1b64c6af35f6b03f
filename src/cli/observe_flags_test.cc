#include "cli/observe_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::cli {
namespace {

using ::testing::ElementsAre;

Result<ObserveFlags> take(const std::vector<std::string>& arguments) {
  return take_observe_flags(arguments);
}

TEST(ObserveFlags, AreTakenFromAmongK6sWhichStayInOrder) {
  const auto flags = take({"--vus", "2", "--observe", "scrape=http://a/m", "script.js",
                           "--observe=prometheus=http://p", "--match", "job=\"a\"", "-q"});
  ASSERT_TRUE(flags && flags->request);
  EXPECT_THAT(flags->rest, ElementsAre("--vus", "2", "script.js", "-q"));
  EXPECT_THAT(flags->request->sources, ElementsAre("scrape=http://a/m", "prometheus=http://p"));
  EXPECT_EQ(flags->request->match, "job=\"a\"");
  EXPECT_EQ(flags->request->store, ".proofload");
}

TEST(ObserveFlags, WithoutThemNothingChanges) {
  const auto flags = take({"--vus=2", "script.js", "--", "--observe"});
  ASSERT_TRUE(flags);
  EXPECT_FALSE(flags->request);
  EXPECT_THAT(flags->rest, ElementsAre("--vus=2", "script.js", "--", "--observe"));
}

TEST(ObserveFlags, ThatMeanNothingAreRefused) {
  EXPECT_FALSE(take({"script.js", "--observe"}));
  EXPECT_FALSE(take({"script.js", "--match", "a=\"b\""}));
  EXPECT_FALSE(take({"--store", "x", "script.js"}));
}

}  // namespace
}  // namespace proofload::cli
