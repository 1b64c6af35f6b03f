#include "report/number_format.h"

#include <gtest/gtest.h>

namespace proofload::report {
namespace {

TEST(JsNumber, WritesTheShortestDigitsThatReadBack) {
  EXPECT_EQ(js_number(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(js_number(3), "3");
  EXPECT_EQ(js_number(-0.0), "0");
  EXPECT_EQ(js_number(123456789012), "123456789012");
}

TEST(JsNumber, TurnsToAnExponentWhereJavaScriptDoes) {
  EXPECT_EQ(js_number(1e20), "100000000000000000000");
  EXPECT_EQ(js_number(1e21), "1e+21");
  EXPECT_EQ(js_number(1e-6), "0.000001");
  EXPECT_EQ(js_number(1.5e-7), "1.5e-7");
  EXPECT_EQ(js_number(1e-10), "1e-10");
}

TEST(Trimmed, RoundsHalfUpAndCutsZeros) {
  EXPECT_EQ(trimmed(0.0078125, 6), "0.007813");
  EXPECT_EQ(trimmed(12.5000001, 6), "12.5");
  EXPECT_EQ(trimmed(-1.25, 1), "-1.3");
}

TEST(HumanizeDuration, PicksTheUnitAndTruncates) {
  EXPECT_EQ(humanize_duration(0, ""), "0s");
  EXPECT_EQ(humanize_duration(0.0000129, ""), "12ns");
  EXPECT_EQ(humanize_duration(0.7760699, ""), "776.06µs");
  EXPECT_EQ(humanize_duration(20.999, ""), "20.99ms");
  EXPECT_EQ(humanize_duration(1439.9, ""), "1.43s");
  EXPECT_EQ(humanize_duration(60'000, ""), "1m0s");
  EXPECT_EQ(humanize_duration(90'900, ""), "1m30s");
  EXPECT_EQ(humanize_duration(3'723'000, ""), "1h2m3s");
}

TEST(HumanizeDuration, KeepsToAUnitThatWasAskedForWithTwoDecimals) {
  EXPECT_EQ(humanize_duration(1234.5, "s"), "1.23s");
  EXPECT_EQ(humanize_duration(2.125, "ms"), "2.13ms");
  EXPECT_EQ(humanize_duration(0.5, "us"), "500.00µs");
}

TEST(HumanizeBytes, CountsInThousands) {
  EXPECT_EQ(humanize_bytes(0), "0 B");
  EXPECT_EQ(humanize_bytes(9.5), "9.5 B");
  EXPECT_EQ(humanize_bytes(371.4), "371 B");
  EXPECT_EQ(humanize_bytes(2440), "2.4 kB");
  EXPECT_EQ(humanize_bytes(26'400), "26 kB");
  EXPECT_EQ(humanize_bytes(2'600'000), "2.6 MB");
}

TEST(HumanizeValue, TruncatesARateToTwoDecimalsOfAPercent) {
  SummaryMetric metric;
  metric.type = metrics::MetricType::kRate;
  EXPECT_EQ(humanize_value(2.0 / 3, metric, ""), "66.66%");
  EXPECT_EQ(humanize_value(1, metric, ""), "100.00%");
}

}  // namespace
}  // namespace proofload::report
