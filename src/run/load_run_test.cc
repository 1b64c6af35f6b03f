#include "run/load_run.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "k6/vu_test_fixture.h"

namespace proofload::run {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

load::Scenario named(std::string name, load::ExecutorConfig executor) {
  load::Scenario scenario;
  scenario.name = std::move(name);
  scenario.executor = std::move(executor);
  return scenario;
}

class LoadRunTest : public k6::VuTest {
 protected:
  void SetUp() override {
    k6::VuTest::SetUp();
    thresholds_ = metrics::Thresholds();
  }

  // Runs `source` with these scenarios on `cores` threads. `during` is called on VU 0's loop.
  RunOutcome run_load(const std::string& source, std::vector<load::Scenario> scenarios,
                      std::uint32_t cores, std::function<void(LoadRun&)> during = {}) {
    provide(source);
    open_host();
    RunOutcome outcome;
    run_on(add_vu(0), [&](k6::Vu& vu) {
      const auto initialized = vu.init();
      ASSERT_TRUE(initialized) << initialized.error().message();
      load::sort_scenarios(scenarios);
      LoadRun load_run(LoadRunConfig{.test = test_,
                                     .host = *host_,
                                     .vu = vu,
                                     .code_cache = code_cache_,
                                     .thresholds = thresholds_,
                                     .scenarios = scenarios,
                                     .tuple = {},
                                     .cores = cores,
                                     .has_setup = vu.has_function("setup"),
                                     .has_teardown = vu.has_function("teardown"),
                                     .setup_timeout = 60s,
                                     .teardown_timeout = 60s});
      if (during) during(load_run);
      outcome = load_run.run();
      const metrics::BuiltIn& builtin = test_.registry.builtin();
      const metrics::Sink& iterations = load_run.totals().sink(builtin.iterations);
      iterations_ = iterations.counter() ? iterations.counter()->samples : 0;
    });
    return outcome;
  }

  // Log lines without the run's own, sorted: threads interleave as they like.
  std::vector<std::string> lines() const {
    std::vector<std::string> texts = log_.messages();
    std::ranges::sort(texts);
    return texts;
  }

  metrics::Thresholds thresholds_;
  std::uint64_t iterations_ = 0;
};

TEST_F(LoadRunTest, TwoThreadsGiveTheIdsAndNumbersThatOneGives) {
  const std::string source =
      "import exec from 'k6/execution';\n"
      "export default function () {\n"
      "  console.log(`${exec.scenario.name} vu ${__VU} iteration ${__ITER}`)\n"
      "}\n"
      "export function shared() { console.log(`number ${exec.scenario.iterationInTest}`) }";
  std::vector<std::vector<std::string>> seen;
  for (const std::uint32_t cores : {1U, 2U}) {
    TearDown();
    runners_.clear();
    log_.records.clear();
    load::Scenario own = named("own", load::PerVuIterationsConfig{.vus = 5, .iterations = 3});
    load::Scenario shared =
        named("shared", load::SharedIterationsConfig{.vus = 3, .iterations = 20});
    shared.exec = "shared";
    const RunOutcome outcome = run_load(source, {own, shared}, cores);
    EXPECT_FALSE(outcome.error);
    EXPECT_EQ(iterations_, 35);
    seen.push_back(lines());
  }
  EXPECT_EQ(seen[0].size(), 35);
  EXPECT_EQ(seen[0], seen[1]);
}

TEST_F(LoadRunTest, MoreCoresThanVusAreNotUsed) {
  const RunOutcome outcome =
      run_load("export default function () { console.log(__VU) }",
               {named("s", load::SharedIterationsConfig{.vus = 1, .iterations = 2})}, 64);
  EXPECT_FALSE(outcome.error);
  EXPECT_THAT(lines(), testing::ElementsAre("1", "1"));
}

TEST_F(LoadRunTest, AnAbortInterruptsAllVusAndStillTearsDown) {
  std::function<void()> fire;
  runtime::Timer stop([&] { fire(); });
  const RunOutcome outcome = run_load(
      "import { sleep } from 'k6';\n"
      "export default function () { console.log('up'); if (__VU % 2) sleep(3600); for (;;) {} }\n"
      "export function teardown() { console.log('torn down') }",
      {named("s", load::PerVuIterationsConfig{.vus = 4, .iterations = 1})}, 2,
      [&](LoadRun& load_run) {
        fire = [&] {
          if (log_.count() < 4) {
            loop_->timers().arm(stop, monotonic_now() + 5ms);
            return;
          }
          load_run.abort(Error(ErrorKind::kExternalAbort, "enough"));
          load_run.abort(Error(ErrorKind::kThresholds, "too late"));
        };
        loop_->timers().arm(stop, monotonic_now());
      });
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->message(), "enough");
  EXPECT_TRUE(outcome.is_started);
  EXPECT_EQ(iterations_, 0);
  EXPECT_EQ(test_.iterations_interrupted, 4);
  EXPECT_THAT(lines(), testing::ElementsAre("torn down", "up", "up", "up", "up"));
}

TEST_F(LoadRunTest, AnAbortDuringSetupStartsNoLoad) {
  std::function<void()> fire;
  runtime::Timer stop([&] { fire(); });
  const RunOutcome outcome = run_load(
      "import { sleep } from 'k6';\n"
      "export function setup() { sleep(3600) }\n"
      "export default function () { console.log('iterated') }",
      {named("s", load::PerVuIterationsConfig{.vus = 2, .iterations = 1})}, 2,
      [&](LoadRun& load_run) {
        fire = [&] {
          if (load_run.snapshot().stage != RunStage::kSetup) {
            loop_->timers().arm(stop, monotonic_now() + 1ms);
          } else {
            load_run.abort(Error(ErrorKind::kExternalAbort, "enough"));
          }
        };
        loop_->timers().arm(stop, monotonic_now());
      });
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->message(), "enough");
  EXPECT_FALSE(outcome.is_started);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(LoadRunTest, AnAbortBeforeTheVusAreReadyStartsNothing) {
  const RunOutcome outcome = run_load(
      "export default function () { console.log('iterated') }",
      {named("s", load::PerVuIterationsConfig{.vus = 2, .iterations = 1})}, 2,
      [](LoadRun& load_run) { load_run.abort(Error(ErrorKind::kExternalAbort, "enough")); });
  ASSERT_TRUE(outcome.error);
  EXPECT_FALSE(outcome.is_started);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(LoadRunTest, AnInitThatFailsInOneVuIsTheRunsError) {
  const RunOutcome outcome = run_load(
      "if (__VU === 2) throw new Error('not this one');\n"
      "export default function () { console.log('iterated') }",
      {named("s", load::PerVuIterationsConfig{.vus = 4, .iterations = 1})}, 2);
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->message(), HasSubstr("not this one"));
  EXPECT_FALSE(outcome.is_started);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(LoadRunTest, ASetupThatThrowsStartsNoLoadAndTearsNothingDown) {
  const RunOutcome outcome = run_load(
      "export function setup() { throw new Error('no setup') }\n"
      "export default function () { console.log('iterated') }\n"
      "export function teardown() { console.log('torn down') }",
      {named("s", load::PerVuIterationsConfig{.vus = 1, .iterations = 1})}, 1);
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->message(), HasSubstr("no setup"));
  EXPECT_FALSE(outcome.is_started);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(LoadRunTest, UnplannedVusAreMadeWhileItRuns) {
  const RunOutcome outcome = run_load(
      "import { sleep } from 'k6';\n"
      "export default function () { sleep(0.4); console.log(`vu ${__VU}`) }",
      {named("s",
             load::ConstantArrivalRateConfig{
                 .rate = 20, .duration = 1s, .pre_allocated_vus = 1, .max_vus = 20})},
      2);
  EXPECT_FALSE(outcome.error);
  EXPECT_GT(test_.vus_initialized, 1);
  EXPECT_LE(test_.vus_initialized, 20);
  EXPECT_EQ(test_.iterations_interrupted, 0);
}

TEST_F(LoadRunTest, BuiltInsChangedWhileRunningAreNamedOnce) {
  run_load("export default function () { Array.prototype.mark = __VU }",
           {named("s", load::PerVuIterationsConfig{.vus = 4, .iterations = 2})}, 2);
  ASSERT_EQ(log_.records.size(), 1);
  EXPECT_EQ(log_.records[0].level, LogLevel::kWarning);
  ASSERT_FALSE(log_.records[0].fields.empty());
  EXPECT_EQ(log_.records[0].fields[0].second, "Array.prototype.mark");
}

TEST(FrameInbox, GivesWhatWasPutInOnce) {
  metrics::Registry registry;
  metrics::Recorder recorder(registry);
  FrameInbox inbox;
  inbox.put(recorder.seal(0));
  inbox.put(recorder.seal(1));
  const auto frames = inbox.take();
  ASSERT_EQ(frames.size(), 2);
  EXPECT_EQ(frames[0]->index(), 0);
  EXPECT_EQ(frames[1]->index(), 1);
  EXPECT_THAT(inbox.take(), IsEmpty());
}

}  // namespace
}  // namespace proofload::run
