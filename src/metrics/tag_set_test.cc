#include "metrics/tag_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TagBuilder tags_of(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
  TagBuilder tags;
  for (const auto& [key, value] : pairs) tags.set(key, value);
  return tags;
}

TEST(SystemTags, AreK6sNamesAndDefaults) {
  const auto defaults = SystemTagSet::defaults();

  EXPECT_EQ(find_system_tag("expected_response"), SystemTag::kExpectedResponse);
  EXPECT_EQ(to_string(SystemTag::kOcspStatus), "ocsp_status");
  EXPECT_EQ(find_system_tag("page"), std::nullopt);
  EXPECT_TRUE(defaults.has(SystemTag::kUrl));
  EXPECT_FALSE(defaults.has(SystemTag::kIp));
  EXPECT_FALSE(defaults.has(SystemTag::kVu));
}

TEST(SystemTags, LeaveOutUnknownNames) {
  const std::vector<std::string> names = {"vu", "frobnicate", "url"};

  const auto set = SystemTagSet::from_names(names);

  SystemTagSet expected;
  expected.add(SystemTag::kUrl);
  expected.add(SystemTag::kVu);
  EXPECT_EQ(set, expected);
}

TEST(TagBuilder, KeepsTheLastValueOfAKey) {
  TagBuilder tags = tags_of({{"page", "home"}, {"name", "a"}, {"page", "cart"}});
  tags.set(SystemTag::kName, "b");

  EXPECT_EQ(tags.get("page"), "cart");
  EXPECT_EQ(tags.get(SystemTag::kName), "b");
  EXPECT_EQ(tags.hash(), tags_of({{"name", "b"}, {"page", "cart"}}).hash());
}

TEST(TagBuilder, ForgetsWhatIsRemoved) {
  TagBuilder tags = tags_of({{"status", "200"}, {"a", "1"}, {"b", "2"}});

  tags.remove("a");
  tags.remove("status");
  tags.remove("never_there");

  EXPECT_EQ(tags.get("a"), std::nullopt);
  EXPECT_EQ(tags.hash(), tags_of({{"b", "2"}}).hash());
}

TEST(TagBuilder, RefusesMoreCustomTagsThanItHolds) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < TagBuilder::kCustomTagsMax; ++i)
    keys.push_back(fmt::format("k{}", i));
  TagBuilder tags;
  for (const auto& key : keys) ASSERT_TRUE(tags.set(key, "v"));

  EXPECT_FALSE(tags.set("one_more", "v"));
  EXPECT_TRUE(tags.set("k7", "w"));
  EXPECT_EQ(tags.get("k7"), "w");
  EXPECT_EQ(tags.get("one_more"), std::nullopt);
}

TEST(TagSet, IsTheSameObjectForEqualTagsInAnyOrderOnAnyThread) {
  Registry registry;
  TagTable one_thread(registry);
  TagTable other_thread(registry);

  const auto& first = one_thread.intern(tags_of({{"url", "/"}, {"b", "2"}, {"a", "1"}}));

  EXPECT_EQ(&first, &one_thread.intern(tags_of({{"a", "1"}, {"b", "2"}, {"url", "/"}})));
  EXPECT_EQ(&first, &other_thread.intern(tags_of({{"b", "2"}, {"a", "1"}, {"url", "/"}})));
  EXPECT_NE(&first, &one_thread.intern(tags_of({{"a", "1"}, {"b", "3"}, {"url", "/"}})));
  EXPECT_NE(&first, &one_thread.intern(tags_of({{"a", "1"}, {"b", "2"}})));
}

TEST(TagSet, ListsSystemAndCustomTagsSortedByKey) {
  Registry registry;
  TagTable table(registry);

  const auto& set = table.intern(tags_of({{"url", "/"}, {"page", "home"}, {"group", ""}}));

  EXPECT_THAT(set.pairs(), ElementsAre(Pair("group", ""), Pair("page", "home"), Pair("url", "/")));
  EXPECT_EQ(set.get("page"), "home");
  EXPECT_EQ(set.get("pag"), std::nullopt);
}

TEST(TagSet, OwnsItsText) {
  Registry registry;
  TagTable table(registry);
  std::string key = "page";
  std::string value = "home";

  const auto& set = table.intern(tags_of({{key, value}}));
  key = value = "gone";

  EXPECT_THAT(set.pairs(), ElementsAre(Pair("page", "home")));
}

TEST(TagSet, IsABaseThatRequestsBuildOn) {
  Registry registry;
  TagTable table(registry);
  const auto& base = table.intern(tags_of({{"scenario", "buy"}, {"group", ""}, {"team", "blue"}}));

  TagBuilder tags(base);
  tags.set(SystemTag::kStatus, "200");
  tags.set("team", "red");

  EXPECT_THAT(table.intern(tags).pairs(), ElementsAre(Pair("group", ""), Pair("scenario", "buy"),
                                                      Pair("status", "200"), Pair("team", "red")));
  EXPECT_EQ(&table.intern(TagBuilder(base)), &base);
}

TEST(TagTable, StillFindsEverySetAfterItHasGrown) {
  Registry registry;
  TagTable table(registry);
  std::vector<const TagSet*> sets;
  for (int i = 0; i < 5000; ++i) {
    const auto value = std::to_string(i);
    sets.push_back(&table.intern(tags_of({{"user", value}})));
  }

  for (int i = 0; i < 5000; ++i) {
    const auto value = std::to_string(i);
    ASSERT_EQ(&table.intern(tags_of({{"user", value}})), sets[static_cast<std::size_t>(i)]);
  }
}

TEST(TagSet, MatchesSubmetricsWhoseTagsItHasAll) {
  Registry registry;
  TagTable table(registry);
  const auto* both = *registry.metric_or_submetric("http_reqs{page:home,status:200}");
  const auto* page = *registry.metric_or_submetric("http_req_duration{page:home}");

  const auto& ok = table.intern(tags_of({{"page", "home"}, {"status", "200"}, {"url", "/"}}));
  const auto& failed = table.intern(tags_of({{"page", "home"}, {"status", "500"}, {"url", "/"}}));

  ASSERT_EQ(ok.matches().size(), 2U);
  EXPECT_EQ(ok.matches()[0].submetric, both);
  EXPECT_EQ(ok.matches()[0].parent, registry.builtin().http_reqs.id);
  ASSERT_EQ(failed.matches().size(), 1U);
  EXPECT_EQ(failed.matches()[0].submetric, page);
}

TEST(TagSet, MatchesASubmetricThatWasAddedLater) {
  Registry registry;
  TagTable table(registry);
  const auto& set = table.intern(tags_of({{"group", ""}, {"page", "home"}}));
  ASSERT_TRUE(set.matches().empty());

  const auto* submetric = *registry.metric_or_submetric("http_reqs{page:home}");

  ASSERT_EQ(set.matches().size(), 1U);
  EXPECT_EQ(set.matches()[0].submetric, submetric);
}

TEST(TagStore, GivesChecksOfOneNameARowPerGroupAndScenario) {
  Registry registry;
  TagTable table(registry);
  const auto check = [&](std::string_view scenario, std::string_view group, std::string_view name) {
    return table.intern(tags_of({{"scenario", scenario}, {"group", group}, {"check", name}}))
        .check_row();
  };

  EXPECT_EQ(check("buy", "", "is 200"), 0);
  EXPECT_EQ(check("buy", "::cart", "is 200"), 1);
  EXPECT_EQ(check("browse", "", "is 200"), 2);
  EXPECT_EQ(check("buy", "", "is 200"), 0);
  EXPECT_EQ(table.intern(tags_of({{"group", ""}})).check_row(), TagSet::kNone);
  ASSERT_EQ(registry.tag_store().checks().size(), 3U);
  EXPECT_EQ(registry.tag_store().checks()[1].group, "::cart");
}

TEST(TagStore, ListsScenariosAndGroupsInOrderOfFirstAppearance) {
  Registry registry;
  TagTable table(registry);

  const auto& root = table.intern(tags_of({{"scenario", "buy"}, {"group", ""}}));
  const auto& cart = table.intern(tags_of({{"scenario", "buy"}, {"group", "::cart"}}));
  const auto& setup = table.intern(tags_of({{"group", ""}}));

  EXPECT_EQ(root.scenario_row(), 0);
  EXPECT_EQ(root.group_row(), TagSet::kNone);
  EXPECT_EQ(cart.scenario_row(), 0);
  EXPECT_EQ(cart.group_row(), 1);
  EXPECT_EQ(setup.scenario_row(), TagSet::kNone);
  const auto scopes = registry.tag_store().scopes();
  ASSERT_EQ(scopes.size(), 2U);
  EXPECT_EQ(scopes[0].group, std::nullopt);
  EXPECT_EQ(scopes[1].scenario, "buy");
  EXPECT_EQ(scopes[1].group, "::cart");
}

TEST(TagStore, FoldsUnknownSetsPastTheLimitButNotWhatThresholdsSelect) {
  Registry registry;
  TagStore store(2);
  store.add_submetric(**registry.metric_or_submetric("http_reqs{name:/pay,team:blue}"));
  const auto& known = store.intern(tags_of({{"name", "/1"}, {"status", "200"}}));
  store.intern(tags_of({{"name", "/2"}, {"status", "200"}}));

  const auto& folded = store.intern(tags_of({{"name", "/3"}, {"status", "200"}, {"user", "7"}}));
  const auto& selected = store.intern(tags_of({{"name", "/pay"}, {"team", "blue"}, {"user", "8"}}));

  EXPECT_THAT(folded.pairs(), ElementsAre(Pair("name", "(overflow)"), Pair("status", "200")));
  EXPECT_EQ(&folded, &store.intern(tags_of({{"name", "/4"}, {"status", "200"}})));
  EXPECT_THAT(selected.pairs(), ElementsAre(Pair("name", "/pay"), Pair("team", "blue")));
  EXPECT_EQ(selected.matches().size(), 1U);
  EXPECT_EQ(&known, &store.intern(tags_of({{"name", "/1"}, {"status", "200"}})));
  EXPECT_EQ(store.folded_count(), 3U);
}

TEST(TagStore, WarnsOfManySeriesAtOneHundredThousandAndAtEachDoubling) {
  TagStore store;
  const auto add_series = [&store](int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto value = std::to_string(i);
      store.count_series(store.intern(tags_of({{"url", value}})), 0x1f);
    }
  };

  add_series(0, 20'000);
  EXPECT_EQ(store.series_count(), 100'000U);
  EXPECT_THAT(store.take_warnings(), IsEmpty());

  add_series(19'999, 20'001);
  EXPECT_THAT(store.take_warnings(),
              ElementsAre(HasSubstr("has generated metrics with 100005 unique time series")));
  EXPECT_THAT(store.take_warnings(), IsEmpty());

  add_series(20'001, 40'000);
  EXPECT_THAT(store.take_warnings(), IsEmpty());
  add_series(40'000, 40'001);
  EXPECT_THAT(store.take_warnings(), ElementsAre(HasSubstr("200005 unique time series")));
}

TEST(TagStore, SaysOnceThatItFolds) {
  TagStore store(1);
  store.intern(tags_of({{"url", "/1"}}));
  EXPECT_THAT(store.take_warnings(), IsEmpty());

  store.intern(tags_of({{"url", "/2"}}));
  store.intern(tags_of({{"url", "/3"}}));

  EXPECT_THAT(store.take_warnings(), ElementsAre(HasSubstr("recorded as (overflow)")));
  EXPECT_THAT(store.take_warnings(), IsEmpty());
}

}  // namespace
}  // namespace proofload::metrics
