#include "report/text_summary.h"

#include <string>

#include <gtest/gtest.h>

#include "report/summary_test_values.h"

namespace proofload::report {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): a vocabulary of our own

// The expected texts are what k6 2.2 printed for runs with these numbers.

Summary passing_run() {
  constexpr double kSeconds = 12 / 9.3086769;
  Summary run;
  run.test_run_duration = seconds(kSeconds);
  run.metrics = {
      with_threshold(rate("cache_hits", 4, 2), "rate>0.1", true),
      with_threshold(rate("checks", 12, 0), "rate>0.9", true),
      bytes("data_received", 3132, kSeconds),
      bytes("data_sent", 1398, kSeconds),
      with_threshold(
          with_threshold(trend("http_req_duration", {13.79, 1.64, 13.07, 29.44, 28.04, 28.93}),
                         "p(95)<2000", true),
          "avg<1000", true),
      trend("http_req_duration{expected_response:true}", {13.79, 1.64, 13.07, 29.44, 28.04, 28.93}),
      with_threshold(
          trend("http_req_duration{page:home}", {24.47, 21.21, 23.1, 29.44, 28.97, 29.21}),
          "max<5000", true),
      with_threshold(rate("http_req_failed", 0, 12), "rate<0.01", true),
      trend("http_req_waiting", {1, 1, 1, 1, 1, 1}),
      counter("http_reqs", 12, kSeconds),
      trend("iteration_duration", {429.38, 424.12, 426.98, 436.9, 436.36, 436.63}),
      counter("iterations", 6, kSeconds),
      with_threshold(counter("orders", 6, kSeconds), "count>5", true),
      trend("payload_size", {47, 47, 47, 47, 47, 47}),
      with_threshold(gauge("queue_depth", 12, 10, 12), "value<100", true),
      trend("think_time", {110, 100, 110, 120, 120, 120}),
      gauge("vus", 2, 2, 2),
      gauge("vus_max", 2, 2, 2),
  };
  for (auto& metric : run.metrics) {
    if (metric.name == "payload_size") metric.contains = metrics::ValueType::kDefault;
  }
  run.checks = {{"default", "", "status is 200", 6, 0}, {"default", "", "has items", 6, 0}};
  return run;
}

TEST(TextSummary, PrintsAPassingRunAsK6Does) {
  EXPECT_EQ(text_summary(passing_run(), {}), R"(

  █ THRESHOLDS 

    cache_hits
    ✓ 'rate>0.1' rate=66.66%

    checks
    ✓ 'rate>0.9' rate=100.00%

    http_req_duration
    ✓ 'p(95)<2000' p(95)=28.93ms
    ✓ 'avg<1000' avg=13.79ms

      {page:home}
      ✓ 'max<5000' max=29.44ms

    http_req_failed
    ✓ 'rate<0.01' rate=0.00%

    orders
    ✓ 'count>5' count=6

    queue_depth
    ✓ 'value<100' value=12


  █ TOTAL RESULTS 

    checks_total.......: 12      9.308677/s
    checks_succeeded...: 100.00% 12 out of 12
    checks_failed......: 0.00%   0 out of 12

    ✓ status is 200
    ✓ has items

    CUSTOM
    cache_hits.....................: 66.66% 4 out of 6
    orders.........................: 6      4.654338/s
    payload_size...................: avg=47       min=47       med=47       max=47      p(90)=47       p(95)=47      
    queue_depth....................: 12     min=10      max=12
    think_time.....................: avg=110ms    min=100ms    med=110ms    max=120ms   p(90)=120ms    p(95)=120ms   

    HTTP
    http_req_duration..............: avg=13.79ms  min=1.64ms   med=13.07ms  max=29.44ms p(90)=28.04ms  p(95)=28.93ms 
      { expected_response:true }...: avg=13.79ms  min=1.64ms   med=13.07ms  max=29.44ms p(90)=28.04ms  p(95)=28.93ms 
      { page:home }................: avg=24.47ms  min=21.21ms  med=23.1ms   max=29.44ms p(90)=28.97ms  p(95)=29.21ms 
    http_req_failed................: 0.00%  0 out of 12
    http_reqs......................: 12     9.308677/s

    EXECUTION
    iteration_duration.............: avg=429.38ms min=424.12ms med=426.98ms max=436.9ms p(90)=436.36ms p(95)=436.63ms
    iterations.....................: 6      4.654338/s
    vus............................: 2      min=2       max=2 
    vus_max........................: 2      min=2       max=2 

    NETWORK
    data_received..................: 3.1 kB 2.4 kB/s
    data_sent......................: 1.4 kB 1.1 kB/s



)");
}

TEST(TextSummary, ColoursAFailingRunAsK6DoesOnATerminal) {
  constexpr double kSeconds = 58 / 18.713952;
  Summary run;
  run.test_run_duration = seconds(kSeconds);
  run.metrics = {
      with_threshold(rate("checks{check:body says yes}", 0, 14), "rate>0.5", false),
      rate("checks", 22, 20),
      bytes("data_received", 12100, kSeconds),
      bytes("data_sent", 5600, kSeconds),
      with_threshold(with_threshold(trend("http_req_duration", {3.11, 0, 2.08, 7.97, 6.81, 7.17}),
                                    "p(95)<1", false),
                     "max<60000", true),
      trend("http_req_duration{expected_response:true}", {3.52, 1.39, 2.17, 7.97, 7.05, 7.35}),
      with_threshold(rate("http_req_failed", 16, 42), "rate<0.01", false),
      counter("http_reqs", 58, kSeconds),
      trend("iteration_duration", {442.62, 12.3, 514.03, 518.4, 516.55, 517.71}),
      counter("iterations", 14, kSeconds),
      gauge("vus", 2, 2, 2),
      gauge("vus_max", 2, 2, 2),
  };
  run.checks = {{"default", "", "status is 200", 14, 0},
                {"default", "", "body says yes", 0, 14},
                {"default", "", "even iteration", 8, 6}};
  EXPECT_EQ(text_summary(run, {.color = true}), with_escapes(R"(

  █ ␛[1mTHRESHOLDS␛[0m 

    checks{check:body says yes}
    ␛[31m✗␛[0m ␛[37m'rate>0.5'␛[0m ␛[37mrate␛[0m=␛[36m0.00%␛[0m

    http_req_duration
    ␛[31m✗␛[0m ␛[37m'p(95)<1'␛[0m ␛[37mp(95)␛[0m=␛[36m7.17ms␛[0m
    ␛[32m✓␛[0m ␛[37m'max<60000'␛[0m ␛[37mmax␛[0m=␛[36m7.97ms␛[0m

    http_req_failed
    ␛[31m✗␛[0m ␛[37m'rate<0.01'␛[0m ␛[37mrate␛[0m=␛[36m27.58%␛[0m


  █ ␛[1mTOTAL RESULTS␛[0m 

    checks_total␛[2;37m.......:␛[0m ␛[36m42␛[0m     ␛[2;36m13.551482/s␛[0m
    checks_succeeded␛[2;37m...:␛[0m ␛[36m52.38%␛[0m ␛[2;36m22 out of 42␛[0m
    checks_failed␛[2;37m......:␛[0m ␛[36m47.61%␛[0m ␛[2;36m20 out of 42␛[0m

    ␛[32m✓ status is 200␛[0m
    ␛[31m✗ body says yes␛[0m
      ␛[31m↳  0% — ✓ 0 / ✗ 14␛[0m
    ␛[31m✗ even iteration␛[0m
      ␛[31m↳  57% — ✓ 8 / ✗ 6␛[0m

    ␛[1mHTTP␛[0m
    http_req_duration␛[2;37m..............:␛[0m avg=␛[36m3.11ms␛[0m   min=␛[36m0s␛[0m     med=␛[36m2.08ms␛[0m   max=␛[36m7.97ms␛[0m  p(90)=␛[36m6.81ms␛[0m   p(95)=␛[36m7.17ms␛[0m  
      { expected_response:true }␛[2;37m...:␛[0m avg=␛[36m3.52ms␛[0m   min=␛[36m1.39ms␛[0m med=␛[36m2.17ms␛[0m   max=␛[36m7.97ms␛[0m  p(90)=␛[36m7.05ms␛[0m   p(95)=␛[36m7.35ms␛[0m  
    http_req_failed␛[2;37m................:␛[0m ␛[36m27.58%␛[0m ␛[2;36m16 out of 58␛[0m
    http_reqs␛[2;37m......................:␛[0m ␛[36m58␛[0m     ␛[2;36m18.713952/s␛[0m

    ␛[1mEXECUTION␛[0m
    iteration_duration␛[2;37m.............:␛[0m avg=␛[36m442.62ms␛[0m min=␛[36m12.3ms␛[0m med=␛[36m514.03ms␛[0m max=␛[36m518.4ms␛[0m p(90)=␛[36m516.55ms␛[0m p(95)=␛[36m517.71ms␛[0m
    iterations␛[2;37m.....................:␛[0m ␛[36m14␛[0m     ␛[2;36m4.517161/s␛[0m
    vus␛[2;37m............................:␛[0m ␛[36m2␛[0m      ␛[2;36mmin=2␛[0m        ␛[2;36mmax=2␛[0m
    vus_max␛[2;37m........................:␛[0m ␛[36m2␛[0m      ␛[2;36mmin=2␛[0m        ␛[2;36mmax=2␛[0m

    ␛[1mNETWORK␛[0m
    data_received␛[2;37m..................:␛[0m ␛[36m12 kB␛[0m  ␛[2;36m3.9 kB/s␛[0m
    data_sent␛[2;37m......................:␛[0m ␛[36m5.6 kB␛[0m ␛[2;36m1.8 kB/s␛[0m



)"));
}

TEST(TextSummary, AlignsARunThatSentNothing) {
  constexpr double kSeconds = 17 / 7.387303;
  Summary run;
  run.test_run_duration = seconds(kSeconds);
  run.metrics = {bytes("data_received", 0, kSeconds),
                 bytes("data_sent", 0, kSeconds),
                 counter("dropped_iterations", 17, kSeconds),
                 trend("iteration_duration", {1000, 1000, 1000, 1000, 1000, 1000}),
                 counter("iterations", 4, kSeconds),
                 gauge("vus", 2, 2, 2),
                 gauge("vus_max", 2, 2, 2)};
  EXPECT_EQ(text_summary(run, {}), R"(

  █ TOTAL RESULTS 

    EXECUTION
    dropped_iterations...: 17  7.387303/s
    iteration_duration...: avg=1s min=1s med=1s max=1s p(90)=1s p(95)=1s
    iterations...........: 4   1.738189/s
    vus..................: 2   min=2      max=2
    vus_max..............: 2   min=2      max=2

    NETWORK
    data_received........: 0 B 0 B/s
    data_sent............: 0 B 0 B/s



)");
}

TEST(TextSummary, ShowsTheStatisticsAndTheUnitThatTheOptionsAskFor) {
  Summary run;
  run.trend_stats = {"max", "count"};
  run.time_unit = "us";
  auto metric = trend("iteration_duration", {});
  metric.values = {{"max", 1.25}, {"count", 3}};
  run.metrics = {metric};
  EXPECT_EQ(text_summary(run, {}),
            "\n\n  █ TOTAL RESULTS \n\n    EXECUTION\n"
            "    iteration_duration...: max=1250.00µs count=3\n\n\n\n");
}

TEST(TextSummary, AddsUpChecksOfOneNameFromSeveralGroups) {
  Summary run;
  run.test_run_duration = seconds(1);
  run.checks = {{"a", "::x", "ok", 2, 1}, {"b", "", "other", 1, 0}, {"b", "::y", "ok", 1, 0}};
  EXPECT_EQ(text_summary(run, {}),
            "\n\n  █ TOTAL RESULTS \n\n"
            "    checks_total.......: 5      5/s\n"
            "    checks_succeeded...: 80.00% 4 out of 5\n"
            "    checks_failed......: 20.00% 1 out of 5\n\n"
            "    ✗ ok\n"
            "      ↳  75% — ✓ 3 / ✗ 1\n"
            "    ✓ other\n\n\n\n");
}

TEST(TextSummary, ShowsThatNoneRanOfTheChecksAThresholdIsOn) {
  Summary run;
  SummaryMetric checks;
  checks.name = "checks";
  checks.type = metrics::MetricType::kRate;
  run.metrics = {checks};
  EXPECT_EQ(text_summary(run, {}),
            "\n\n  █ TOTAL RESULTS \n\n"
            "    checks_total.......: 0     0/s\n"
            "    checks_succeeded...: 0.00% 0 out of 0\n"
            "    checks_failed......: 0.00% 0 out of 0\n\n\n\n\n");
}

TEST(TextSummary, NamesASubMetricInFullWhenItsParentHasNoThreshold) {
  Summary run;
  run.metrics = {counter("never_counted", 0, 1),
                 with_threshold(counter("never_counted{x:y}", 0, 1), "count>0", false)};
  EXPECT_EQ(text_summary(run, {}),
            "\n\n  █ THRESHOLDS \n\n    never_counted{x:y}\n    ✗ 'count>0' count=0\n\n"
            "\n  █ TOTAL RESULTS \n\n    CUSTOM\n    never_counted...: 0 0/s\n"
            "      { x:y }.......: 0 0/s\n\n\n\n");
}

}  // namespace
}  // namespace proofload::report
