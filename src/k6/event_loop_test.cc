#include <gmock/gmock.h>

#include "k6/vu_test_fixture.h"

namespace proofload::k6 {
namespace {

using testing::ElementsAre;

class Events : public VuTest {
 protected:
  // What the default function of `body` logs in one iteration.
  std::vector<std::string> logged(const std::string& body) {
    provide(
        "import http from 'k6/http'; import { sleep } from 'k6';\n"
        "const log = console.log;\n"
        "export default async function () {" +
        body + "}");
    open_host();
    run_on(add_vu(1), [&](Vu& vu) {
      const auto initialized = vu.init();
      ASSERT_TRUE(initialized) << initialized.error().message();
      iterate(vu, scenario_);
      const auto& state = *static_cast<const Vu::State*>(js::Context::current()->opaque);
      EXPECT_FALSE(state.events.has_leftovers());
    });
    return log_.messages();
  }
};

TEST_F(Events, JobsRunBeforeTimersAndTimersByTheirTime) {
  EXPECT_THAT(logged("setTimeout(() => log('late'), 4); setTimeout(() => log('soon'), 1);"
                     "Promise.resolve().then(() => log('job')); log('now')"),
              ElementsAre("now", "job", "soon", "late"));
}

TEST_F(Events, TimersOfTheSameTimeRunInTheirOrder) {
  EXPECT_THAT(logged("for (let i = 0; i < 4; i++) setTimeout(() => log(i), 0); sleep(0.002)"),
              ElementsAre("0", "1", "2", "3"));
}

TEST_F(Events, AJobOfATimerRunsBeforeTheNextTimer) {
  EXPECT_THAT(
      logged("setTimeout(() => { log('a'); Promise.resolve().then(() => log('job of a')) }, 0);"
             "setTimeout(() => log('b'), 0); sleep(0.002)"),
      ElementsAre("a", "job of a", "b"));
}

TEST_F(Events, ATimerGetsItsArguments) {
  EXPECT_THAT(logged("setTimeout((...all) => log(all.join('+')), 0, 'a', 2, null)"),
              ElementsAre("a+2+"));
}

TEST_F(Events, AnIntervalGoesOnUntilItIsCleared) {
  EXPECT_THAT(logged("let n = 0; const id = setInterval(() => { log(++n); if (n === 3) "
                     "clearInterval(id) }, 1)"),
              ElementsAre("1", "2", "3"));
}

TEST_F(Events, AClearedTimerNeverRuns) {
  EXPECT_THAT(
      logged("const id = setTimeout(() => log('no'), 1); setTimeout(() => clearTimeout(id), 0);"
             "clearTimeout(12345); clearTimeout(undefined); sleep(0.0001); log('end')"),
      ElementsAre("end"));
}

TEST_F(Events, AnExceptionInATimerEndsTheIteration) {
  const auto messages =
      logged("setTimeout(() => { throw new Error('late') }, 0); setTimeout(() => log('no'), 50)");
  ASSERT_EQ(messages.size(), 1);
  EXPECT_THAT(messages[0], testing::HasSubstr("Error: late"));
}

TEST_F(Events, ARejectionThatIsHandledInTimeIsNone) {
  EXPECT_THAT(logged("const p = Promise.reject(new Error('x')); "
                     "Promise.resolve().then(() => p.catch(() => log('handled')))"),
              ElementsAre("handled"));
}

TEST_F(Events, AnIterationWaitsForItsTimersAndNotForAPromiseNobodyCanSettle) {
  EXPECT_THAT(logged("setTimeout(() => log('waited'), 2); await new Promise(() => {}); log('no')"),
              ElementsAre("waited"));
}

TEST_F(Events, RequestsUnderWayKeepTheIterationOpen) {
  http::TestServer server(*loop_, [](http::Peer& peer, int) { peer.answer_all(http::ok("fine")); });
  test_.env["URL"] = server.url();
  provide(
      "import http from 'k6/http';\n"
      "export default function () {\n"
      "  for (const n of [1, 2]) http.asyncRequest('GET', __ENV.URL).then((r) => "
      "console.log(r.body));\n"
      "}");
  open_host();
  run_on(add_vu(1), [&](Vu& vu) {
    ASSERT_TRUE(vu.init());
    EXPECT_EQ(iterate(vu, scenario_), IterationOutcome::kComplete);
    server.stop();
  });
  EXPECT_THAT(log_.messages(), ElementsAre("fine", "fine"));
  runners_.clear();
}

}  // namespace
}  // namespace proofload::k6
