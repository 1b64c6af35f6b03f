#include "observe/metrics_text.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::observe {
namespace {

using evidence::series_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MetricsPage parse(std::string_view text) {
  auto page = parse_metrics_text(text, 1000);
  EXPECT_TRUE(page) << page.error().message();
  return page ? *std::move(page) : MetricsPage();
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  for (const MetricSample& sample : parse(text).samples) {
    out.push_back(fmt::format("{} {}", series_text(sample.name, sample.labels), sample.value));
  }
  return out;
}

TEST(MetricsText, ReadsNamesLabelsAndValues) {
  EXPECT_THAT(lines("# HELP up Whether it is up.\n"
                    "# TYPE up gauge\n"
                    "up 1\n"
                    "\n"
                    "requests_total{method=\"GET\", code=\"200\",} 1.5e3 1700000000000\r\n"
                    "  spaced { a = \"b\" }   -2\n"
                    "last_without_newline 3"),
              ElementsAre("up 1", "requests_total{code=\"200\",method=\"GET\"} 1500",
                          "spaced{a=\"b\"} -2", "last_without_newline 3"));
}

TEST(MetricsText, UndoesTheEscapesOfLabelValues) {
  const MetricsPage page = parse(R"(a{path="C:\\x\n\"q\" {},=#"} 1)");

  ASSERT_EQ(page.samples.size(), 1);
  EXPECT_EQ(page.samples[0].labels[0].second, "C:\\x\n\"q\" {},=#");
}

TEST(MetricsText, ReadsOpenMetricsWithExemplarsAndItsEnd) {
  EXPECT_THAT(lines("# TYPE foo counter\n"
                    "foo_total 17 1520879607.789 # {trace_id=\"KOO5S4vxi0o\"} 0.67 152087.7\n"
                    "foo_created 1520430000\n"
                    "# EOF\n"),
              ElementsAre("foo_total 17", "foo_created 1520430000"));
}

TEST(MetricsText, ReadsUtf8NamesInQuotes) {
  EXPECT_THAT(lines("{\"my.metric\",\"a.b\"=\"c\"} 4\n"), ElementsAre("my.metric{a.b=\"c\"} 4"));
}

TEST(MetricsText, LeavesOutWhatIsNotFinite) {
  const MetricsPage page = parse("a NaN\nb +Inf\nc -Inf\nd 1e999\ne 1\n");

  EXPECT_EQ(page.samples.size(), 1);
  EXPECT_EQ(page.not_finite_count, 4);
  EXPECT_EQ(page.bad_line_count, 0);
}

TEST(MetricsText, CountsTheFirstOfALabelGivenTwice) {
  EXPECT_THAT(lines("a{x=\"1\",x=\"2\"} 1\n"), ElementsAre("a{x=\"1\"} 1"));
}

TEST(MetricsText, LosesOnlyTheBadLine) {
  for (const std::string_view bad : {"a",
                                     "a{",
                                     "a{b",
                                     "a{b=",
                                     "a{b=\"",
                                     "a{b=\"c",
                                     "a{b=\"c\\",
                                     "a{b=\"c\"",
                                     "a{b=\"c\"}",
                                     "a{b=\"c\"} ",
                                     "a{b=\"c\" d=\"e\"} 1",
                                     "a one",
                                     "a 1x",
                                     "1a 1",
                                     "{} 1",
                                     "a{\"b\"} 1",
                                     "a{=\"c\"} 1",
                                     "a ++1",
                                     "\xff\xfe 1",
                                     "a +"}) {
    const MetricsPage page = parse(fmt::format("good 1\n{}\nalso_good 2\n", bad));
    EXPECT_EQ(page.samples.size(), 2) << bad;
    EXPECT_EQ(page.bad_line_count, 1) << bad;
  }
}

TEST(MetricsText, SaysThatAPageOfHtmlIsNone) {
  const auto page = parse_metrics_text("<html>\n<body>Log in</body>\n", 10);

  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message(), HasSubstr("no metrics: the page begins with \"<html>\""));
  EXPECT_THAT(page.error().hint(), HasSubstr("/metrics"));
}

TEST(MetricsText, TakesAnEmptyPageForAnExporterWithNothingToSay) {
  EXPECT_THAT(parse("").samples, IsEmpty());
  EXPECT_THAT(parse("# EOF\n").samples, IsEmpty());
}

TEST(MetricsText, KeepsNoMoreThanItMay) {
  const auto page = parse_metrics_text("a 1\nb 2\nc 3\n", 2);

  ASSERT_TRUE(page);
  EXPECT_EQ(page->samples.size(), 2);
  EXPECT_EQ(page->bad_line_count, 1);
}

TEST(MetricsText, ShowsABadLineWithoutItsControlCharacters) {
  const MetricsPage page = parse("good 1\nbad\x1b[2J\x07 line\n");

  EXPECT_EQ(page.first_bad_line, "bad?[2J? line");
}

TEST(MetricsText, RefusesASeriesWithTooManyLabels) {
  std::string line = "a{";
  for (int i = 0; i < 100; ++i) line += fmt::format("l{}=\"v\",", i);
  EXPECT_EQ(parse("good 1\n" + line + "} 1\n").bad_line_count, 1);
}

}  // namespace
}  // namespace proofload::observe
