#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "report/summary_test_values.h"
#include "report/text_summary.h"

namespace proofload::report {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): a vocabulary of our own

constexpr double kSeconds = 74 / 24.196326;

std::vector<SummaryScenario> two_scenarios() {
  return {{"browse",
           {
               trend("http_req_blocked", {0.02105, 0.00167, 0.00427, 0.48002, 0.01019, 0.01953}),
               trend("http_req_connecting", {0.01357, 0, 0, 0.41664, 0, 0.00631}),
               trend("http_req_duration", {1.96, 0.91052, 1.89, 4.44, 2.72, 2.79}),
               rate("http_req_failed", 0, 40),
               trend("http_req_receiving", {0.08221, 0.01431, 0.06321, 0.29726, 0.13946, 0.27366}),
               trend("http_req_sending", {0.03441, 0.00495, 0.01527, 0.41786, 0.04336, 0.11836}),
               trend("http_req_tls_handshaking", {0, 0, 0, 0, 0, 0}),
               trend("http_req_waiting", {1.84, 0.758, 1.78, 4.37, 2.38, 2.63}),
               counter("http_reqs", 40, kSeconds),
               trend("iteration_duration", {304.94, 303.58, 304.89, 307.81, 305.62, 306.57}),
               counter("iterations", 20, kSeconds),
               bytes("data_received", 10400, kSeconds),
               bytes("data_sent", 3300, kSeconds),
           }},
          {"buy",
           {
               trend("http_req_blocked", {0.10312, 0.0072, 0.00895, 0.35349, 0.33634, 0.34491}),
               trend("http_req_connecting", {0.0673, 0, 0, 0.24003, 0.23467, 0.23735}),
               trend("http_req_duration", {2.12, 1.96, 2.15, 2.29, 2.24, 2.27}),
               rate("http_req_failed", 0, 7),
               trend("http_req_receiving", {0.10641, 0.08731, 0.10403, 0.14579, 0.13042, 0.13811}),
               trend("http_req_sending", {0.05976, 0.0267, 0.03243, 0.13927, 0.1283, 0.13379}),
               trend("http_req_tls_handshaking", {0, 0, 0, 0, 0, 0}),
               trend("http_req_waiting", {1.96, 1.84, 1.97, 2.02, 2.02, 2.02}),
               counter("http_reqs", 7, kSeconds),
               trend("iteration_duration", {2.61, 2.31, 2.5, 3.08, 3.04, 3.06}),
               counter("iterations", 7, kSeconds),
               bytes("data_received", 1820, kSeconds),
               bytes("data_sent", 1135, kSeconds),
           }}};
}

std::vector<SummaryGroup> their_groups() {
  return {{"", "::setup", {}},
          {"browse",
           "::shop",
           {
               trend("http_req_blocked", {0.03873, 0.00234, 0.00913, 0.48002, 0.02705, 0.17825}),
               trend("http_req_connecting", {0.02714, 0, 0, 0.41664, 0.01262, 0.14077}),
               trend("http_req_duration", {1.94, 0.91052, 2.03, 2.79, 2.72, 2.73}),
               rate("http_req_failed", 0, 20),
               trend("http_req_receiving", {0.09441, 0.01431, 0.07293, 0.2789, 0.208, 0.27366}),
               trend("http_req_sending", {0.04321, 0.00969, 0.02476, 0.41786, 0.04336, 0.07258}),
               trend("http_req_tls_handshaking", {0, 0, 0, 0, 0, 0}),
               trend("http_req_waiting", {1.8, 0.758, 1.9, 2.64, 2.36, 2.63}),
               counter("http_reqs", 20, kSeconds),
           }},
          {"browse",
           "::shop::cart",
           {
               trend("http_req_blocked", {0.00337, 0.00167, 0.00322, 0.00544, 0.00479, 0.00498}),
               trend("http_req_connecting", {0, 0, 0, 0, 0, 0}),
               trend("http_req_duration", {1.98, 1.38, 1.77, 4.44, 2.49, 2.89}),
               rate("http_req_failed", 0, 20),
               trend("http_req_receiving", {0.07001, 0.02375, 0.0519, 0.29726, 0.11789, 0.14088}),
               trend("http_req_sending", {0.02561, 0.00495, 0.01008, 0.15198, 0.04626, 0.11836}),
               trend("http_req_tls_handshaking", {0, 0, 0, 0, 0, 0}),
               trend("http_req_waiting", {1.88, 1.34, 1.68, 4.37, 2.38, 2.64}),
               counter("http_reqs", 20, kSeconds),
           }},
          {"buy",
           "::checkout",
           {
               trend("http_req_blocked", {0.10312, 0.0072, 0.00895, 0.35349, 0.33634, 0.34491}),
               trend("http_req_connecting", {0.0673, 0, 0, 0.24003, 0.23467, 0.23735}),
               trend("http_req_duration", {2.12, 1.96, 2.15, 2.29, 2.24, 2.27}),
               rate("http_req_failed", 0, 7),
               trend("http_req_receiving", {0.10641, 0.08731, 0.10403, 0.14579, 0.13042, 0.13811}),
               trend("http_req_sending", {0.05976, 0.0267, 0.03243, 0.13927, 0.1283, 0.13379}),
               trend("http_req_tls_handshaking", {0, 0, 0, 0, 0, 0}),
               trend("http_req_waiting", {1.96, 1.84, 1.97, 2.02, 2.02, 2.02}),
               counter("http_reqs", 7, kSeconds),
           }}};
}

Summary run_with_two_scenarios() {
  Summary run;
  run.test_run_duration = seconds(kSeconds);
  run.checks = {{"browse", "::shop", "list ok", 20, 0},
                {"browse", "::shop::cart", "cart ok", 20, 0},
                {"browse", "::shop::cart", "token known", 20, 0},
                {"buy", "::checkout", "paid", 7, 0},
                {"buy", "::checkout", "in scenario buy", 7, 0}};
  run.metrics = {
      rate("checks", 74, 0),
      bytes("data_received", 12740, kSeconds),
      bytes("data_sent", 4649, kSeconds),
      trend("group_duration", {3.24, 0.40, 2.39, 8.98, 5.71, 7.67}),
      with_threshold(trend("group_duration{group:::shop::cart}", {2, 1, 2, 4.55, 3, 4}), "max<9000",
                     true),
      trend("http_req_blocked", {0.06456, 0.00167, 0.00523, 1.31, 0.18733, 0.34205}),
      trend("http_req_connecting", {0.04995, 0, 0, 1.25, 0.13705, 0.23646}),
      trend("http_req_duration", {1.98, 0.91052, 1.97, 4.44, 2.5, 2.76}),
      trend("http_req_duration{expected_response:true}", {1.98, 0.91052, 1.97, 4.44, 2.5, 2.76}),
      with_threshold(trend("http_req_duration{scenario:buy}", {2.12, 1.96, 2.15, 2.29, 2.24, 2.27}),
                     "p(90)<3000", true),
      rate("http_req_failed", 0, 49),
      trend("http_req_receiving", {0.08627, 0.01431, 0.07297, 0.29726, 0.13528, 0.24432}),
      trend("http_req_sending", {0.03962, 0.00495, 0.02286, 0.41786, 0.1015, 0.13196}),
      trend("http_req_tls_handshaking", {0, 0, 0, 0, 0, 0}),
      trend("http_req_waiting", {1.86, 0.758, 1.84, 4.37, 2.34, 2.6}),
      counter("http_reqs", 49, kSeconds),
      trend("iteration_duration", {226.56, 2.31, 304.52, 307.81, 305.46, 306.21}),
      counter("iterations", 27, kSeconds),
      gauge("vus", 2, 2, 2),
      gauge("vus_max", 4, 4, 4),
  };
  run.scenarios = two_scenarios();
  run.groups = their_groups();
  return run;
}

TEST(TextSummary, GivesEveryScenarioAndGroupABlockInFullMode) {
  EXPECT_EQ(text_summary(run_with_two_scenarios(), {.mode = SummaryMode::kFull}), R"(

  █ THRESHOLDS 

    group_duration{group:::shop::cart}
    ✓ 'max<9000' max=4.55ms

    http_req_duration{scenario:buy}
    ✓ 'p(90)<3000' p(90)=2.24ms


  █ TOTAL RESULTS 

    checks_total.......: 74      24.196326/s
    checks_succeeded...: 100.00% 74 out of 74
    checks_failed......: 0.00%   0 out of 74

    ✓ list ok
    ✓ cart ok
    ✓ token known
    ✓ paid
    ✓ in scenario buy

    HTTP
    http_req_blocked...............: avg=64.56µs  min=1.67µs   med=5.23µs   max=1.31ms   p(90)=187.33µs p(95)=342.05µs
    http_req_connecting............: avg=49.95µs  min=0s       med=0s       max=1.25ms   p(90)=137.05µs p(95)=236.46µs
    http_req_duration..............: avg=1.98ms   min=910.52µs med=1.97ms   max=4.44ms   p(90)=2.5ms    p(95)=2.76ms  
      { expected_response:true }...: avg=1.98ms   min=910.52µs med=1.97ms   max=4.44ms   p(90)=2.5ms    p(95)=2.76ms  
      { scenario:buy }.............: avg=2.12ms   min=1.96ms   med=2.15ms   max=2.29ms   p(90)=2.24ms   p(95)=2.27ms  
    http_req_failed................: 0.00%  0 out of 49
    http_req_receiving.............: avg=86.27µs  min=14.31µs  med=72.97µs  max=297.26µs p(90)=135.28µs p(95)=244.32µs
    http_req_sending...............: avg=39.62µs  min=4.95µs   med=22.86µs  max=417.86µs p(90)=101.5µs  p(95)=131.96µs
    http_req_tls_handshaking.......: avg=0s       min=0s       med=0s       max=0s       p(90)=0s       p(95)=0s      
    http_req_waiting...............: avg=1.86ms   min=758µs    med=1.84ms   max=4.37ms   p(90)=2.34ms   p(95)=2.6ms   
    http_reqs......................: 49     16.021892/s

    EXECUTION
    iteration_duration.............: avg=226.56ms min=2.31ms   med=304.52ms max=307.81ms p(90)=305.46ms p(95)=306.21ms
    iterations.....................: 27     8.828389/s
    vus............................: 2      min=2       max=2
    vus_max........................: 4      min=4       max=4

    NETWORK
    data_received..................: 13 kB  4.2 kB/s
    data_sent......................: 4.6 kB 1.5 kB/s


  █ SCENARIO: browse 

    checks_total.......: 60      19.618643/s
    checks_succeeded...: 100.00% 60 out of 60
    checks_failed......: 0.00%   0 out of 60

    ✓ list ok
    ✓ cart ok
    ✓ token known

    HTTP
    http_req_blocked...........: avg=21.05µs  min=1.67µs   med=4.27µs   max=480.02µs p(90)=10.19µs  p(95)=19.53µs 
    http_req_connecting........: avg=13.57µs  min=0s       med=0s       max=416.64µs p(90)=0s       p(95)=6.31µs  
    http_req_duration..........: avg=1.96ms   min=910.52µs med=1.89ms   max=4.44ms   p(90)=2.72ms   p(95)=2.79ms  
    http_req_failed............: 0.00%  0 out of 40
    http_req_receiving.........: avg=82.21µs  min=14.31µs  med=63.21µs  max=297.26µs p(90)=139.46µs p(95)=273.66µs
    http_req_sending...........: avg=34.41µs  min=4.95µs   med=15.27µs  max=417.86µs p(90)=43.36µs  p(95)=118.36µs
    http_req_tls_handshaking...: avg=0s       min=0s       med=0s       max=0s       p(90)=0s       p(95)=0s      
    http_req_waiting...........: avg=1.84ms   min=758µs    med=1.78ms   max=4.37ms   p(90)=2.38ms   p(95)=2.63ms  
    http_reqs..................: 40     13.079095/s

    EXECUTION
    iteration_duration.........: avg=304.94ms min=303.58ms med=304.89ms max=307.81ms p(90)=305.62ms p(95)=306.57ms
    iterations.................: 20     6.539548/s

    NETWORK
    data_received..............: 10 kB  3.4 kB/s
    data_sent..................: 3.3 kB 1.1 kB/s

    ↳ GROUP: shop 

      checks_total.......: 20      6.539548/s
      checks_succeeded...: 100.00% 20 out of 20
      checks_failed......: 0.00%   0 out of 20

      ✓ list ok

      HTTP
      http_req_blocked...........: avg=38.73µs min=2.34µs   med=9.13µs  max=480.02µs p(90)=27.05µs p(95)=178.25µs
      http_req_connecting........: avg=27.14µs min=0s       med=0s      max=416.64µs p(90)=12.62µs p(95)=140.77µs
      http_req_duration..........: avg=1.94ms  min=910.52µs med=2.03ms  max=2.79ms   p(90)=2.72ms  p(95)=2.73ms  
      http_req_failed............: 0.00% 0 out of 20
      http_req_receiving.........: avg=94.41µs min=14.31µs  med=72.93µs max=278.9µs  p(90)=208µs   p(95)=273.66µs
      http_req_sending...........: avg=43.21µs min=9.69µs   med=24.76µs max=417.86µs p(90)=43.36µs p(95)=72.58µs 
      http_req_tls_handshaking...: avg=0s      min=0s       med=0s      max=0s       p(90)=0s      p(95)=0s      
      http_req_waiting...........: avg=1.8ms   min=758µs    med=1.9ms   max=2.64ms   p(90)=2.36ms  p(95)=2.63ms  
      http_reqs..................: 20    6.539548/s

      ↳ GROUP: cart 

        checks_total.......: 40      13.079095/s
        checks_succeeded...: 100.00% 40 out of 40
        checks_failed......: 0.00%   0 out of 40

        ✓ cart ok
        ✓ token known

        HTTP
        http_req_blocked...........: avg=3.37µs  min=1.67µs  med=3.22µs  max=5.44µs   p(90)=4.79µs   p(95)=4.98µs  
        http_req_connecting........: avg=0s      min=0s      med=0s      max=0s       p(90)=0s       p(95)=0s      
        http_req_duration..........: avg=1.98ms  min=1.38ms  med=1.77ms  max=4.44ms   p(90)=2.49ms   p(95)=2.89ms  
        http_req_failed............: 0.00% 0 out of 20
        http_req_receiving.........: avg=70.01µs min=23.75µs med=51.9µs  max=297.26µs p(90)=117.89µs p(95)=140.88µs
        http_req_sending...........: avg=25.61µs min=4.95µs  med=10.08µs max=151.98µs p(90)=46.26µs  p(95)=118.36µs
        http_req_tls_handshaking...: avg=0s      min=0s      med=0s      max=0s       p(90)=0s       p(95)=0s      
        http_req_waiting...........: avg=1.88ms  min=1.34ms  med=1.68ms  max=4.37ms   p(90)=2.38ms   p(95)=2.64ms  
        http_reqs..................: 20    6.539548/s


  █ SCENARIO: buy 

    checks_total.......: 14      4.577683/s
    checks_succeeded...: 100.00% 14 out of 14
    checks_failed......: 0.00%   0 out of 14

    ✓ paid
    ✓ in scenario buy

    HTTP
    http_req_blocked...........: avg=103.12µs min=7.2µs   med=8.95µs   max=353.49µs p(90)=336.34µs p(95)=344.91µs
    http_req_connecting........: avg=67.3µs   min=0s      med=0s       max=240.03µs p(90)=234.67µs p(95)=237.35µs
    http_req_duration..........: avg=2.12ms   min=1.96ms  med=2.15ms   max=2.29ms   p(90)=2.24ms   p(95)=2.27ms  
    http_req_failed............: 0.00%  0 out of 7
    http_req_receiving.........: avg=106.41µs min=87.31µs med=104.03µs max=145.79µs p(90)=130.42µs p(95)=138.11µs
    http_req_sending...........: avg=59.76µs  min=26.7µs  med=32.43µs  max=139.27µs p(90)=128.3µs  p(95)=133.79µs
    http_req_tls_handshaking...: avg=0s       min=0s      med=0s       max=0s       p(90)=0s       p(95)=0s      
    http_req_waiting...........: avg=1.96ms   min=1.84ms  med=1.97ms   max=2.02ms   p(90)=2.02ms   p(95)=2.02ms  
    http_reqs..................: 7      2.288842/s

    EXECUTION
    iteration_duration.........: avg=2.61ms   min=2.31ms  med=2.5ms    max=3.08ms   p(90)=3.04ms   p(95)=3.06ms  
    iterations.................: 7      2.288842/s

    NETWORK
    data_received..............: 1.8 kB 595 B/s
    data_sent..................: 1.1 kB 371 B/s

    ↳ GROUP: checkout 

      checks_total.......: 14      4.577683/s
      checks_succeeded...: 100.00% 14 out of 14
      checks_failed......: 0.00%   0 out of 14

      ✓ paid
      ✓ in scenario buy

      HTTP
      http_req_blocked...........: avg=103.12µs min=7.2µs   med=8.95µs   max=353.49µs p(90)=336.34µs p(95)=344.91µs
      http_req_connecting........: avg=67.3µs   min=0s      med=0s       max=240.03µs p(90)=234.67µs p(95)=237.35µs
      http_req_duration..........: avg=2.12ms   min=1.96ms  med=2.15ms   max=2.29ms   p(90)=2.24ms   p(95)=2.27ms  
      http_req_failed............: 0.00% 0 out of 7
      http_req_receiving.........: avg=106.41µs min=87.31µs med=104.03µs max=145.79µs p(90)=130.42µs p(95)=138.11µs
      http_req_sending...........: avg=59.76µs  min=26.7µs  med=32.43µs  max=139.27µs p(90)=128.3µs  p(95)=133.79µs
      http_req_tls_handshaking...: avg=0s       min=0s      med=0s       max=0s       p(90)=0s       p(95)=0s      
      http_req_waiting...........: avg=1.96ms   min=1.84ms  med=1.97ms   max=2.02ms   p(90)=2.02ms   p(95)=2.02ms  
      http_reqs..................: 7     2.288842/s



)");
}

TEST(TextSummary, PutsGroupsOfTheDefaultScenarioAtTopLevel) {
  Summary run;
  run.test_run_duration = seconds(2);
  run.groups = {{"default", "::a", {counter("http_reqs", 4, 2)}},
                {"default", "::a::b", {counter("http_reqs", 6, 2)}}};
  run.scenarios = {{"default", {counter("http_reqs", 10, 2)}}};
  run.metrics = {counter("http_reqs", 10, 2)};
  EXPECT_EQ(text_summary(run, {.mode = SummaryMode::kFull}),
            "\n\n  █ TOTAL RESULTS \n\n    HTTP\n    http_reqs...: 10 5/s\n\n"
            "\n  █ GROUP: a \n\n    HTTP\n    http_reqs...: 4 2/s\n\n"
            "    ↳ GROUP: b \n\n      HTTP\n      http_reqs...: 6 3/s\n\n\n\n");
}

}  // namespace
}  // namespace proofload::report
