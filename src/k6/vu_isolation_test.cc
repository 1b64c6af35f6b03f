// What one VU does must not be seen, and not be felt, by another on the same thread.
#include <gmock/gmock.h>

#include "k6/vu_test_fixture.h"

namespace proofload::k6 {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class VuIsolation : public VuTest {
 protected:
  // Two VUs go through `source`'s default function at the same time, twice each.
  std::vector<std::string> two_vus(const std::string& source,
                                   js::ContextKind kind = js::ContextKind::kLight) {
    provide(source);
    open_host(kind);
    Runner& a = add_vu(1);
    Runner& b = add_vu(2);
    const auto body = [this](Vu& vu) {
      ASSERT_TRUE(vu.init());
      iterate(vu, scenario_);
      iterate(vu, scenario_);
    };
    run_all({{&a, body}, {&b, body}});
    std::vector<std::string> messages = log_.messages();
    std::ranges::sort(messages);
    return messages;
  }
};

// Each prints "VU: what it saw"; the sleep lets the other one in between.
TEST_F(VuIsolation, GlobalsAndModuleStateAreEachVusOwn) {
  EXPECT_THAT(two_vus("import { sleep } from 'k6'; let n = 0; globalThis.g = [];\n"
                      "export default function () { n += __VU; sleep(0.002); g.push(__VU); "
                      "sleep(0.002); console.log(`${__VU}: ${n} ${g}`) }"),
              ElementsAre("1: 1 1", "1: 2 1,1", "2: 2 2", "2: 4 2,2"));
}

TEST_F(VuIsolation, RandomNumbersFollowFromEachVusOwnSeed) {
  const auto lines = two_vus(
      "import { randomSeed, sleep } from 'k6';\n"
      "export default function () { randomSeed(7); const a = Math.random(); sleep(0.002); "
      "console.log(`${a} ${Math.random()}`) }");
  ASSERT_EQ(lines.size(), 4);
  EXPECT_EQ(lines.front(), lines.back());
}

TEST_F(VuIsolation, UnseededRandomNumbersDiffer) {
  const auto lines = two_vus("export default function () { console.log(Math.random()) }");
  ASSERT_EQ(lines.size(), 4);
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 4);
}

TEST_F(VuIsolation, FunctionAndIndirectEvalSeeTheirVusGlobals) {
  EXPECT_THAT(two_vus("import { sleep } from 'k6'; globalThis.who = __VU; globalThis.zz = sleep;\n"
                      "export default function () {\n"
                      "  (0, eval)('var mark = who');\n"
                      "  sleep(0.002);\n"
                      "  console.log([new Function('zz(0.002); return who')(), (0, eval)('mark'),\n"
                      "    (() => {}).constructor('return mark')(), [1].map(new Function('return "
                      "this.who'))[0],\n"
                      "    (function* () {}).constructor('yield who')().next().value].join(' '));\n"
                      "}"),
              ElementsAre("1 1 1 1 1", "1 1 1 1 1", "2 2 2 2 2", "2 2 2 2 2"));
}

TEST_F(VuIsolation, JobsAndTimersOfOneVuNeverRunOnAnothersFiber) {
  EXPECT_THAT(
      two_vus("import exec from 'k6/execution'; import { sleep } from 'k6';\n"
              "export default async function () {\n"
              "  const seen = new Set();\n"
              "  const look = () => { seen.add(exec.vu.idInTest); sleep(0.001); "
              "seen.add(__VU) };\n"
              "  const waits = [];\n"
              "  for (let i = 0; i < 5; i++) {\n"
              "    waits.push(Promise.resolve().then(look));\n"
              "    waits.push(new Promise((done) => setTimeout(() => { look(); done() }, i)));\n"
              "  }\n"
              "  await Promise.all(waits);\n"
              "  console.log([...seen].join());\n"
              "}"),
      ElementsAre("1", "1", "2", "2"));
}

TEST_F(VuIsolation, ChangedPrototypesStayInFullContexts) {
  EXPECT_THAT(
      two_vus("import { sleep } from 'k6';\n"
              "export default function () { sleep(0.002); console.log(`${__VU}: ${[].mark}`); "
              "Array.prototype.mark = __VU }",
              js::ContextKind::kFull),
      ElementsAre("1: 1", "1: undefined", "2: 2", "2: undefined"));
}

TEST_F(VuIsolation, EnvironmentChangesAreEachVusOwn) {
  test_.env["X"] = "given";
  EXPECT_THAT(two_vus("import { sleep } from 'k6'; let seen = '';\n"
                      "export default function () { seen += __ENV.X; __ENV.X = `${__VU}`; "
                      "sleep(0.002); console.log(`${__VU}: ${seen} ${__ENV.X}`) }"),
              ElementsAre("1: given 1", "1: givengiven 1", "2: given 2", "2: givengiven 2"));
}

TEST_F(VuIsolation, TagsAndGroupsAreEachVusOwn) {
  EXPECT_THAT(two_vus("import exec from 'k6/execution'; import { group, sleep } from 'k6';\n"
                      "export default function () { group(`g${__VU}`, () => { sleep(0.002); "
                      "console.log(exec.vu.tags.group) }) }"),
              ElementsAre("::g1", "::g1", "::g2", "::g2"));
}

// A bound with room for sanitizers and a busy machine; what an idle one does is measured elsewhere.
constexpr Duration kLatenessMax = 250ms;

class Neighbours : public VuTest {
 protected:
  // While VU 1 is in `bad`, VU 2 sleeps in small steps; gives how late the latest of its steps was.
  Duration lateness_beside(const std::string& bad) {
    provide(
        fmt::format("import {{ sleep }} from 'k6';\n"
                    "export default function () {{ {} }}\n"
                    "export function polite() {{ sleep(0.002) }}",
                    bad));
    open_host();
    Duration worst{};
    run_all({{&add_vu(1),
              [&](Vu& vu) {
                ASSERT_TRUE(vu.init());
                iterate(vu, scenario_);
              }},
             {&add_vu(2), [&](Vu& vu) {
                ASSERT_TRUE(vu.init());
                const ScenarioContext polite = scenario("polite", "polite");
                for (int i = 0; i < 20; i++) {
                  const TimePoint start = monotonic_now();
                  iterate(vu, polite);
                  worst = std::max<Duration>(worst, monotonic_now() - start - 2ms);
                }
                runners_[0]->vu->interrupt();
              }}});
    return worst;
  }
};

TEST_F(Neighbours, AreNotHeldUpByAnEndlessLoop) {
  EXPECT_LT(lateness_beside("for (;;) {}"), kLatenessMax);
}
TEST_F(Neighbours, AreNotHeldUpInsideABuiltIn) {
  EXPECT_LT(lateness_beside("for (;;) [3, 2, 1].sort(() => { for (let i = 0; i < 1e9; i++); })"),
            kLatenessMax);
}
TEST_F(Neighbours, AreNotHeldUpByARegularExpression) {
  EXPECT_LT(lateness_beside("/^(a+)+$/.test('a'.repeat(60) + 'b')"), kLatenessMax);
}
TEST_F(Neighbours, AreNotHeldUpByGarbage) {
  EXPECT_LT(lateness_beside("for (;;) { const a = {}; a.self = a }"), kLatenessMax);
}
TEST_F(Neighbours, AreNotHeldUpByJobsWithoutEnd) {
  EXPECT_LT(lateness_beside("const again = () => Promise.resolve().then(again); again()"),
            kLatenessMax);
}

}  // namespace
}  // namespace proofload::k6
