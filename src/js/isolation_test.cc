#include <algorithm>

#include "js/js_test_fixture.h"

namespace proofload::js {
namespace {

using Isolation = JsTest;

TEST_F(Isolation, GlobalsBelongToOneContext) {
  const auto a = light();
  const auto b = light();
  EXPECT_EQ(run(*a, "globalThis.x = 1; var y = 2; let z = 3; x + y + z"), "6");
  EXPECT_EQ(run(*b, "typeof x + typeof y + typeof z"), "undefinedundefinedundefined");
  EXPECT_EQ(run(*a, "z"), "3");
  EXPECT_EQ(run(*a, "globalThis === this"), "true");
}

TEST_F(Isolation, BuiltInsAreSharedByLightContextsAndNotByFullOnes) {
  const auto a = light();
  const auto b = light();
  const auto full = runtime_->new_context(ContextKind::kFull);
  run(*a, "Array.prototype.leak = 42");
  EXPECT_EQ(run(*b, "[].leak"), "42");
  EXPECT_EQ(run(*full, "[].leak"), "undefined");
}

TEST_F(Isolation, RebindingAGlobalStaysInItsContext) {
  const auto a = light();
  const auto b = light();
  run(*a, "globalThis.JSON = 'mine'");
  EXPECT_EQ(run(*b, "typeof JSON.parse"), "function");
}

TEST_F(Isolation, ModulesAreEvaluatedPerContext) {
  loader_.sources["./count.js"] =
      "let n = 0; export const add = () => ++n; export let first = add();";
  const auto a = light();
  const auto b = light();
  EXPECT_EQ(import(*a, "./count.js", "first"), "1");
  EXPECT_EQ(import(*b, "./count.js", "first"), "1");
}

TEST_F(Isolation, RandomNumbersFollowFromEachContextsOwnSeed) {
  const auto a = light();
  const auto b = light();
  const char* const two = "[Math.random(), Math.random()].join()";
  EXPECT_NE(run(*a, two), run(*b, two));
  a->seed_random(7);
  b->seed_random(7);
  const std::string first = run(*a, two);
  EXPECT_EQ(first, run(*b, two));
  a->seed_random(8);
  EXPECT_NE(first, run(*a, two));
}

TEST_F(Isolation, FunctionAndIndirectEvalSeeTheCallersGlobals) {
  for (const ContextKind kind : {ContextKind::kLight, ContextKind::kFull}) {
    const auto a = runtime_->new_context(kind);
    const auto b = runtime_->new_context(kind);
    run(*a, "globalThis.who = 'a'");
    run(*b, "globalThis.who = 'b'");
    EXPECT_EQ(run(*a, "(0, eval)('who')"), "a");
    EXPECT_EQ(run(*b, "new Function('return who')()"), "b");
    EXPECT_EQ(run(*a, "(() => {}).constructor('return who')()"), "a");
    EXPECT_EQ(run(*b, "(function* () {}).constructor('yield who')().next().value"), "b");
    EXPECT_EQ(run(*a, "(async () => {}).constructor('globalThis.seen = who')(); seen"), "a");
    EXPECT_EQ(run(*b, "(0, eval)('var leak = 1'); leak"), "1");
    EXPECT_EQ(run(*a, "typeof leak"), "undefined");
    EXPECT_EQ(run(*a, "[1].map(function () { return this.who })[0]"), "a");
  }
}

TEST_F(Isolation, StackTraceSettingsBelongToOneContext) {
  const auto a = light();
  const auto b = light();
  EXPECT_EQ(run(*a, "Error.stackTraceLimit = 0; new Error('x').stack"), "");
  EXPECT_EQ(run(*b, "Error.stackTraceLimit"), "10");
  EXPECT_EQ(run(*a,
                "Error.stackTraceLimit = 5; Error.prepareStackTrace = () => 'mine'; "
                "new TypeError('x').stack"),
            "mine");
  EXPECT_NE(run(*b, "new TypeError('x').stack"), "mine");
}

TEST_F(Isolation, ChangedBuiltInsAreNamed) {
  const auto a = light();
  run(*a, "[1, 2].map(x => x); JSON.stringify({}); new Map(); /x/.test('x'); Promise.resolve()");
  const BuiltinsFingerprint before = runtime_->fingerprint();
  run(*a, "class Own extends Array {}; globalThis.JSON = {}; Object.assign(globalThis, {z: 1})");
  EXPECT_EQ(runtime_->changes_since(before), std::vector<std::string>());

  run(*a, "Array.prototype.last = 1; String.prototype.trim = () => ''; delete Math.hypot");
  const auto changes = runtime_->changes_since(before);
  for (const char* name : {"Array.prototype.last", "String.prototype.trim", "Math.hypot"}) {
    EXPECT_TRUE(std::ranges::count(changes, name)) << name;
  }
  EXPECT_FALSE(std::ranges::count(changes, "Array.prototype.map"));
}

TEST_F(Isolation, FreezingABuiltInIsAChange) {
  const BuiltinsFingerprint before = runtime_->fingerprint();
  const auto a = light();
  run(*a, "Object.freeze(Map.prototype)");
  const auto changes = runtime_->changes_since(before);
  EXPECT_TRUE(std::ranges::count(changes, "Map.prototype"));
}

TEST_F(Isolation, AddedAndRemovedGlobalsReachEveryKindOfContext) {
  runtime_->add_global("answer", Value::integer(42));
  runtime_->remove_global("queueMicrotask");
  for (const ContextKind kind : {ContextKind::kLight, ContextKind::kFull}) {
    const auto context = runtime_->new_context(kind);
    EXPECT_EQ(run(*context, "answer + typeof queueMicrotask"), "42undefined");
    EXPECT_EQ(run(*context, "Object.keys(globalThis).includes('answer')"), "false");
  }
}

TEST_F(Isolation, AHeapBombOnlyHurtsItsOwner) {
  const auto other = light();
  for (const char* bomb :
       {"h = []; for (let i = 0; ; i++) h.push('item' + i)", "h = null; for (;;) h = {h}",
        "h = []; for (;;) h.push(new Uint8Array(1e5))", "h = []; for (;;) h.push('x'.repeat(1e6))",
        "h = new Map; for (let i = 0; ; i++) h.set(i, {})"}) {
    auto hog = light();
    hog->set_memory_budget(std::size_t{4} << 20);
    EXPECT_EQ(run(*hog, bomb), "throws InternalError: out of memory") << bomb;
    EXPECT_EQ(run(*other, "'x'.repeat(1e6).length + [...Array(1000).keys()].length"), "1001000");
    hog.reset();
    runtime_->collect_fully();
    EXPECT_LT(runtime_->heap_stats().bytes, std::size_t{2} << 20) << bomb;
  }
}

TEST_F(Isolation, AContextThatFreedItsHeapMayFillItAgain) {
  const auto context = light();
  context->set_memory_budget(std::size_t{4} << 20);
  for (int i = 0; i < 5; i++) {
    EXPECT_EQ(run(*context,
                  "try { const h = []; for (;;) h.push(new Uint8Array(1e5)) } catch (e) { "
                  "e.message }"),
              "out of memory");
  }
}

TEST_F(Isolation, GarbageThatWasCollectedIsNotHeldAgainstItsMaker) {
  const auto context = light();
  context->set_memory_budget(std::size_t{8} << 20);
  runtime_->freeze();
  for (int i = 0; i < 200; i++) {
    ASSERT_EQ(run(*context, "for (let i = 0; i < 2000; i++) { const a = {}; a.self = a } 1"), "1");
    runtime_->collect_if_due();
  }
  EXPECT_LT(context->memory_used(), std::int64_t{4} << 20);
}

}  // namespace
}  // namespace proofload::js
