// Each way a script can wait or never end × each place it can do so: stopped soon, nothing of the
// script runs afterwards, and the VU goes on with another scenario as if nothing had been.
#include <gmock/gmock.h>

#include "k6/vu_test_fixture.h"

namespace proofload::k6 {
namespace {

using namespace std::chrono_literals;

struct Block {
  const char* name;
  const char* code;
};

// What keeps a script where it is. URL never answers, HALF never ends its answer.
constexpr Block kBlocks[] = {
    {"sleep", "sleep(3600)"},
    {"get", "http.get(URL)"},
    {"half_answer", "http.get(HALF)"},
    {"batch", "http.batch([['GET', URL], ['GET', URL], ['GET', HALF]])"},
    {"busy_loop", "for (;;) {}"},
    {"backtracking", "/^(a+)+$/.test('a'.repeat(60) + 'b')"},
    {"requests_without_end", "for (;;) http.get(LIVE)"},
    {"sleeps_without_end", "for (;;) sleep(0.001)"},
};

// Where: BLOCK stands for the code above followed by `went('on')`, which nobody may reach.
constexpr Block kPlaces[] = {
    {"plain", "BLOCK"},
    {"promise_executor", "new Promise(() => { BLOCK }).catch(() => went('catch'))"},
    {"executors_without_end", "for (;;) new Promise(() => { BLOCK })"},
    {"thenable", "Promise.resolve({ then() { BLOCK } }).finally(() => went('finally'))"},
    {"thenable_getter", "Promise.resolve({ get then() { BLOCK } }); went('after')"},
    {"reaction", "Promise.resolve().then(() => { BLOCK }).catch(() => went('catch'))"},
    {"finally", "try { BLOCK } finally { went('finally') }"},
    {"inside_finally", "try { } finally { try { BLOCK } finally { went('finally') } }"},
    {"swallowed", "for (;;) { try { BLOCK } catch (e) { went('catch') } }"},
    {"generator", "function* g() { try { BLOCK; yield 1 } finally { went('finally') } } [...g()]"},
    {"async_function",
     "const f = async () => { await null; try { BLOCK } catch (e) { went('catch') } }; "
     "f().then(() => went('then'))"},
    {"sort_comparator", "[3, 2, 1].sort(() => { BLOCK }); went('after')"},
    {"replacer", "'abc'.replace(/b/, () => { BLOCK }); went('after')"},
    {"to_json", "JSON.stringify({ toJSON() { BLOCK } }); went('after')"},
    {"reviver", "JSON.parse('[1]', () => { BLOCK }); went('after')"},
    {"getter", "Object.assign({}, { get x() { BLOCK } }); went('after')"},
    {"proxy", "new Proxy({}, { get() { BLOCK } }).x; went('after')"},
    {"group", "group('g', () => { BLOCK }); went('after')"},
    {"check", "check(1, { c: () => { BLOCK } }); went('after')"},
    {"timer", "setTimeout(() => { BLOCK }, 0)"},
    {"interval", "setInterval(() => { BLOCK }, 1)"},
    {"open_timers", "setTimeout(() => went('timer'), 1e6); BLOCK"},
    {"open_request", "http.asyncRequest('GET', URL).finally(() => went('finally')); BLOCK"},
};

// What waits without blocking a call, so it has its own places.
constexpr const char* kAsyncScripts[] = {
    "await http.asyncRequest('GET', URL); went('on')",
    "try { await http.asyncRequest('GET', URL) } catch (e) { went('catch') } finally { went('f') }",
    "await Promise.all([1, 2, 3].map(() => http.asyncRequest('GET', HALF))); went('on')",
    "http.asyncRequest('GET', URL).then(() => went('then'), () => went('catch'))",
    "await { then(resolve) { http.asyncRequest('GET', URL).then(resolve) } }; went('on')",
    "for (;;) { try { await http.asyncRequest('GET', URL) } catch (e) { went('catch') } }",
    ("async function* g() { yield await http.asyncRequest('GET', URL) } "
     "for await (const x of g()) went('on')"),
    "await new Promise((resolve) => setTimeout(resolve, 1e6)); went('on')",
    "setTimeout(() => went('timer'), 1e6)",
    "setInterval(() => {}, 1)",
    "setTimeout(function again() { setTimeout(again, 1) }, 1)",
    "setTimeout(() => {}, 1e6); await new Promise(() => {}); went('on')",
    "try { setTimeout(() => {}, 1e6); await new Promise(() => {}) } finally { went('finally') }",
    "for (;;) await null",
    "const again = () => Promise.resolve().then(again); again()",
    "await Promise.race([http.asyncRequest('GET', URL), new Promise(() => {})]); went('on')",
};

constexpr std::string_view kHead =
    "import http from 'k6/http';\n"
    "import { check, group, sleep } from 'k6';\n"
    "const { URL, HALF, LIVE } = __ENV;\n"
    "let reached = '';\n"
    "const went = (where) => { reached = reached || where };\n";

// The next scenario: everything a VU can do still works, and it tells what it saw.
constexpr std::string_view kProbe =
    "export async function probe() {\n"
    "  const seen = [reached];\n"
    "  seen.push(http.get(LIVE).body);\n"
    "  sleep(0.001);\n"
    "  seen.push(http.batch([['GET', LIVE]])[0].status);\n"
    "  seen.push((await http.asyncRequest('GET', LIVE)).status);\n"
    "  seen.push(await new Promise((resolve) => setTimeout(() => resolve('timer'), 1)));\n"
    "  seen.push(group('g', () => check(1, { one: (v) => v === 1 })));\n"
    "  console.log(seen.join());\n"
    "  reached = '';\n"
    "}\n";

class StopMatrix : public VuTest {
 protected:
  void SetUp() override {
    VuTest::SetUp();
    server_ = std::make_unique<http::TestServer>(*loop_, [](http::Peer& peer, int) {
      while (const auto request = peer.read_request()) {
        if (request->starts_with("GET /live")) {
          peer.write(http::ok("live"));
          continue;
        }
        if (request->starts_with("GET /half")) {
          peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        }
        peer.wait_for_end();
      }
    });
    test_.env = {{"URL", server_->url("/never")},
                 {"HALF", server_->url("/half")},
                 {"LIVE", server_->url("/live")}};
  }

  // One exported function per script: f0, f1, ..., and the probe.
  void provide_functions(const std::vector<std::string>& bodies, std::string_view keyword) {
    std::string source(kHead);
    for (std::size_t i = 0; i < bodies.size(); i++) {
      source += fmt::format("export {} f{}() {{ {} }}\n", keyword, i, bodies[i]);
    }
    provide(source + std::string(kProbe));
  }

  void stop_one(Vu& vu, std::size_t index, Duration after, const std::string& name) {
    SCOPED_TRACE(name);
    const ScenarioContext blocked = scenario("blocked", fmt::format("f{}", index));
    TimePoint interrupted;
    // Twice, as an abort does that comes while the grace is over.
    runtime::Timer again([&] { vu.interrupt(); });
    runtime::Timer stop([&] {
      interrupted = monotonic_now();
      vu.interrupt();
      loop_->timers().arm(again, interrupted);
    });
    loop_->timers().arm(stop, monotonic_now() + after);
    ASSERT_EQ(iterate(vu, blocked), IterationOutcome::kInterrupted);
    // Generous: sanitizers, and a machine that does other things.
    EXPECT_LT(monotonic_now() - interrupted, 2s);
    loop_->timers().disarm(again);
    const auto& state = *static_cast<const Vu::State*>(js::Context::current()->opaque);
    EXPECT_EQ(state.events.operation_count(), 0);
    EXPECT_FALSE(state.events.has_leftovers());
    EXPECT_FALSE(state.context->has_jobs());
    EXPECT_TRUE(state.group.empty());

    log_.records.clear();
    const ScenarioContext probe = scenario("next", "probe");
    ASSERT_EQ(iterate(vu, probe), IterationOutcome::kComplete);
    EXPECT_THAT(log_.messages(), testing::ElementsAre(",live,200,200,timer,true"));
  }

  void run_matrix(const std::vector<std::string>& names, js::ContextKind kind) {
    open_host(kind);
    Runner& runner = add_vu(1);
    run_on(runner, [&](Vu& vu) {
      const auto initialized = vu.init();
      ASSERT_TRUE(initialized) << initialized.error().message();
      host_->js().freeze();
      for (std::size_t i = 0; i < names.size(); i++) {
        stop_one(vu, i, 3ms, names[i]);
        if (HasFatalFailure()) break;
      }
      server_->stop();
    });
  }

  void TearDown() override {
    VuTest::TearDown();
    server_.reset();
  }

  std::unique_ptr<http::TestServer> server_;
};

std::vector<std::string> names_of(const Block& block) {
  std::vector<std::string> names;
  for (const Block& place : kPlaces)
    names.push_back(fmt::format("{} in {}", block.name, place.name));
  return names;
}

std::vector<std::string> bodies_of(const Block& block) {
  std::vector<std::string> bodies;
  for (const Block& place : kPlaces) {
    std::string body = place.code;
    body.replace(body.find("BLOCK"), 5, fmt::format("{}; went('on')", block.code));
    bodies.push_back(std::move(body));
  }
  return bodies;
}

class StopMatrixOf : public StopMatrix, public testing::WithParamInterface<Block> {};

TEST_P(StopMatrixOf, EveryPlaceIsStoppedAndTheVuIsUsableAfterwards) {
  provide_functions(bodies_of(GetParam()), "function");
  run_matrix(names_of(GetParam()), js::ContextKind::kLight);
}

INSTANTIATE_TEST_SUITE_P(Blocks, StopMatrixOf, testing::ValuesIn(kBlocks),
                         [](const auto& entry) { return std::string(entry.param.name); });

TEST_F(StopMatrix, WhatOnlyAwaitsIsStoppedToo) {
  const std::vector<std::string> scripts(std::begin(kAsyncScripts), std::end(kAsyncScripts));
  provide_functions(scripts, "async function");
  run_matrix(scripts, js::ContextKind::kLight);
}

TEST_F(StopMatrix, FullContextsAreStoppedToo) {
  std::vector<std::string> bodies;
  std::vector<std::string> names;
  for (const Block& block : {kBlocks[0], kBlocks[1], kBlocks[4]}) {
    std::ranges::copy(bodies_of(block), std::back_inserter(bodies));
    std::ranges::copy(names_of(block), std::back_inserter(names));
  }
  provide_functions(bodies, "function");
  run_matrix(names, js::ContextKind::kFull);
}

TEST_F(StopMatrix, AnInterruptedIterationIsNotCounted) {
  provide_functions({"sleep(3600)"}, "function");
  run_matrix({"sleep"}, js::ContextKind::kLight);
  const metrics::BuiltIn& builtin = test_.registry.builtin();
  EXPECT_EQ(totals().sink(builtin.iterations).sample_count(), 1);  // the probe's
  EXPECT_EQ(test_.iterations_interrupted, 1);
  EXPECT_EQ(test_.iterations_completed, 1);
}

}  // namespace
}  // namespace proofload::k6
