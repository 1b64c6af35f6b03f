#include "js/js_test_fixture.h"

namespace proofload::js {
namespace {

class Modules : public JsTest {
 protected:
  const NativeModule& native(const std::string& id, std::vector<NativeExport> exports) {
    const NativeModule& module = runtime_->add_native_module(id, exports);
    loader_.natives[id] = &module;
    return module;
  }

  // The error of importing a module.
  ScriptError failure(Context& context, const std::string& id) {
    const Enter enter(context);
    const Execution execution(context);
    const Value promise = context.import(id);
    if (promise.is_exception()) return context.take_error();
    context.run_jobs();
    EXPECT_EQ(context.promise_state(promise), PromiseState::kRejected);
    return context.describe(context.promise_result(promise));
  }
};

TEST_F(Modules, ImportEachOtherWithLiveBindings) {
  loader_.sources["main"] =
      "import { n, add } from 'counter'; import * as all from 'counter'; add(); "
      "export default n + all.n; export { n as again } from 'counter'";
  loader_.sources["counter"] = "export let n = 20; export function add() { n++ }";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "default"), "42");
  EXPECT_EQ(import(*context, "main", "again"), "21");
}

TEST_F(Modules, ArePerContextButCompiledOnce) {
  loader_.sources["main"] = "import 'dep'; export default 1";
  loader_.sources["dep"] = "globalThis.evaluated = (globalThis.evaluated ?? 0) + 1";
  const auto a = light();
  const auto b = light();
  import(*a, "main", "default");
  import(*a, "main", "default");
  import(*b, "main", "default");
  EXPECT_EQ(loader_.loads, (std::vector<std::string>{"main", "dep"}));
  EXPECT_EQ(run(*a, "evaluated"), "1");
  EXPECT_EQ(run(*b, "evaluated"), "1");
}

TEST_F(Modules, CompiledInOneRuntimeRunInAnother) {
  loader_.sources["main"] = "export default function () { return 'text' }";
  {
    const auto context = light();
    import(*context, "main", "default");
  }
  runtime_.reset();
  runtime_ =
      std::make_unique<Runtime>(RuntimeOptions{.loader = &loader_, .code_cache = &code_cache_});
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "default"), "function () { return 'text' }");
  EXPECT_EQ(loader_.loads.size(), 1U);
}

TEST_F(Modules, MayImportInCircles) {
  loader_.sources["a"] =
      "import { fromB } from 'b'; export const fromA = () => 'a'; export default fromB()";
  loader_.sources["b"] = "import { fromA } from 'a'; export const fromB = () => typeof fromA";
  EXPECT_EQ(import(*light(), "a", "default"), "function");
  EXPECT_EQ(import(*light(), "b", "fromB"), "rejects ReferenceError: fromB is not initialized");
}

TEST_F(Modules, WaitForTopLevelAwait) {
  loader_.sources["main"] = "import { v } from 'slow'; export default v";
  loader_.sources["slow"] = "export const v = await new Promise((r) => { globalThis.go = r })";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "default"), "pending");
  run(*context, "go('late')");
  EXPECT_EQ(import(*context, "main", "default"), "late");
}

TEST_F(Modules, WithoutImportExportOrAwaitAreCommonJs) {
  loader_.sources["main"] =
      "exports.kind = typeof module + typeof require; exports.self = this === exports; "
      "exports.sloppy = (function () { return this === globalThis })(); "
      "var local = 1; exports.global = typeof globalThis.local";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "kind"), "objectfunction");
  EXPECT_EQ(import(*context, "main", "self"), "true");
  EXPECT_EQ(import(*context, "main", "sloppy"), "true");
  EXPECT_EQ(import(*context, "main", "global"), "undefined");
  loader_.sources["esm"] = "export default typeof module";
  EXPECT_EQ(import(*context, "esm", "default"), "undefined");
}

TEST_F(Modules, CommonJsRequiresCommonJsAndCircles) {
  loader_.sources["main"] =
      "exports.early = 1; const b = require('b'); exports.seen = b.seen; "
      "exports.same = require('b') === b";
  loader_.sources["b"] =
      "const main = require('main'); module.exports = { seen: main.early + '' + main.seen }";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "seen"), "1undefined");
  EXPECT_EQ(import(*context, "main", "same"), "true");
}

TEST_F(Modules, CommonJsIsImportedByNameAndAsDefault) {
  loader_.sources["lib"] = "exports.a = 1; exports.b = 2";
  loader_.sources["fn"] = "module.exports = () => 'called'";
  loader_.sources["babel"] =
      "exports.__esModule = true; exports.default = 'own'; exports.named = 'n'";
  loader_.sources["main"] =
      "import lib, { a, absent } from 'lib'; import fn from 'fn'; import own, { named } from "
      "'babel'; "
      "export default [lib.b, a, absent, fn(), own, named].join()";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "default"), "2,1,,called,own,n");
}

TEST_F(Modules, RequireOfAnEcmaScriptModuleGivesItsNamespace) {
  loader_.sources["esm"] = "export const x = 1; export default 2";
  loader_.sources["throws"] = "export const x = 1; null.f()";
  loader_.sources["main"] =
      "const m = require('esm'); exports.sum = m.x + m.default; "
      "try { require('throws') } catch (e) { exports.error = e.name }";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "sum"), "3");
  EXPECT_EQ(import(*context, "main", "error"), "TypeError");
}

TEST_F(Modules, NativeOnesAreSharedByAllContexts) {
  native("k6", {{"sleep", Value::integer(1)}, {"check", Value::integer(2)}});
  native("k6/http", {{"default", Value::integer(3)}});
  native("k6/both", {{"default", Value::integer(4)}, {"name", Value::integer(5)}});
  loader_.sources["main"] =
      "import { sleep, check } from 'k6'; import http from 'k6/http'; import * as k6 from 'k6'; "
      "import both, { name } from 'k6/both'; export default [sleep, check, http, k6.check, both, "
      "name].join()";
  loader_.sources["common"] =
      "const both = require('k6/both'); exports.all = [require('k6').check, require('k6/http'), "
      "both.default, "
      "both.name, both.__esModule].join()";
  const auto a = light();
  const auto b = light();
  for (Context* context : {a.get(), b.get()}) {
    EXPECT_EQ(import(*context, "main", "default"), "1,2,3,2,4,5");
    EXPECT_EQ(import(*context, "common", "all"), "2,3,4,5,true");
  }
  EXPECT_EQ(import(*a, "k6", "sleep"), "1");
}

TEST_F(Modules, MissingNamesAndModulesAreErrors) {
  native("k6", {{"sleep", Value::integer(1)}});
  loader_.sources["file"] = "export const sleep = 1";
  loader_.sources["name"] = "import { nap } from 'file'; nap()";
  loader_.sources["module"] = "import 'nowhere'; export default 1";
  const auto context = light();
  EXPECT_EQ(failure(*context, "module").text, "Error: no module nowhere");
  EXPECT_EQ(failure(*context, "name").name, "SyntaxError");
  EXPECT_EQ(failure(*context, "nowhere").text, "Error: no module nowhere");
}

TEST_F(Modules, NativeOnesHaveNothingUnderEveryOtherName) {
  native("k6", {{"sleep", Value::integer(1)}});
  loader_.sources["name"] = "import { nap, sleep } from 'k6'; export default `${nap} ${sleep}`";
  for (int i = 0; i < 2; i++) {
    EXPECT_EQ(import(*light(), "name", "default"), "null 1");
  }
}

TEST_F(Modules, SyntaxErrorsHaveAPosition) {
  loader_.sources["file:///a/bad.js"] = "export default 1;\nconst x = ;\n";
  loader_.sources["main"] = "import 'file:///a/bad.js'";
  const auto context = light();
  for (const char* id : {"file:///a/bad.js", "main"}) {
    const ScriptError error = failure(*context, id);
    EXPECT_EQ(error.name, "SyntaxError");
    ASSERT_NE(error.position(), nullptr);
    EXPECT_EQ(error.position()->file, "file:///a/bad.js");
    EXPECT_EQ(error.position()->line, 2);
    EXPECT_EQ(error.position()->column, 11);
  }
}

TEST_F(Modules, ErrorsInModulesPrintAsK6Does) {
  loader_.sources["file:///s/init.js"] =
      "export function inner() { throw new Error('from init') }\ninner()";
  loader_.sources["file:///s/common.js"] =
      "function inner() { throw new Error('from common') }\ninner()";
  const auto context = light();
  EXPECT_EQ(failure(*context, "file:///s/init.js").stack_text(),
            "Error: from init\n\tat inner (file:///s/init.js:1:37)\n\tat file:///s/init.js:2:1\n");
  const ScriptError common = failure(*context, "file:///s/common.js");
  EXPECT_EQ(common.stack.at(0).line, 1);
  EXPECT_EQ(common.stack.at(1).line, 2);
}

TEST_F(Modules, KnowTheirOwnPlace) {
  runtime_->add_global("where", runtime_->add_function({"where", [](const Call& call) {
                                                          return call.context.new_string(
                                                              call.context.calling_module());
                                                        }}));
  loader_.sources["lib"] = "export const f = () => [1].map(() => where())[0]";
  loader_.sources["main"] =
      "import { f } from 'lib'; export default [where(), f(), import.meta.resolve('x')].join()";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "default"), "main,lib,x");
}

TEST_F(Modules, FunctionsKeepTheirTextWithoutEveryContextHoldingIt) {
  loader_.sources["main"] =
      "const f = () => 1, g = () => 22;\nclass A { static m(x) { return x } }\n"
      "async function h() {\n  return 3\n}\n"
      "export default [f, g, A, A.m, h, function* () { yield 1 }].map(String).join('|')";
  loader_.sources["common"] = "exports.text = String(function named(a, b) { return a })";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "default"),
            "() => 1|() => 22|class A { static m(x) { return x } }|m(x) { return x }|async "
            "function h() {\n"
            "  return 3\n}|function* () { yield 1 }");
  EXPECT_EQ(import(*context, "common", "text"), "function named(a, b) { return a }");
}

TEST_F(Modules, DynamicImportFindsKnownModulesOnly) {
  loader_.sources["main"] =
      "export const got = []; import('dep').then((m) => { got[0] = m.x }); "
      "import('nowhere').catch((e) => { got[1] = e.message })";
  loader_.sources["dep"] = "export const x = 'found'";
  const auto context = light();
  EXPECT_EQ(import(*context, "main", "got"), "found,no module nowhere");
}

TEST_F(Modules, AContextCanBeFreedInEveryState) {
  loader_.sources["pending"] = "export const v = await new Promise(() => {}); export default v";
  loader_.sources["waits"] = "import { v } from 'pending'; export default () => v";
  loader_.sources["done"] = "await 0; export const v = 7";
  loader_.sources["finished"] =
      "import { v } from 'done'; export default () => v; globalThis.v = v";
  loader_.sources["common"] = "module.exports = { self: module }; module.exports.f = () => module";
  const char* const scripts[] = {
      "globalThis.p = new Promise(() => {}); Promise.all([p]); p.then(() => p).finally(() => {})",
      "async function f() { const o = { f }; await new Promise(() => {}); return o } globalThis.k "
      "= f()",
      "Promise.resolve(1).then((x) => ({ x })); queueMicrotask(() => {})",
      "function* g() { try { yield g } finally { globalThis.g = g } } globalThis.it = g(); "
      "it.next(); it.me = it",
      "async function* g() { yield 1; await new Promise(() => {}) } globalThis.it = g(); "
      "it.next(); it.next()",
      "globalThis.fr = new FinalizationRegistry(() => {}); fr.register({}, 1); "
      "globalThis.wr = new WeakRef({ a: fr })",
      "globalThis.e = null; try { null.x } catch (x) { e = x } e.me = e; e.global = globalThis",
      "class P { #x = this; static s = new P } globalThis.pr = new Proxy(new P, { get() { return P "
      "} })",
      "import('done').then((m) => { globalThis.m = m })",
      "import('waits')"};
  for (const bool freeze : {false, true}) {
    for (const bool run_jobs : {false, true}) {
      std::vector<std::unique_ptr<Context>> contexts;
      for (const char* id : {"pending", "waits", "finished", "common"}) {
        import(*contexts.emplace_back(light()), id, "default");
      }
      for (const char* script : scripts) {
        Context& context = *contexts.emplace_back(light());
        const Enter enter(context);
        const Execution execution(context);
        context.evaluate(script, "test.js");
        if (run_jobs) context.run_jobs();
      }
      if (freeze) runtime_->freeze();
      contexts.erase(contexts.begin(), contexts.begin() + 7);
      runtime_->collect_if_due();
      EXPECT_EQ(run(*contexts.back(), "1 + 1"), "2");
      contexts.clear();
      runtime_->collect_fully();
      const auto context = light();
      EXPECT_EQ(run(*context, "[1, 2].join()"), "1,2");
    }
  }
}

}  // namespace
}  // namespace proofload::js
