#include "js/js_test_fixture.h"
#include "runtime/fiber.h"

namespace proofload::js {
namespace {

// Every way we know in which a script could go on after it was told to stop.
constexpr const char* kEndlessScripts[] = {
    "while (true) {}",
    "try { while (true) {} } catch (e) { caught = 1 } finally { caught = 2 }",
    "for (;;) { try { while (true) {} } catch (e) { caught = 1 } }",
    "Promise.resolve().then(() => { while (true) {} }).catch(() => { caught = 1 })",
    "Promise.resolve().then(() => { while (true) {} }).finally(() => { caught = 1 })",
    "(async () => { await 0; try { while (true) {} } catch (e) { caught = 1 } })()",
    ("(async () => { try { await (async () => { await 0; while (true) {} })() } catch (e) { caught "
     "= 1 } })()"),
    "(async () => { while (true) {} })().catch(() => { caught = 1 })",
    "new Promise(() => { while (true) {} }).catch(() => { caught = 1 })",
    "for (;;) new Promise(() => { while (true) {} })",
    ("for (let i = 0; i < 3; i++) new Promise(() => { if (i == 0) while (true) {} }); while (true) "
     "{}"),
    ("Promise.resolve({ then() { while (true) {} } }); for (;;) Promise.resolve({ get then() { "
     "while (true) {} } })"),
    "const again = () => Promise.resolve().then(again); again()",
    "(async () => { for (;;) await null })()",
    "queueMicrotask(function f() { queueMicrotask(f) })",
    "function* g() { try { for (;;) yield 1 } finally { caught = 1 } } for (const x of g()) {}",
    ("for (const x of { [Symbol.iterator]() { return { next() { while (true) {} }, return() { "
     "caught = 1; return {} } } } }) {}"),
    "async function* g() { for (;;) yield 1 } (async () => { for await (const x of g()) {} })()",
    "[3, 2, 1].sort(() => { while (true) {} })",
    "JSON.parse('[1]', () => { while (true) {} })",
    "JSON.stringify({ toJSON() { while (true) {} } })",
    "`${{ toString() { while (true) {} } }}`",
    "new Proxy({}, { get() { while (true) {} } }).x",
    ("new Proxy({}, { ownKeys() { for (;;) ; } }); Object.keys(new Proxy({}, { ownKeys() { for "
     "(;;) ; } }))"),
    "/^(a+)+$/.test('a'.repeat(40) + 'b')",
    "(function f() { try { f() } finally { f() } })()",
    ("const a = Array.from({ length: 1000 }, (_, i) => ({ i, s: 'xxxxx' })); for (;;) "
     "JSON.stringify(a)"),
    "class A { constructor() { for (;;) ; } } new A()",
    "class B { static { for (;;) ; } }",
    "Array.from({ length: 1e9 }, () => { while (true) {} })",
    "label: for (;;) { switch (1) { case 1: continue label } }",
    "new Function('for (;;) ;')()",
    "(0, eval)('for (;;) ;')",
    "function f() { return f() } for (;;) { try { f() } catch (e) {} }",
};

constexpr std::string_view kUsable =
    "const o = { id: 1, n: ['a', 'b'] }; const back = JSON.parse(JSON.stringify(o)); "
    "class K { #p = 1; get p() { return this.#p } } globalThis.done = 0; "
    "(async () => { await null; await new Promise((r) => r(1)); done = 1 })(); "
    "[1, 2, 3].map((x) => x * 2).join() + back.id + new K().p + /a(b)/.exec('ab')[1]";

class Stop : public JsTest {
 protected:
  static void stop_in_the_middle(Context& context, const std::string& script, Duration after) {
    const Enter enter(context);
    const Execution execution(context, monotonic_now() + after);
    const Value result = context.evaluate("{" + script + "}", "test.js");
    if (!result.is_exception()) {
      EXPECT_FALSE(context.run_jobs()) << script;
    }
    ASSERT_TRUE(context.has_error()) << script;
    EXPECT_EQ(context.take_error().stop, StopReason::kDeadline) << script;
    EXPECT_TRUE(context.evaluate("caught = 3", "test.js").is_exception()) << script;
  }

  static void expect_usable(Context& context, const std::string& after) {
    EXPECT_EQ(run(context, "{" + std::string(kUsable) + "}"), "2,4,611b") << after;
    EXPECT_EQ(run(context, "done"), "1") << after;
    EXPECT_TRUE(context.take_unhandled_rejections().empty()) << after;
  }
};

TEST_F(Stop, EndsEveryEndlessScriptAndLeavesAllContextsUsable) {
  const auto other = light();
  for (const ContextKind kind : {ContextKind::kLight, ContextKind::kFull}) {
    const auto context = runtime_->new_context(kind);
    for (const char* script : kEndlessScripts) {
      // At once, and when the script has had time to get to where it would go wrong.
      for (const Duration after : {Duration{}, Duration{std::chrono::milliseconds(3)}}) {
        run(*context, "globalThis.caught = 0");
        stop_in_the_middle(*context, script, after);
        EXPECT_EQ(run(*context, "caught"), "0") << script;
        expect_usable(*context, script);
        expect_usable(*other, script);
      }
    }
  }
}

TEST_F(Stop, ModulesAreStoppedToo) {
  loader_.sources["./loop.js"] = "export const x = 1; while (true) {}";
  loader_.sources["./tla.js"] = "await 0; while (true) {}";
  loader_.sources["./deep.js"] = "import './loop.js'; export const y = 2;";
  loader_.sources["./common.js"] = "while (true) {}";
  for (const char* id : {"./loop.js", "./tla.js", "./deep.js", "./common.js"}) {
    const auto context = light();
    {
      const Enter enter(*context);
      const Execution execution(*context, monotonic_now());
      context->import(id);
      context->run_jobs();
      EXPECT_TRUE(context->is_stopping()) << id;
    }
    expect_usable(*context, id);
  }
}

TEST_F(Stop, NoHostFunctionIsEnteredAndNoneCanHideTheStop) {
  static int calls = 0;
  calls = 0;
  runtime_->add_global("enough",
                       runtime_->add_function({"enough", [](const Call& call) {
                                                 calls++;
                                                 call.context.request_stop(StopReason::kAborted);
                                                 return Value::integer(1);
                                               }}));
  const auto context = light();
  {
    const Enter enter(*context);
    const Execution execution(*context);
    const Value result = context->evaluate(
        "globalThis.after = 0; try { enough(); after = 1 } catch (e) { after = 2 } finally { after "
        "= 3 }"
        "enough()",
        "test.js");
    EXPECT_TRUE(result.is_exception());
    EXPECT_EQ(context->take_error().stop, StopReason::kAborted);
    EXPECT_TRUE(context->call(context->get(context->global(), "enough"), {}).is_exception());
  }
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(run(*context, "after"), "0");
}

TEST_F(Stop, AStopThatAPromiseExecutorSwallowsStillEndsTheScript) {
  runtime_->add_global(
      "quit", runtime_->add_function({"quit", [](const Call& call) {
                                        return call.context.throw_stop(StopReason::kStopped);
                                      }}));
  const auto context = light();
  {
    const Enter enter(*context);
    const Execution execution(*context);
    context->evaluate(
        "globalThis.n = 0; new Promise(() => quit()).catch(() => { n = -1e9 }); "
        "for (;;) n++",
        "test.js");
    EXPECT_FALSE(context->run_jobs());
  }
  EXPECT_EQ(run(*context, "n >= 0 && n < 10"), "true");
}

TEST_F(Stop, ReachesAScriptThatCatchesOutOfMemory) {
  const auto context = light();
  context->set_memory_budget(std::size_t{2} << 20);
  {
    const Enter enter(*context);
    const Execution execution(*context, monotonic_now() + std::chrono::milliseconds(30));
    const Value result = context->evaluate(
        "globalThis.h = null; for (;;) { try { for (;;) h = {h} } catch (e) {} }", "test.js");
    EXPECT_TRUE(result.is_exception());
    EXPECT_EQ(context->take_error().stop, StopReason::kDeadline);
  }
  context->set_memory_budget(std::size_t{2} << 20);
  EXPECT_EQ(run(*context, "h = null; 1"), "1");
}

TEST_F(Stop, TheFirstReasonWins) {
  const auto context = light();
  const Enter enter(*context);
  const Execution execution(*context);
  context->request_stop(StopReason::kAborted);
  context->request_stop(StopReason::kStopped);
  EXPECT_EQ(context->stop_reason(), StopReason::kAborted);
}

// Fibers without a loop: resume until they have ended.
class Fibers : public JsTest {
 protected:
  void start(runtime::Fiber& fiber, Context& context, std::function<void()> body) {
    fiber.owner = &context;
    fiber.start([&context, body = std::move(body)] {
      const Execution execution(context);
      body();
    });
  }

  Runtime& remake(const RuntimeOptions& options) {
    runtime_.reset();
    runtime_ = std::make_unique<Runtime>(options);
    return *runtime_;
  }

  static Value wait(const Call& call) {
    runtime::Fiber::suspend();
    // Woken: by now another Context may have been here.
    EXPECT_EQ(Context::current(), &call.context);
    return Value(call.args[0]);
  }
};

TEST_F(Fibers, JobsOfOneContextNeverRunOnAnothersFiber) {
  runtime_->add_global("wait", runtime_->add_function({"wait", wait, 1}));
  const auto a = light();
  const auto b = light();
  const std::string script =
      "globalThis.log = []; Promise.resolve().then(() => { log.push(1); wait(); log.push(2) }); "
      "Promise.resolve().then(() => { log.push(3) }); 1";
  runtime::Fiber fa;
  runtime::Fiber fb;
  for (auto [fiber, context] : {std::pair(&fa, a.get()), std::pair(&fb, b.get())}) {
    start(*fiber, *context, [own = context, script] {
      own->evaluate(script, "test.js");
      EXPECT_TRUE(own->run_jobs());
    });
  }
  fa.resume();
  EXPECT_EQ(Context::current(), nullptr);
  fb.resume();  // queues and runs jobs of b while a waits inside a job
  EXPECT_TRUE(a->has_jobs());
  fb.resume();
  EXPECT_TRUE(fb.is_idle());
  EXPECT_EQ(run(*b, "log.join()"), "1,2,3");
  fa.resume();
  EXPECT_EQ(run(*a, "log.join()"), "1,2,3");
}

std::string throwing_at_depth_three(const std::string& name) {
  return "function " + name + "(n) { wait(); if (n > 0) " + name +
         "(n - 1); else throw new Error('end'); wait() } " + name + "(3)";
}

TEST_F(Fibers, InterleavedCallStacksStayTheirOwn) {
  runtime_->add_global("wait", runtime_->add_function({"wait", wait, 1}));
  std::vector<std::unique_ptr<Context>> contexts;
  std::vector<std::unique_ptr<runtime::Fiber>> fibers;
  std::vector<std::string> traces(3);
  for (std::size_t i = 0; i < 3; i++) {
    contexts.push_back(light());
    fibers.push_back(std::make_unique<runtime::Fiber>());
    Context* const context = contexts[i].get();
    const std::string name = "deep" + std::to_string(i);
    start(*fibers[i], *context, [context, name, trace = &traces[i]] {
      context->evaluate(throwing_at_depth_three(name), "test.js");
      for (const StackFrame& frame : context->take_error().stack) {
        trace->append(frame.function).append(" ");
      }
    });
  }
  for (bool running = true; running;) {
    running = false;
    for (const auto& fiber : fibers) {
      if (!fiber->is_idle()) fiber->resume();
      running = running || !fiber->is_idle();
    }
  }
  EXPECT_EQ(traces[0], "deep0 deep0 deep0 deep0  ");
  EXPECT_EQ(traces[2], "deep2 deep2 deep2 deep2  ");
}

TEST_F(Fibers, DeepRecursionIsARangeErrorOnAFiberToo) {
  const auto context = light();
  runtime::Fiber fiber;
  std::string text;
  start(fiber, *context, [&] {
    context->evaluate("function f(n) { return n + f(n + 1) } f(0)", "test.js");
    text = context->take_error().text;
  });
  fiber.resume();
  EXPECT_EQ(text, "RangeError: Maximum call stack size exceeded");
}

TEST_F(Fibers, ABusyScriptLetsOthersRun) {
  static int yields = 0;
  yields = 0;
  remake({.yield =
              [](void*) {
                yields++;
                runtime::Fiber::suspend();
              },
          .slice = Duration{}});
  const auto busy = light();
  const auto other = light();
  runtime::Fiber fiber;
  std::string result;
  start(fiber, *busy, [&] {
    const Value value = busy->evaluate(
        "let n = 0; const f = (k) => k < 2 ? k : f(k - 1) + f(k - 2); n += f(12);"
        "[5, 4, 3, 2, 1].sort((a, b) => { f(10); return a - b }); /^(a+)+$/.test('a'.repeat(17) + "
        "'b');"
        "new Error('x').stack.includes('test.js') + n",
        "test.js");
    result = busy->to_std_string(value);
  });
  while (!fiber.is_idle()) {
    fiber.resume();
    EXPECT_EQ(run(*other, "typeof n"), "undefined");
  }
  EXPECT_EQ(result, "145");
  EXPECT_GT(yields, 10);
}

TEST_F(Fibers, ASuspendedContextIsStoppedWhenItWakes) {
  runtime_->add_global("wait", runtime_->add_function({"wait", wait, 1}));
  const auto context = light();
  runtime::Fiber fiber;
  StopReason reason = StopReason::kNone;
  start(fiber, *context, [&] {
    context->evaluate("globalThis.went = 'in'; try { wait() } finally { went = 'on' }", "test.js");
    reason = context->take_error().stop;
  });
  fiber.resume();
  context->request_stop(StopReason::kStopped);
  fiber.resume();
  EXPECT_TRUE(fiber.is_idle());
  EXPECT_EQ(reason, StopReason::kStopped);
  EXPECT_EQ(run(*context, "went"), "in");
}

}  // namespace
}  // namespace proofload::js
