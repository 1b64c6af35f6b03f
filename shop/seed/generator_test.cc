#include "seed/generator.h"

#include <map>
#include <set>

#include <gmock/gmock.h>

namespace proofload::shop {
namespace {

TEST(SplitMix, GivesThePublishedNumbers) {
  SplitMix random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(Zipf, ChoosesTheSecondHalfAsOftenAsTheFirst) {
  const Zipf zipf(1000);
  SplitMix random(1);
  std::map<std::int64_t, int> picked;
  for (int i = 0; i < 200'000; ++i) ++picked[zipf.pick(random)];
  EXPECT_NEAR(picked[1] / 200'000.0, zipf.share(1), 0.003);
  EXPECT_NEAR(picked[2] / 200'000.0, zipf.share(1) / 2, 0.003);
  EXPECT_GE(picked.begin()->first, 1);
  EXPECT_LE(picked.rbegin()->first, 1000);
}

TEST(Generator, HasTheSizesOfItsDataSets) {
  const Generator small(SeedSize::kSmall);
  EXPECT_EQ(small.product_count(), 500);
  EXPECT_EQ(small.user_count(), 2'000);
  EXPECT_EQ(small.order_count(), 20'000);
  const Generator full(SeedSize::kFull);
  EXPECT_EQ(full.product_count(), 10'000);
  EXPECT_EQ(full.user_count(), 50'000);
  EXPECT_EQ(full.order_count(), 1'500'000);
}

TEST(Generator, MakesTheSameProductEverywhere) {
  const SeedProduct product = Generator(SeedSize::kSmall).product(17);
  EXPECT_EQ(product.sku, "SKU-000017");
  EXPECT_EQ(product.name, "Soft Paper Pan 17");
  EXPECT_EQ(product.category, "kitchen");
  EXPECT_EQ(product.price_cents, 13'399);
}

TEST(Generator, RecommendsTenOthers) {
  const Generator shop(SeedSize::kSmall);
  for (std::int64_t id = 1; id <= shop.product_count(); ++id) {
    const auto others = shop.recommendations(id);
    const std::set<std::int64_t> distinct(others.begin(), others.end());
    ASSERT_EQ(distinct.size(), 10U);
    ASSERT_FALSE(distinct.contains(id));
    ASSERT_GE(*distinct.begin(), 1);
    ASSERT_LE(*distinct.rbegin(), 500);
  }
}

TEST(Generator, SpreadsOrdersOverTwoYearsInTheOrderOfTheirIds) {
  const Generator shop(SeedSize::kSmall);
  EXPECT_THAT(shop.order(1).created_at, testing::StartsWith("2024-01-01 "));
  EXPECT_THAT(shop.order(20'000).created_at, testing::StartsWith("2025-12-31 "));
  std::string before;
  std::set<std::size_t> lines;
  std::map<std::string, int> statuses;
  for (std::int64_t id = 1; id <= shop.order_count(); ++id) {
    const SeedOrder order = shop.order(id);
    ASSERT_GT(order.created_at, before);
    before = order.created_at;
    lines.insert(order.items.size());
    ++statuses[order.status];
    std::int64_t total = 0;
    for (const SeedItem& item : order.items) total += item.quantity * item.price_cents;
    ASSERT_EQ(order.total_cents, total);
  }
  EXPECT_EQ(lines, (std::set<std::size_t>{1, 2, 3, 4}));
  EXPECT_NEAR(statuses["cancelled"], 600, 100);
  EXPECT_EQ(statuses.size(), 4U);
}

TEST(SeedTime, KnowsLeapDays) {
  EXPECT_EQ(seed_time(0), "2024-01-01 00:00:00.000+00");
  EXPECT_EQ(seed_time((31 + 28) * 86'400'000LL + 3'723'004), "2024-02-29 01:02:03.004+00");
  EXPECT_EQ(seed_time(366 * 86'400'000LL - 1), "2024-12-31 23:59:59.999+00");
}

}  // namespace
}  // namespace proofload::shop
