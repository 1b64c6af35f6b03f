#include "plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/arithmetic.h"
#include "plan/compile.h"
#include "plan/hash.h"
#include "plan/show.h"

namespace proofload::plan {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kPlan = R"(version: 1
name: checkout-api
service:
  environment: staging
  base_url: http://127.0.0.1:8080
  endpoints: {browse: GET /products, detail: "GET /products/{id}", checkout: POST /checkout}
slos:
  - {id: checkout-p99, endpoint: checkout, latency: {p99: 500ms}, owner: payments}
  - {id: errors, error_rate: {max: 0.1%}}
load:
  script: journeys.js
  journeys: {browse: {weight: 9}, checkout: {exec: buy, weight: 1}}
  profiles:
    soak: {journeys: 60/m, hold: 1h}
    steady: {journeys: 200/s, ramp: 1m, hold: 10m, warm_up: 1m}
    spike: {base: 100/s, peak: 600/s, unit: journeys, rise: 10s, hold: 60s, recover_within: 60s}
observe:
  scrape: [http://127.0.0.1:8080/metrics]
safety:
  capacity: 400/s
  halt_when: ["served < 20% of min(offered, capacity) for 30s", "error_rate > 25% for 10s"]
  halt_owner: {role: sre-oncall, contact: "#sre"}
  allow_targets: [127.0.0.1:8080]
)";

std::string with(std::string_view from, std::string_view to) {
  std::string text(kPlan);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string mistakes(const std::string& text, const Environment& environment = {}) {
  Diagnostics diagnostics;
  read_plan(text, "", environment, diagnostics);
  return diagnostics.render("plan.yaml", text);
}

Plan good(const std::string& text = std::string(kPlan), const Environment& environment = {}) {
  Diagnostics diagnostics;
  Plan plan = read_plan(text, "", environment, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render("plan.yaml", text);
  return plan;
}

JourneyShapes shapes() {
  return {{"browse", {.took = std::chrono::milliseconds(100), .requests = {{"browse", 2}}}},
          {"checkout",
           {.took = std::chrono::milliseconds(500), .requests = {{"detail", 1}, {"checkout", 1}}}}};
}

TEST(Plan, AnswersAllFiveQuestions) {
  const Plan plan = good();
  EXPECT_EQ(plan.service.endpoints.size(), 3);
  EXPECT_EQ(describe(plan.slos[0]), "checkout p99 <= 500ms");
  EXPECT_EQ(describe(plan.slos[1]), "all requests errors <= 0.1 %");
  EXPECT_EQ(plan.load.journeys[1].exec, "buy");
  EXPECT_EQ(plan.safety.halt_when[0].reference, HaltRule::Reference::kLesserOfBoth);
  EXPECT_EQ(plan.safety.halt_when[1].hold, std::chrono::seconds(10));
}

TEST(Plan, RunsProfilesInTheOrderOfTheirRisk) {
  const Plan plan = good();
  ASSERT_EQ(plan.load.profiles.size(), 3);
  EXPECT_EQ(plan.load.profiles[0].name, "steady");
  EXPECT_EQ(plan.load.profiles[1].name, "spike");
  EXPECT_EQ(plan.load.profiles[2].name, "soak");
  EXPECT_EQ(describe(plan.load.profiles[2]), "1 journeys/s for 1h0m0s");
}

TEST(Plan, ReportsEveryMistakeAtOnceWithItsPlace) {
  std::string text = with("environment: staging", "enviroment: staging");
  text.replace(text.find("500ms"), 5, "500");
  text.replace(text.find("200/s"), 5, "200");
  const std::string all = mistakes(text);
  EXPECT_THAT(all, HasSubstr("plan.yaml:4:3: error: service has no key `enviroment`"));
  EXPECT_THAT(all, HasSubstr("did you mean `environment`?"));
  EXPECT_THAT(all, HasSubstr("    4 |   enviroment: staging\n      |   ^\n"));
  EXPECT_THAT(all, HasSubstr("`p99` has to be a duration with its unit"));
  EXPECT_THAT(all, HasSubstr("`journeys` has to be a rate, such as 50/s"));
}

TEST(Plan, NeedsAnErrorRate) {
  const std::string text = with("  - {id: errors, error_rate: {max: 0.1%}}\n", "");
  EXPECT_THAT(mistakes(text), HasSubstr("no SLO limits the error rate"));
}

TEST(Plan, RejectsDuplicateKeysAndNamesTheFirst) {
  const std::string text = with("name: checkout-api", "name: a\nname: b");
  EXPECT_THAT(mistakes(text), HasSubstr("plan.yaml:3:1: error: `name` is here twice"));
}

TEST(Plan, RejectsAnSloOnAnEndpointThatIsNotThere) {
  const std::string text = with("endpoint: checkout, latency", "endpoint: chekout, latency");
  EXPECT_THAT(mistakes(text), HasSubstr("did you mean `checkout`?"));
}

TEST(Plan, RejectsATargetOutsideTheAllowList) {
  const std::string text = with("allow_targets: [127.0.0.1:8080]", "allow_targets: [10.0.0.1:80]");
  EXPECT_THAT(mistakes(text), HasSubstr("127.0.0.1:8080, is no allowed target"));
}

TEST(Plan, RejectsTwoLoadsInOneProfile) {
  const std::string text = with("journeys: 60/m", "journeys: 60/m, vus: 3");
  EXPECT_THAT(mistakes(text), HasSubstr("exactly one of"));
}

TEST(Plan, RejectsARateOfAnUnsaidUnit) {
  const std::string text = with("unit: journeys, ", "");
  EXPECT_THAT(mistakes(text), HasSubstr("lacks `unit`"));
}

TEST(Plan, NamesWhatAHaltRuleExpected) {
  const std::string text = with("error_rate > 25%", "error_rate => 25%");
  EXPECT_THAT(mistakes(text), HasSubstr("expected < or > instead of `=>`"));
}

TEST(Plan, TakesAddressesFromTheEnvironment) {
  const std::string text = with("base_url: http://127.0.0.1:8080", "base_url: ${SHOP}");
  EXPECT_EQ(good(text, {{"SHOP", "http://127.0.0.1:8080"}}).service.base_url,
            "http://127.0.0.1:8080");
  EXPECT_THAT(mistakes(text), HasSubstr("the environment has no variable SHOP"));
}

TEST(Plan, LooksForTracesInOnePlace) {
  const auto traces = [](const std::string& how) {
    return with("observe:\n", "observe:\n  traces: {" + how + "}\n");
  };
  EXPECT_EQ(good(traces("otlp_receiver: true")).observe.otlp_receiver, "127.0.0.1:4318");
  const Observe observe = good(traces("otlp_receiver: 0.0.0.0:9999, share: 5%")).observe;
  EXPECT_EQ(observe.otlp_receiver, "0.0.0.0:9999");
  EXPECT_DOUBLE_EQ(observe.trace_share, 0.05);
  EXPECT_FALSE(good(traces("otlp_receiver: false")).observe.has_traces());
  EXPECT_THAT(mistakes(traces("otlp_receiver: here")),
              testing::HasSubstr("`here` is no address to listen on"));
  EXPECT_THAT(mistakes(traces("otlp_receiver: true, tempo: \"http://t:3200\"")),
              testing::HasSubstr("traces are looked for in one place"));
  EXPECT_THAT(mistakes(traces("tempo: \"http://t:3200\", slow_request: reports")),
              testing::HasSubstr("`slow_request` is a path of a GET"));
}

TEST(Plan, IsNoPlaceForHugeOrBrokenFiles) {
  std::string huge;
  huge.resize(10'000'000, 'x');
  EXPECT_THAT(mistakes(huge), HasSubstr("more than people can sign"));
  EXPECT_THAT(mistakes("a: [1, 2\nb: 3"), HasSubstr("error:"));
  EXPECT_THAT(mistakes(""), HasSubstr("error:"));
  EXPECT_THAT(mistakes("- 1\n- 2\n"), HasSubstr("the plan has to be a mapping"));
}

TEST(Plan, HasNoDirectives) {
  EXPECT_THAT(mistakes("version: 1\n%TAG ! x"), HasSubstr("plan.yaml:2:1: error: directives"));
}

TEST(PlanHash, SeesContentAndNotLayout) {
  const std::string hash = plan_hash(good(), {});
  EXPECT_EQ(plan_hash(good("# remark\n" + std::string(kPlan)), {}), hash);
  EXPECT_EQ(plan_hash(good(with("{id: checkout-p99, endpoint: checkout,",
                                "{endpoint: checkout, id: checkout-p99,")),
                      {}),
            hash);
  EXPECT_NE(plan_hash(good(with("500ms", "501ms")), {}), hash);
  EXPECT_NE(plan_hash(good(), {{"journeys.js", "export default 1"}}), hash);
}

TEST(PlanHash, SeesTheTargetAndNoSecret) {
  const std::string target = with("base_url: http://127.0.0.1:8080", "base_url: ${SHOP}");
  const std::string here = plan_hash(good(target, {{"SHOP", "http://127.0.0.1:8080"}}), {});
  EXPECT_EQ(here, plan_hash(good(), {}));
  const std::string secret = with("observe:\n", "observe:\n  database: {postgres: \"${DSN}\"}\n");
  EXPECT_EQ(plan_hash(good(secret, {{"DSN", "password=a"}}), {}),
            plan_hash(good(secret, {{"DSN", "password=b"}}), {}));
}

TEST(Arithmetic, CountsSamplesAsTheBooksDo) {
  EXPECT_EQ(samples_for_percentile(99), 368);
  EXPECT_EQ(samples_for_error_rate(0.001), 3838);
}

TEST(Arithmetic, KeepsJourneysAndRequestsApart) {
  const Plan plan = good();
  const ProfileArithmetic sum = arithmetic(plan, *plan.profile("steady"), shapes());
  EXPECT_DOUBLE_EQ(sum.journeys_per_second, 200);
  EXPECT_DOUBLE_EQ(sum.requests_per_second, 400);
  EXPECT_NEAR(sum.busy_vus, 200 * (0.9 * 0.1 + 0.1 * 0.5), 1e-6);
}

TEST(Arithmetic, SaysWhatCannotBeDecidedAndForHowLongItWouldTake) {
  const Plan plan = good(with("hold: 10m, warm_up: 1m", "hold: 10s, warm_up: 1s"));
  Diagnostics diagnostics;
  check_decidability(plan, shapes(), diagnostics);
  const std::string all = diagnostics.render("plan.yaml", kPlan);
  EXPECT_THAT(all, HasSubstr("`steady` cannot decide the SLO `checkout-p99`: 180 samples of 368"));
  EXPECT_THAT(all, HasSubstr("hold it for 20s"));
}

TEST(Compile, SharesARateByWeight) {
  const Plan plan = good();
  double start = 0;
  const auto stages = stages_of(*plan.profile("steady"), 2, start);
  const auto scenarios = compile_rate(plan, start, stages, 100);
  ASSERT_EQ(scenarios.size(), 2);
  const auto& browse = std::get<load::RampingArrivalRateConfig>(scenarios[0].executor);
  EXPECT_EQ(browse.stages[0].duration, std::chrono::minutes(1));
  EXPECT_EQ(browse.stages[1].target, 180'000);  // in 1,000 s
  EXPECT_EQ(scenarios[1].exec, "buy");
  EXPECT_THAT(load::validate(scenarios), ::testing::IsEmpty());
}

TEST(Show, IsOnePageOfEightyColumns) {
  const std::string page = show(good(), shapes(), "abc");
  EXPECT_THAT(page, HasSubstr("= 200 journeys/s = 400 requests/s"));
  EXPECT_THAT(page, HasSubstr("halt when    error_rate > 25% for 10s"));
  std::size_t start = 0;
  for (std::size_t end = 0; (end = page.find('\n', start)) != std::string::npos; start = end + 1) {
    EXPECT_LE(end - start, 80) << page.substr(start, end - start);
  }
}

}  // namespace
}  // namespace proofload::plan
