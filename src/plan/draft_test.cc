#include "plan/draft.h"

#include <gmock/gmock.h>

namespace proofload::plan {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

Draft draft() {
  Draft draft;
  draft.name = "shop";
  draft.environment = "staging";
  draft.base_url = "http://127.0.0.1:8080";
  draft.endpoints = {{"products", "GET", "/products"},
                     {"product", "GET", "/products/{id}"},
                     {"buy", "POST", "/checkout"}};
  draft.slos = {{.id = "latency", .objective = "latency: {p95: 500ms}"},
                {.id = "buy", .objective = "latency: {p99: 1s}", .endpoint = "buy"},
                {.id = "errors", .objective = "error_rate: {max: 1%}"}};
  draft.script = "journeys.js";
  draft.profiles = {{.name = "steady", .load = "journeys: 1/s", .hold = seconds(10), .more = ""}};
  draft.scrape = "http://127.0.0.1:8080/metrics";
  draft.halt_role = "sre";
  draft.halt_contact = "#sre: \"call\"";
  draft_script(draft);
  return draft;
}

Plan read(const Draft& draft) {
  Diagnostics diagnostics;
  Plan plan = read_plan(draft_text(draft), ".", {}, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render("plan.yaml", draft_text(draft));
  return plan;
}

TEST(Draft, IsAPlanWithoutMistakes) {
  const Plan plan = read(draft());

  EXPECT_EQ(plan.service.endpoints.size(), 3U);
  EXPECT_EQ(plan.safety.halt_owner.contact, "#sre: \"call\"");
  EXPECT_EQ(plan.safety.allow_targets.front(), "127.0.0.1:8080");
  EXPECT_EQ(plan.load.journeys.size(), 2U);
}

TEST(Draft, KeepsNamesThatAreNoBareWordsOfYaml) {
  Draft odd = draft();
  odd.name = "yes: {no";
  odd.profiles.front().name = "a b";
  odd.env["X"] = "line\n\"quoted\" \\ ${HOME";
  const Plan plan = read(odd);

  EXPECT_EQ(plan.name, "yes: {no");
  EXPECT_EQ(plan.load.profiles.front().name, "a b");
  EXPECT_EQ(plan.load.env.at("X"), "line\n\"quoted\" \\ ${HOME");
}

TEST(Draft, HasAScriptWithAJourneyOfWhatReadsAndOneOfWhatChanges) {
  Draft one = draft();
  const std::string script = draft_script(one);

  EXPECT_THAT(script, HasSubstr("export function browse() {\n  http.get(`${BASE}/products`);\n"
                                "  http.get(`${BASE}/products/${pick(IDS)}`);"));
  EXPECT_THAT(script, HasSubstr("export function change() {\n  http.post(`${BASE}/checkout`"));
  one.endpoints.pop_back();
  EXPECT_THAT(draft_script(one), Not(HasSubstr("change")));
}

TEST(Draft, HoldsLongEnoughToDecideAndSaysWhatItLeftOut) {
  Draft one = draft();
  const JourneyShapes shapes{{"browse", {.took = seconds(1), .requests = {{"products", 1}}}},
                             {"change", {.took = seconds(1), .requests = {{"products", 1}}}}};
  int rounds = 0;
  while (make_decidable(one, read(one), shapes)) ASSERT_LT(++rounds, 5);

  EXPECT_THAT(draft_text(one), HasSubstr("# Left out: the SLO buy"));
  EXPECT_THAT(draft_text(one), HasSubstr("# steady is held for"));
  const Plan plan = read(one);
  for (const Decidability& each : decidability(plan, shapes)) {
    EXPECT_TRUE(each.is_decidable()) << each.slo->id;
  }
}

}  // namespace
}  // namespace proofload::plan
