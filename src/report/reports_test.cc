// All formats of one result: that they say what they should, and that names stay names.
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "report/report_html.h"
#include "report/report_junit.h"
#include "report/report_markdown.h"
#include "report/result_test_values.h"
#include "report/sentences.h"
#include "report/slack_message.h"
#include "report/svg_chart.h"

namespace proofload::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hostile_result;
using ::testing::Not;
using testing::sample_result;

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(VerdictLines, AreTheTwoLinesOfEveryOutput) {
  EXPECT_THAT(verdict_lines(sample_result()),
              ElementsAre("SLOs: BROKEN", "Readiness: NOT READY (outstanding: soak, dba)"));
  evidence::Result ready;
  ready.verdict = {evidence::SloLine::kMet, evidence::Readiness::kReady, {}, {}};
  EXPECT_THAT(verdict_lines(ready), ElementsAre("SLOs: MET", "Readiness: READY"));
}

TEST(ExecutiveSummary, TellsLoadSlosCauseFixAndAdvice) {
  EXPECT_EQ(
      executive_summary(sample_result()),
      "checkout-api at http://127.0.0.1:8080 was tested in staging, version v42, with 141,180 "
      "requests in 1 profile: steady (200 journeys/s for 10m0s). Of 3 SLOs, 1 met, 1 broken, 1 "
      "undecided, 0 invalid: checkout p99 <= 500ms in steady: 1.21 s (-143 %), BROKEN since 4:30; "
      "errors <= 0.1 % in steady: 0.108 % (-8 %), UNDECIDED. Confirmed cause: connection pool "
      "shop_ro on the read replica exhausted (20 of 20 busy, 155 waiting) from 14:02:31 at 182 "
      "VUs; "
      "hold time did not change. Recommended: raise default_pool_size of shop_ro from 20 to 34 "
      "(240 "
      "requests/s times 0.118 s of hold time, and a fifth). Advice: do not ship.");
}

TEST(ExecutiveSummary, OfNothingSaysSo) {
  EXPECT_THAT(executive_summary({}), HasSubstr("no load was sent. No SLO was judged."));
}

TEST(TracesSentence, TellsWhatWasFoundAndWhatGotLost) {
  evidence::TraceResult traces = sample_result().traces.front();
  EXPECT_EQ(traces_sentence(traces),
            "traces of steady: 181 of 200 that were looked for were found (90.5 %), 134 of 150 at "
            "the peak, 70 of 71 of slow requests; 2,010 of 2,024 spans are kept, 14 were lost for "
            "want of room");
  traces.is_observed = false;
  traces.reason = "too few";
  EXPECT_THAT(traces_sentence(traces), ::testing::EndsWith(": UNOBSERVED, too few"));
}

TEST(SlosByGravity, PutsBrokenOnesFirst) {
  const auto result = sample_result();
  std::vector<std::string> ids;
  for (const auto* slo : slos_by_gravity(result)) ids.push_back(slo->id);
  EXPECT_THAT(ids, ElementsAre("checkout-p99", "errors", "delivered"));
}

TEST(CoverageGaps, NameProfilesSlosAndWaivers) {
  EXPECT_THAT(coverage_gaps(sample_result()),
              ElementsAre("profile soak was skipped: after a broken SLO",
                          HasSubstr("errors <= 0.1 % in steady is UNDECIDED"),
                          "check generator-host was waived: Kim: a demo on one machine"));
}

TEST(ReportHtml, HasItsSectionsInOrder) {
  const std::string page = report_html(sample_result());
  std::size_t last = 0;
  for (const char* id :
       {"verdict", "slo", "timeline", "signals", "traces", "rca", "bottlenecks", "recommendations",
        "risk", "endpoints", "validity", "preflight", "plan", "repro"}) {
    const auto at = page.find(std::string("<section id=\"") + id + "\"");
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_GT(at, last) << id;
    last = at;
  }
}

TEST(ReportHtml, ShowsVerdictStampSlosAndChartWithoutAScript) {
  const std::string page = report_html(sample_result());
  EXPECT_THAT(page,
              HasSubstr("<div>SLOs: BROKEN</div><div>Readiness: NOT READY (outstanding: soak, "
                        "dba)</div><div>DEMO SCALE</div>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"bad\">BROKEN</td>"));
  EXPECT_THAT(page, HasSubstr("4:30 (14:02:31 UTC)"));
  EXPECT_THAT(page, HasSubstr(">P99</text>"));
  EXPECT_THAT(page, HasSubstr("<a href=\"profiles/catalog-1.pb.gz\">profiles/catalog-1.pb.gz</a>"));
  EXPECT_THAT(page, HasSubstr("no stock"));
  EXPECT_THAT(page, HasSubstr("USL over 9 levels."));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
}

TEST(ReportHtml, IsTheSameForTheSameResult) {
  EXPECT_EQ(report_html(sample_result()), report_html(sample_result()));
}

TEST(ReportHtml, OfAnEmptyResultIsAPage) {
  EXPECT_THAT(report_html({}), HasSubstr("No load was sent."));
}

TEST(ReportHtml, KeepsNamesFromBeingMarkup) {
  const std::string page = report_html(hostile_result());
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("</script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(page, Not(HasSubstr("\xFF")));
  EXPECT_THAT(page, Not(HasSubstr(std::string(1000, 'x'))));
  EXPECT_THAT(page, HasSubstr("&lt;img src=x onerror=alert(1)&gt;"));
}

TEST(ReportHtml, OfAnHourWithAHundredEndpointsStaysBelowItsBudget) {
  auto result = sample_result();
  auto& profile = result.profiles[0];
  profile.seconds = testing::sample_seconds(3600, 1800);
  profile.took = std::chrono::hours(1);
  while (profile.endpoints.size() < 100) profile.endpoints.push_back(profile.endpoints[0]);
  EXPECT_LT(report_html(result).size(), 1'500'000U);
}

TEST(ReportMarkdown, SaysTheSameAndLinksItsFigures) {
  const auto report = report_markdown(sample_result());
  EXPECT_THAT(report.text, HasSubstr("> **Readiness: NOT READY (outstanding: soak, dba)**"));
  EXPECT_THAT(report.text,
              HasSubstr("| checkout-p99 (payments) | steady | checkout p99 &lt;= 500ms | "
                        "1.21 s | -143 % | 1.1 s to 1.34 s | 6,120 |"));
  EXPECT_THAT(report.text, HasSubstr("(timeline-1-steady.svg)"));
  EXPECT_THAT(report.text, HasSubstr("](profiles/catalog-1.pb.gz)"));
  ASSERT_FALSE(report.figures.empty());
  EXPECT_EQ(report.figures[0].file, "timeline-1-steady.svg");
  EXPECT_THAT(report.figures[0].svg, ::testing::StartsWith("<svg"));
}

TEST(ReportMarkdown, KeepsNamesFromBeingMarkup) {
  auto result = hostile_result();
  result.command.clear();
  const auto report = report_markdown(result);
  EXPECT_THAT(report.text, Not(HasSubstr("<img")));
  EXPECT_THAT(report.text, Not(HasSubstr("[a](javascript")));
  EXPECT_THAT(report.text, HasSubstr("\\[a\\](javascript"));
  for (const Figure& figure : report.figures) {
    EXPECT_THAT(figure.file, ::testing::MatchesRegex("[A-Za-z0-9.-]+"));
    EXPECT_THAT(figure.svg, Not(HasSubstr("<img")));
  }
}

TEST(ReportMarkdown, LetsNoCommandOutOfItsFence) {
  evidence::Result result;
  result.command = "run\n```\n# heading";
  EXPECT_THAT(report_markdown(result).text, HasSubstr("````\nrun ``` # heading\n````\n"));
}

TEST(ReportJunit, CountsWhatFailedAndWhatIsOpen) {
  const std::string xml = report_junit(sample_result());
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"steady\" tests=\"4\" failures=\"1\" errors=\"0\" "
                             "skipped=\"1\" time=\"600.000\">"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"checkout p99 &lt;= 500ms in steady: 1.21 s"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"SLOs: BROKEN; Readiness: NOT READY"));
  EXPECT_EQ(count_of(xml, "<testcase"), count_of(xml, "</testcase>"));
}

TEST(ReportJunit, PassesOnlyWhenReady) {
  auto result = sample_result();
  result.verdict = {evidence::SloLine::kMet, evidence::Readiness::kInconclusive, {}, {"dba"}};
  EXPECT_THAT(report_junit(result),
              HasSubstr("<error message=\"SLOs: MET; Readiness: INCONCLUSIVE"));
  result.is_partial = true;
  EXPECT_THAT(report_junit(result), HasSubstr("name=\"SLOs of a partial run\"><system-out>"));
}

TEST(ReportJunit, KeepsNamesFromBeingMarkup) {
  const std::string xml = report_junit(hostile_result());
  EXPECT_THAT(xml, Not(HasSubstr("<img")));
  EXPECT_THAT(xml, Not(HasSubstr("\x01")));
}

TEST(SlackMessage, HasVerdictSlosCauseAndLink) {
  const Json message =
      Json::parse(slack_message(sample_result(), "https://ci.example/report.html"));
  EXPECT_EQ(message["blocks"][0]["text"]["text"], "checkout-api: NOT READY");
  EXPECT_EQ(message["blocks"][1]["text"]["text"],
            "SLOs: BROKEN. Readiness: NOT READY (outstanding: soak, dba). DEMO SCALE.");
  EXPECT_EQ(message["blocks"][2]["fields"].size(), 3U);
  EXPECT_EQ(message["blocks"][2]["fields"][0]["text"],
            "checkout p99 &lt;= 500ms in steady: 1.21 s (-143 %), BROKEN since 4:30");
  EXPECT_THAT(std::string(message["blocks"][3]["text"]["text"]), HasSubstr("pool shop_ro"));
  EXPECT_EQ(message["blocks"][4]["elements"][0]["url"], "https://ci.example/report.html");
}

TEST(SlackMessage, LinksOnlyToPages) {
  const Json message = Json::parse(slack_message(sample_result(), "report.html"));
  EXPECT_THAT(message.dump(), Not(HasSubstr("\"url\"")));
}

TEST(SlackMessage, StaysInsideSlacksLimitsAndMentionsNobody) {
  auto result = hostile_result();
  result.plan = std::string(4096, '&');
  for (auto& slo : result.profiles[0].slos) slo.objective = std::string(4096, '<');
  const auto first = result.profiles[0].slos[0];
  for (int i = 0; i < 20; ++i) result.profiles[0].slos.push_back(first);
  const std::string text = slack_message(result, "");
  const Json message = Json::parse(text);
  EXPECT_THAT(text, Not(HasSubstr("<!channel>")));
  EXPECT_LE(std::string(message["blocks"][0]["text"]["text"]).size(), 152U);  // 150 characters
  std::size_t total = 0;
  for (const Json& block : message["blocks"]) {
    total += block.dump().size();
    if (block.contains("fields")) {
      EXPECT_EQ(block["fields"].size(), 10U);
      for (const Json& field : block["fields"]) {
        EXPECT_LE(std::string(field["text"]).size(), 2000U);
      }
    } else if (block["type"] == "section") {
      EXPECT_LE(std::string(block["text"]["text"]).size(), 3000U);
    }
  }
  EXPECT_LT(total, 13'000U);
  EXPECT_THAT(text, HasSubstr("and 13 more SLOs"));
}

TEST(RenderSvg, KeepsTheGreatestOfEveryColumn) {
  ChartLine line{"p99", {}};
  for (int i = 0; i < 36'000; ++i) line.points.emplace_back(i, i == 20'001 ? 4000 : 10);
  TimeChart chart{.title = "t", .seconds = 36'000, .panels = {{"ms", {line}, {}}}};
  const std::string svg = render_svg(chart);
  EXPECT_LT(svg.size(), 40'000U);
  EXPECT_THAT(svg, HasSubstr(">4,000</text>"));
  // The peak reaches the top of the panel.
  EXPECT_THAT(svg, HasSubstr(" 46.0L"));
}

TEST(RenderSvg, BreaksALineWhereThereIsNothing) {
  ChartLine line{"p99", {{0, 1}, {1, 2}, {2, std::nan("")}, {3, 1}, {4, 2}}};
  const std::string svg = render_svg({.title = "t", .seconds = 5, .panels = {{"ms", {line}, {}}}});
  const auto path = svg.substr(svg.find(" d=\""));
  EXPECT_EQ(count_of(path.substr(0, path.find("\"/>")), "M"), 2U);
}

TEST(RenderSvg, OfNothingIsStillAPicture) {
  EXPECT_THAT(render_svg({}), HasSubstr("</svg>"));
}

}  // namespace
}  // namespace proofload::report
