#include "k6/json_path.h"

#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

constexpr std::string_view kPeople = R"({
  "name": {"first": "Tom", "last": "Anderson"}, "age": 37, "fav.movie": "Deer Hunter",
  "children": ["Sara", "Alex", "Jack"],
  "friends": [{"first": "Dale", "age": 44, "nets": ["ig", "fb"]},
              {"first": "Roger", "age": 68, "nets": ["fb"]},
              {"first": "Jane", "age": 47, "nets": ["ig"]}]})";

struct Case {
  const char* path;
  std::optional<std::string> expected;
};

class SelectJson : public testing::TestWithParam<Case> {};

TEST_P(SelectJson, FollowsTheGjsonSyntax) {
  EXPECT_EQ(select_json(kPeople, GetParam().path), GetParam().expected) << GetParam().path;
}

INSTANTIATE_TEST_SUITE_P(
    Paths, SelectJson,
    testing::Values(
        Case{"name.last", "\"Anderson\""}, Case{"age", "37"}, Case{"children.1", "\"Alex\""},
        Case{"children.#", "3"}, Case{"child*.2", "\"Jack\""}, Case{"c?ildren.0", "\"Sara\""},
        Case{"fav\\.movie", "\"Deer Hunter\""},
        Case{"friends.#.first", "[\"Dale\",\"Roger\",\"Jane\"]"},
        Case{"friends.1.first", "\"Roger\""}, Case{"friends.#(first==\"Roger\").age", "68"},
        Case{"friends.#(age>45)#.first", "[\"Roger\",\"Jane\"]"},
        Case{"friends.#(first%\"D*\").first", "\"Dale\""},
        Case{"friends.#(first!%\"D*\").first", "\"Roger\""},
        Case{"friends.#(nets.#(==\"fb\"))#.first", "[\"Dale\",\"Roger\"]"},
        Case{"friends.#(age>45)#|#", "2"}, Case{"children|@reverse|0", "\"Jack\""},
        Case{"name.@keys", "[\"first\",\"last\"]"}, Case{"children.9", std::nullopt},
        Case{"nope", std::nullopt}, Case{"friends.#(age>99)", std::nullopt},
        Case{"friends.#(age>99)#", "[]"}, Case{"", std::nullopt}, Case{"#(", std::nullopt}));

TEST(SelectJson, FindsNothingInWhatIsNotJson) {
  EXPECT_EQ(select_json("{bad", "a"), std::nullopt);
}

TEST(FindJsonError, SaysWhereInGosWords) {
  const JsonError no_such_page = find_json_error("no such page\n");
  EXPECT_EQ(no_such_page.line, 1);
  EXPECT_EQ(no_such_page.character, 2);
  EXPECT_EQ(no_such_page.reason, "invalid character 'o' in literal null (expecting 'u')");
  EXPECT_EQ(find_json_error("{\"a\":").reason, "unexpected end of JSON input");
  EXPECT_EQ(find_json_error("<html>").reason,
            "invalid character '<' looking for beginning of value");
  EXPECT_EQ(find_json_error("{\n\"a\": x}").line, 2);
}

}  // namespace
}  // namespace proofload::k6
