#include "analysis/usl.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::analysis {
namespace {

using evidence::LoadLevel;
using ::testing::HasSubstr;

std::vector<LoadLevel> levels(const std::vector<double>& n, const std::vector<double>& x) {
  std::vector<LoadLevel> list;
  for (std::size_t i = 0; i < n.size(); ++i) list.push_back({.served = x[i], .concurrency = n[i]});
  return list;
}

// SPEC SDM91 (Gunther, Guerrilla Capacity Planning, 2007, table 5.1); the R package usl 3.0 fits it
// to the same coefficients.
const std::vector<double> kSdmUsers{1, 18, 36, 72, 108, 144, 216};
const std::vector<double> kSdmScripts{64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2};

TEST(Scaling, IsThePublishedFitOfSpecSdm) {
  const auto fit = fit_scaling(levels(kSdmUsers, kSdmScripts));
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->model, "USL");
  EXPECT_NEAR(fit->gamma, 89.9952, 0.001);
  EXPECT_NEAR(fit->alpha, 0.0277285, 1e-6);
  EXPECT_NEAR(fit->beta, 0.0001044, 1e-7);
  ASSERT_TRUE(fit->peak && fit->peak_interval);
  EXPECT_NEAR(*fit->peak, 96.52, 0.05);
  EXPECT_LT(fit->peak_interval->low, 92);
  EXPECT_GT(fit->peak_interval->high, 100);
  EXPECT_THAT(fit->sentence, HasSubstr("at 96.5 requests at once (95 % interval"));
}

TEST(Scaling, FindsTheParametersOfACurveWithoutNoise) {
  std::vector<double> n;
  std::vector<double> x;
  for (double at = 1; at < 200; at *= 1.8) {
    n.push_back(at);
    x.push_back(50 * at / (1 + 0.02 * (at - 1) + 0.0005 * at * (at - 1)));
  }
  const auto fit = fit_scaling(levels(n, x));
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->gamma, 50, 0.01);
  EXPECT_NEAR(fit->alpha, 0.02, 1e-4);
  EXPECT_NEAR(fit->beta, 0.0005, 1e-6);
  EXPECT_NEAR(*fit->peak, std::sqrt(0.98 / 0.0005), 0.1);
}

TEST(Scaling, OfAServiceFarFromItsLimitIsLinearAndHasNoPeak) {
  const auto fit = fit_scaling(levels({1, 2, 3, 4, 5, 6, 7}, {10, 20.1, 29.9, 40, 50.1, 60, 69.9}));
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->model, "linear");
  EXPECT_FALSE(fit->peak);
  EXPECT_THAT(fit->sentence, HasSubstr("throughput has no peak in it"));
}

TEST(Scaling, ThatOnlyContendsLevelsOffWithoutAPeak) {
  std::vector<double> x;
  const std::vector<double> n{1, 4, 8, 16, 32, 64};
  for (const double at : n) x.push_back(20 * at / (1 + 0.05 * (at - 1)));
  const auto fit = fit_scaling(levels(n, x));
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->model, "Amdahl");
  EXPECT_FALSE(fit->peak);
}

TEST(Scaling, NeedsSixDifferentLevelsThatServed) {
  EXPECT_FALSE(fit_scaling(levels({1, 2, 3, 4, 5}, {10, 20, 30, 40, 50})));
  EXPECT_FALSE(fit_scaling(levels({1, 2, 3, 4, 5, 5}, {10, 20, 30, 40, 50, 50})));
  EXPECT_FALSE(fit_scaling(levels({0, 1, 2, 3, 4, 5}, {0, 10, 20, 30, 40, 50})));
  EXPECT_FALSE(fit_scaling({}));
}

}  // namespace
}  // namespace proofload::analysis
