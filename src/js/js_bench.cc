// What do the steps of an iteration cost in the JavaScript host, and a VU's own context?
// See the commit that changed a number for the machine; compare ratios, not absolutes.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "counted.h"
#include "js/context.h"
#include "js/runtime.h"

namespace proofload::js {
namespace {

class OneModule final : public ModuleLoader {
 public:
  Result<std::string> resolve(std::string_view specifier, std::string_view) override {
    return std::string(specifier);
  }
  Result<ModuleContent> load(const std::string&) override {
    return ModuleContent(
        std::string("let n = 0; const names = ['a', 'b', 'c']; export const options = { vus: 10 };"
                    "export default function () { const r = get(); check(r, { 'status is 200': (r) "
                    "=> r.status === 200,"
                    " 'has a body': (r) => r.body !== null }); return n++ }"));
  }
};

Value check(const Call& call) {
  bool all = true;
  for (OwnKeys keys(call.context, call.args[1]); keys.next();) {
    const Value test = keys.value();
    const Value result = call.context.call(test, ValueRef(), {call.args[0]});
    if (result.is_exception()) return Value::exception();
    all = all && result.truthy();
  }
  return Value::boolean(all);
}

const NativeClass* response = nullptr;

Value get(const Call& call) {
  static int state = 200;
  return call.context.new_object(*response, &state);
}

struct World {
  World() {
    static constexpr AccessorSpec kAccessors[] = {
        {"status", [](const Call& c) { return Value::integer(*response->unwrap_as<int>(c.self)); }},
        {"body", [](const Call& c) { return c.context.new_string("{}"); }}};
    response = &runtime.add_class({.name = "Response", .accessors = kAccessors});
    runtime.add_global("get", runtime.add_function({"get", get}));
    runtime.add_global("check", runtime.add_function({"check", check, 2}));
  }
  // A context with the module, and its default export.
  Value load(Context& context) {
    const Enter enter(context);
    const Execution execution(context);
    context.import("main");
    return context.get(context.exports_of("main"), "default");
  }

  OneModule loader;
  CodeCache cache;
  Runtime runtime{RuntimeOptions{.loader = &loader, .code_cache = &cache}};
};

void create_context(benchmark::State& state, ContextKind kind) {
  World world;
  std::vector<std::unique_ptr<Context>> contexts;
  contexts.push_back(world.runtime.new_context(kind));
  world.load(*contexts.back());
  const std::size_t before = world.runtime.heap_stats().bytes;
  for (auto _ : state) {
    contexts.push_back(world.runtime.new_context(kind));
    benchmark::DoNotOptimize(world.load(*contexts.back()));
  }
  state.counters["bytes_each"] = static_cast<double>(world.runtime.heap_stats().bytes - before) /
                                 static_cast<double>(contexts.size() - 1);
}
BENCHMARK_CAPTURE(create_context, light, ContextKind::kLight)->Iterations(2000);
BENCHMARK_CAPTURE(create_context, full, ContextKind::kFull)->Iterations(200);

void call_function(benchmark::State& state) {
  World world;
  const auto context = world.runtime.new_context(ContextKind::kLight);
  const Enter enter(*context);
  const Execution execution(*context);
  const Value f = context->evaluate("(x) => x", "bench.js");
  for (auto _ : state)
    benchmark::DoNotOptimize(context->call(f, ValueRef(), {ValueRef::integer(1)}));
}
BENCHMARK(call_function);

void get_property(benchmark::State& state) {
  World world;
  const auto context = world.runtime.new_context(ContextKind::kLight);
  const Enter enter(*context);
  const Value object = context->evaluate("({ a: 1, b: 2, url: 3 })", "bench.js");
  const Atom url("url");
  for (auto _ : state) benchmark::DoNotOptimize(context->get(object, url));
}
BENCHMARK(get_property);

// A whole iteration without network: a native object, a check of two closures.
void iterate(benchmark::State& state) {
  World world;
  const auto context = world.runtime.new_context(ContextKind::kLight);
  const Value f = world.load(*context);
  world.runtime.freeze();
  for (auto _ : state) {
    const Enter enter(*context);
    const Execution execution(*context);
    benchmark::DoNotOptimize(context->call(f, ValueRef()));
    context->run_jobs();
    world.runtime.collect_if_due();
  }
}
BENCHMARK(iterate);
PL_COUNTED(iterate);

void switch_context(benchmark::State& state) {
  World world;
  const auto context = world.runtime.new_context(ContextKind::kLight);
  for (auto _ : state) {
    const Enter enter(*context);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(switch_context);

}  // namespace
}  // namespace proofload::js
