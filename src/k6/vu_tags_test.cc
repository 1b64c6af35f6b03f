#include "k6/vu_tags.h"

#include <gtest/gtest.h>

#include "metrics/metric.h"

namespace proofload::k6 {
namespace {

TEST(VuTags, AreInternedAnewOnlyAfterAChange) {
  metrics::Registry registry;
  metrics::TagTable table(registry);
  VuTags tags;
  tags.reset({{"scenario", "s"}});
  const metrics::TagSet* const first = &tags.interned(table);
  EXPECT_EQ(&tags.interned(table), first);
  tags.set("page", "home");
  const metrics::TagSet* const second = &tags.interned(table);
  EXPECT_NE(second, first);
  tags.remove("page");
  EXPECT_EQ(&tags.interned(table), first);
}

TEST(VuTags, ASecondValueReplacesTheFirst) {
  VuTags tags;
  tags.set("page", "home");
  tags.set("page", "cart");
  ASSERT_NE(tags.find("page"), nullptr);
  EXPECT_EQ(*tags.find("page"), "cart");
  EXPECT_EQ(tags.all().size(), 1);
}

TEST(VuTags, AResetForgetsWhatAScenarioLeft) {
  VuTags tags;
  tags.set("page", "home");
  tags.reset({{"scenario", "next"}});
  EXPECT_EQ(tags.find("page"), nullptr);
  EXPECT_EQ(*tags.find("scenario"), "next");
  tags.remove("never set");
  EXPECT_EQ(tags.all().size(), 1);
}

}  // namespace
}  // namespace proofload::k6
