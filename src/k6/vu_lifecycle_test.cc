#include <gmock/gmock.h>

#include "k6/vu_test_fixture.h"

namespace proofload::k6 {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class Lifecycle : public VuTest {
 protected:
  // Initialises VU 0 with `source` and hands it to `body`.
  void with(const std::string& source, std::function<void(Vu&)> body) {
    provide(source);
    open_host();
    run_on(add_vu(0), [&](Vu& vu) {
      const auto initialized = vu.init();
      ASSERT_TRUE(initialized) << initialized.error().message();
      body(vu);
    });
  }
  Error init_error(const std::string& source) {
    provide(source);
    open_host();
    Result<void> result;
    run_on(add_vu(0), [&](Vu& vu) { result = vu.init(); });
    return result ? Error(ErrorKind::kInternal, "there was none") : result.error();
  }
};

TEST_F(Lifecycle, AnExceptionInInitIsToldWithItsPlace) {
  const Error error = init_error("const a = 1;\nthrow new Error('broken');");
  EXPECT_THAT(error.message(), HasSubstr("Error: broken"));
  EXPECT_THAT(error.message(), HasSubstr("file:///tests/script.js:2:"));
  EXPECT_EQ(error.hint(), kScriptExceptionHint);
}

TEST_F(Lifecycle, ASyntaxErrorIsNoException) {
  const Error error = init_error("const a = ;");
  EXPECT_THAT(error.message(), HasSubstr("file:///tests/script.js: Line 1:"));
  EXPECT_TRUE(error.hint().empty());
}

TEST_F(Lifecycle, AMissingImportIsToldAsTheLoaderSaidIt) {
  const Error error = init_error("import './gone.js'; export default function () {}");
  EXPECT_THAT(error.message(), HasSubstr("\"./gone.js\" couldn't be found on local disk"));
}

TEST_F(Lifecycle, ExportsAreKnownAfterInit) {
  with("export const options = { vus: 3 }; export default function () {} export const notOne = 1;",
       [](Vu& vu) {
         EXPECT_TRUE(vu.has_function("default"));
         EXPECT_FALSE(vu.has_function("notOne"));
         EXPECT_FALSE(vu.has_function("setup"));
         EXPECT_TRUE(vu.has_any_function());
         EXPECT_EQ(vu.exported_options().value(), R"({"vus":3})");
       });
}

TEST_F(Lifecycle, SetupHandsOverWhatItsPromiseGives) {
  with("export async function setup() { await null; return { list: [1, 'a'] } }",
       [](Vu& vu) { EXPECT_EQ(vu.run_setup(10s).value(), R"({"list":[1,"a"]})"); });
}

TEST_F(Lifecycle, SetupThatGivesNothingGivesNull) {
  with("export function setup() {}", [](Vu& vu) { EXPECT_EQ(vu.run_setup(10s).value(), "null"); });
}

TEST_F(Lifecycle, EverySetupThatDoesNotEndIsEndedByItsTimeout) {
  for (const char* body :
       {"for (;;) {}", "sleep(3600)", "for (;;) try { sleep(3600) } catch (e) {}",
        "return new Promise((resolve) => setTimeout(resolve, 1e6))", "setInterval(() => {}, 1)",
        "new Promise(() => { for (;;) {} })",
        "return (async () => ({ then() { sleep(3600) } }))()"}) {
    SCOPED_TRACE(body);
    runners_.clear();
    host_.reset();
    TestState& test = test_;
    test.files.provide(test.script_path, "");
    test.script_path = fmt::format("/tests/{}.js", std::hash<std::string_view>()(body));
    with(fmt::format("import {{ sleep }} from 'k6'; export function setup() {{ {} }} "
                     "export function teardown() {{ return 'fine' }}",
                     body),
         [](Vu& vu) {
           const auto result = vu.run_setup(20ms);
           ASSERT_FALSE(result);
           EXPECT_EQ(result.error().kind(), ErrorKind::kSetupTimeout);
           EXPECT_EQ(result.error().message(), "setup() execution timed out after 0.02 seconds");
           EXPECT_TRUE(vu.run_teardown(10s));
         });
  }
}

TEST_F(Lifecycle, AnInterruptedSetupIsAnAbort) {
  with("import { sleep } from 'k6'; export function setup() { sleep(3600) }", [&](Vu& vu) {
    runtime::Timer stop([&] { vu.interrupt(); });
    loop_->timers().arm(stop, monotonic_now() + 2ms);
    const auto result = vu.run_setup(60s);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::kExternalAbort);
  });
}

TEST_F(Lifecycle, TeardownGetsWhatSetupReturned) {
  test_.setup_data = R"({"id":7})";
  with("export function teardown(data) { console.log(data.id) }", [&](Vu& vu) {
    EXPECT_TRUE(vu.run_teardown(10s));
    EXPECT_THAT(log_.messages(), ElementsAre("7"));
  });
}

TEST_F(Lifecycle, AnExceptionInTeardownIsItsError) {
  with("export function teardown() { throw new TypeError('bad end') }", [](Vu& vu) {
    const auto result = vu.run_teardown(10s);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), HasSubstr("TypeError: bad end"));
  });
}

TEST_F(Lifecycle, AnIterationThatThrowsIsCompleteAndLogged) {
  with("export default function () { throw new Error('once') }", [&](Vu& vu) {
    EXPECT_EQ(iterate(vu, scenario_), IterationOutcome::kComplete);
    ASSERT_EQ(log_.records.size(), 1);
    EXPECT_THAT(log_.records[0].message, HasSubstr("Error: once"));
    EXPECT_EQ(test_.iterations_completed, 1);
  });
}

TEST_F(Lifecycle, ARejectionNobodyHandlesIsLogged) {
  with("export default async function () { Promise.reject(new Error('lost')) }", [&](Vu& vu) {
    iterate(vu, scenario_);
    ASSERT_EQ(log_.records.size(), 1);
    EXPECT_THAT(log_.records[0].message, HasSubstr("Uncaught (in promise) Error: lost"));
  });
}

TEST_F(Lifecycle, AMissingFunctionIsAnErrorOfTheIteration) {
  with("export default function () {}", [&](Vu& vu) {
    const ScenarioContext wrong = scenario("wrong", "gone");
    iterate(vu, wrong);
    ASSERT_EQ(log_.records.size(), 1);
    EXPECT_EQ(log_.records[0].level, LogLevel::kError);
  });
}

TEST_F(Lifecycle, CountersGoOnAcrossScenariosAndTagsDoNot) {
  with(
      "import exec from 'k6/execution';\n"
      "export default function () {\n"
      "  console.log(`${__ITER} ${exec.vu.iterationInScenario} ${exec.vu.tags.mine}`);\n"
      "  exec.vu.tags.mine = 'set';\n"
      "}",
      [&](Vu& vu) {
        const ScenarioContext next = scenario("next", "default");
        vu.activate(scenario_);
        vu.run_iteration({.due = monotonic_now()});
        vu.run_iteration({.due = monotonic_now()});
        vu.deactivate();
        iterate(vu, next);
        EXPECT_THAT(log_.messages(), ElementsAre("0 0 undefined", "1 1 set", "2 0 undefined"));
      });
}

}  // namespace
}  // namespace proofload::k6
