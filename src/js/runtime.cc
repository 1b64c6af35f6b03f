#include "js/runtime.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/split_mix.h"
#include "js/impl.h"

namespace proofload::js {
namespace {

thread_local Runtime* this_runtime = nullptr;
thread_local JSRuntime* this_engine = nullptr;

void arm_interrupts(Runtime::Impl& rt, Context& context, int steps) {
  pl_set_interrupt_counter(context.impl().js, steps);
  pl_set_interrupt_counter(rt.template_js, steps);
}

// 1: end the script now. Once a Context is stopping, at every further step: a promise executor or
// a thenable swallows even an uncatchable error and lets its caller go on.
int stop_script(Runtime::Impl& rt, Context& context) {
  arm_interrupts(rt, context, 1);
  // Otherwise "interrupted" may find no memory and become a null that scripts can catch.
  JS_SetMemoryLimit(rt.rt, pl_malloc_size(rt.rt) + Runtime::Impl::kStopGrant);
  return 1;
}

void let_others_run(Runtime::Impl& rt) {
  if (rt.options.yield == nullptr || runtime::Fiber::current() == nullptr) return;
  const TimePoint now = monotonic_now();
  if (rt.slice_start == TimePoint{}) rt.slice_start = now;
  if (now - rt.slice_start < rt.options.slice || !pl_may_switch(rt.rt)) return;
  rt.options.yield(rt.options.yield_opaque);
  rt.slice_start = monotonic_now();
}

int on_interrupt(JSRuntime* engine, void* opaque) {
  auto& rt = *static_cast<Runtime::Impl*>(opaque);
  PL_CHECK(engine == rt.rt);
  Context* const context = rt.current;
  if (context == nullptr) return 0;
  if (context->is_stopping()) return stop_script(rt, *context);
  arm_interrupts(rt, *context, Runtime::Impl::kInterruptSteps);
  const auto& deadline = context->impl().deadline;
  if (deadline && monotonic_now() >= *deadline) {
    context->request_stop(StopReason::kDeadline);
    return stop_script(rt, *context);
  }
  let_others_run(rt);
  return context->is_stopping() ? stop_script(rt, *context) : 0;
}

void on_rejection(JSContext* js, JSValueConst promise, JSValueConst reason, bool is_handled,
                  void*) {
  auto& rejections = impl_of(js).acting().impl().rejections;
  if (!is_handled) {
    rejections.push_back({Value(borrow(promise)), Value(borrow(reason))});
    return;
  }
  std::erase_if(rejections, [&](const auto& r) { return r.promise.is_same(borrow(promise)); });
}

// Everything a script imports while it is only compiled.
int nothing_to_export(JSContext*, JSModuleDef*) {
  return 0;
}

}  // namespace

Runtime* Runtime::current() {
  return this_runtime;
}
JSRuntime* thread_engine() {
  return this_engine;
}

Runtime::Runtime(const RuntimeOptions& options) : impl_(std::make_unique<Impl>()) {
  PL_CHECK(this_runtime == nullptr);
  JSRuntime* const rt = JS_NewRuntime();
  PL_CHECK(rt != nullptr);
  this_runtime = this;
  this_engine = rt;
  Impl& d = *impl_;
  d.owner = this;
  d.options = options;
  d.rt = rt;
  d.next_seed = static_cast<std::uint64_t>(wall_now().time_since_epoch().count());
  pl_list_init(&d.frozen);
  JS_SetRuntimeOpaque(rt, &d);
  JS_SetMaxStackSize(rt, options.stack_bytes);
  JS_UpdateStackTop(rt);
  d.native_stack_limit = pl_stack_limit(rt);
  // A finite threshold would be overwritten by the first automatic collection.
  JS_SetGCThreshold(rt, static_cast<std::size_t>(-1));
  JS_SetInterruptHandler(rt, on_interrupt, &d);
  JS_SetHostPromiseRejectionTracker(rt, on_rejection, nullptr);
  JS_SetModuleLoaderFunc(rt, resolve_module, load_module, nullptr);

  d.template_js = JS_NewContext(rt);
  PL_CHECK(d.template_js != nullptr);
  pl_fix_realm(d.template_js);
  pl_set_function_source(find_function_source);
  d.import_placeholder = JS_NewCModule(d.template_js, "<import>", nothing_to_export);
  auto context = std::make_unique<Context::Impl>();
  context->js = d.template_js;
  pl_list_init(&context->jobs);
  template_.reset(new Context(*this, ContextKind::kFull, std::move(context)));
  d.template_context = template_.get();
  runtime::set_fiber_switch_hook(&d);
}

Runtime::~Runtime() {
  Impl& d = *impl_;
  PL_CHECK(d.current == nullptr && d.context_count == 0);
  runtime::set_fiber_switch_hook(nullptr);
  JS_SetMemoryLimit(d.rt, 0);
  template_->impl().rejections.clear();
  template_->impl().common_js.clear();
  pl_drop_jobs(d.rt, &template_->impl().jobs);
  pl_drop_queued_jobs(d.rt);
  d.globals.clear();
  d.removed_globals.clear();
  d.modules.clear();
  for (NativeClass& type : d.classes) {  // finalizers still ask for the classes themselves
    type.constructor_ = {};
    type.prototype_ = {};
    type.own_accessors_.clear();
  }
  pl_json_release(d.rt);
  pl_thaw(d.rt, &d.frozen);
  pl_free_context(d.template_js, &d.frozen);
  pl_collect(d.rt);
  release_dead();
  // Something of ours still holds a value, which the engine would abort over. Losing the memory
  // at the end of a run is the better failure; tests look for the warning.
  const std::size_t leaked = pl_count_young(d.rt);
  if (leaked == 0) {
    JS_FreeRuntime(d.rt);
  } else {
    log(LogLevel::kWarning, "JavaScript values outlived their runtime",
        {{"objects", std::to_string(leaked)}});
  }
  template_->impl_.reset();
  pl_set_function_source(nullptr);
  pl_set_current(nullptr);
  this_runtime = nullptr;
  this_engine = nullptr;
}

void Runtime::add_global(std::string_view name, Value value) {
  JSContext* const js = impl_->template_js;
  Atom atom(name);
  const Value global = adopt(JS_GetGlobalObject(js));
  JS_DefinePropertyValue(js, to_js(global), atom.id(), JS_DupValue(js, to_js(value)),
                         JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
  impl_->globals.emplace_back(std::move(atom), std::move(value));
}

void Runtime::remove_global(std::string_view name) {
  JSContext* const js = impl_->template_js;
  Atom atom(name);
  const Value global = adopt(JS_GetGlobalObject(js));
  JS_DeleteProperty(js, to_js(global), atom.id(), 0);
  impl_->removed_globals.push_back(std::move(atom));
}

std::unique_ptr<Context> Runtime::new_context(ContextKind kind) {
  Impl& d = *impl_;
  auto made = std::make_unique<Context::Impl>();
  pl_list_init(&made->jobs);
  JS_SetMemoryLimit(d.rt, 0);  // making it is not the current VU's expense
  const std::size_t before = pl_malloc_size(d.rt);
  if (kind == ContextKind::kLight) {
    made->js = pl_new_light_context(d.template_js);
  } else {
    made->js = JS_NewContext(d.rt);
    PL_CHECK(made->js != nullptr);
    pl_copy_class_prototypes(made->js, d.template_js, pl_first_own_class());
    // The function objects are its own, but the code behind them asks for the current context.
    pl_fix_realm(made->js);
    const Value global = adopt(JS_GetGlobalObject(made->js));
    for (const Atom& name : d.removed_globals) {
      JS_DeleteProperty(made->js, to_js(global), name.id(), 0);
    }
    for (const auto& [name, value] : d.globals) {
      JS_DefinePropertyValue(made->js, to_js(global), name.id(), to_js(Value(value)),
                             JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    }
  }
  PL_CHECK(made->js != nullptr);
  pl_set_interrupt_counter(made->js, Impl::kInterruptSteps);
  std::uint64_t seed = d.next_seed++;
  pl_set_random_state(made->js, next_random(seed));
  if (d.current != nullptr) {
    d.current->impl().size_at_enter += pl_malloc_size(d.rt) - before;
    d.apply_memory_limit();
  }
  d.context_count++;
  return std::unique_ptr<Context>(new Context(*this, kind, std::move(made)));
}

void Runtime::freeze() {
  Impl& d = *impl_;
  d.is_frozen = true;
  d.collect(/*everything=*/true);
}

bool Runtime::collect_if_due() {
  return impl_->collect_if_due();
}

bool Runtime::Impl::collect_if_due() {
  const std::size_t size = pl_malloc_size(rt);
  // What was freed since counts too, or a heap that shrank would gather as much garbage on top.
  size_after_collection = std::min(size_after_collection, size);
  if (size <
      size_after_collection + (is_frozen ? kCollectAfterBytes : kCollectUnfrozenAfterBytes)) {
    return false;
  }
  collect(/*everything=*/false);
  return true;
}

void Runtime::collect_fully() {
  impl_->collect(/*everything=*/true);
}

bool Runtime::is_full_collection_due() const {
  return impl_->is_frozen && pl_malloc_size(impl_->rt) > 2 * impl_->size_after_full_collection;
}

void Runtime::on_collection(std::function<void(Duration)> observer) {
  impl_->collection_observer = std::move(observer);
}

void Runtime::release_dead() {
  auto& dead = impl_->dead;
  while (!dead.empty()) {
    const auto last = dead.back();
    dead.pop_back();
    last.release(last.opaque);
  }
}

Runtime::HeapStats Runtime::heap_stats() const {
  return {.bytes = pl_malloc_size(impl_->rt),
          .young_objects = pl_count_young(impl_->rt),
          .frozen_objects = impl_->frozen_count,
          .collections = impl_->collections,
          .walked_objects = impl_->walked};
}

void Runtime::Impl::collect(bool everything) {
  const TimePoint start = monotonic_now();
  if (current != nullptr) charge(*current);
  if (everything) {
    pl_thaw(rt, &frozen);
    frozen_count = 0;
  }
  const std::size_t before = pl_malloc_size(rt);
  walked = pl_collect(rt);
  if (is_frozen) frozen_count += pl_freeze(rt, &frozen);
  const std::size_t after = pl_malloc_size(rt);
  const auto grown = static_cast<double>(before) - static_cast<double>(size_after_collection);
  const auto freed = static_cast<double>(before) - static_cast<double>(after);
  const double lived = grown > 0 ? std::clamp(1 - freed / grown, 0.0, 1.0) : 1.0;
  survival[collections % kPeriodsKept] = static_cast<float>(lived);
  collections++;
  size_after_collection = after;
  if (everything) size_after_full_collection = after;
  if (current != nullptr) {
    current->impl().size_at_enter = after;
    apply_memory_limit();
  }
  if (collection_observer) collection_observer(monotonic_now() - start);
}

}  // namespace proofload::js
