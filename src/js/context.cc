#include "js/context.h"

#include <algorithm>
#include <utility>

#include "js/impl.h"

namespace proofload::js {

// ------------------------------------------------------------------ switching

void Runtime::Impl::on_enter(runtime::Fiber& fiber) {
  PL_CHECK(current == nullptr);
  const auto bottom = reinterpret_cast<std::uintptr_t>(fiber.stack().data());
  slice_start = {};
  switch_to(static_cast<Context*>(fiber.owner), bottom + kHostStackBytes);
}

void Runtime::Impl::on_leave(runtime::Fiber& fiber) {
  PL_CHECK(current == static_cast<Context*>(fiber.owner));
  switch_to(nullptr, native_stack_limit);
  // Ten thousand VUs may all be amid their first iteration when their garbage is due.
  if (is_frozen) collect_if_due();
}

void Runtime::Impl::switch_to(Context* next, std::uintptr_t stack_limit) {
  // An exception pending in one VU would appear in another; a collection must not be left halfway.
  PL_CHECK(pl_may_switch(rt));
  if (current != nullptr) {
    charge(*current);
    pl_leave(rt, &current->impl().vm, &current->impl().jobs);
  }
  current = next;
  pl_set_current(next != nullptr ? next->impl().js : nullptr);
  if (next == nullptr) {
    pl_set_stack_limit(rt, stack_limit);
    JS_SetMemoryLimit(rt, 0);
    return;
  }
  Context::Impl& c = next->impl();
  c.vm.stack_limit = stack_limit;
  pl_enter(rt, &c.vm, &c.jobs);
  c.vm = {};
  c.size_at_enter = pl_malloc_size(rt);
  apply_memory_limit();
}

void Runtime::Impl::charge(Context& context) {
  Context::Impl& c = context.impl();
  if (c.period != collections) {
    const bool known = collections - c.period <= kPeriodsKept;
    const double lived = known ? survival[c.period % kPeriodsKept] : 0.0F;
    c.charged = std::max(0.0, c.charged + (c.recent > 0 ? c.recent * lived : c.recent));
    c.recent = 0;
    c.period = collections;
  }
  const std::size_t size = pl_malloc_size(rt);
  c.recent += static_cast<double>(size) - static_cast<double>(c.size_at_enter);
  c.size_at_enter = size;
}

void Runtime::Impl::apply_memory_limit() {
  Context::Impl& c = current->impl();
  if (c.budget == Context::Impl::kUnlimited) {
    JS_SetMemoryLimit(rt, 0);
    return;
  }
  const double left = std::max(1.0, static_cast<double>(c.budget) - c.charged - c.recent);
  JS_SetMemoryLimit(rt, pl_malloc_size(rt) + static_cast<std::size_t>(left));
}

Enter::Enter(Context& context) : previous_(Context::current()) {
  if (previous_ == &context) return;
  Runtime::Impl& rt = context.runtime().impl();
  PL_CHECK(context.impl().vm.stack_frame == nullptr);  // else its own fiber is in the middle of it
  rt.switch_to(&context, pl_stack_limit(rt.rt));
}

Enter::~Enter() {
  Runtime::Impl& rt = Runtime::current()->impl();
  if (previous_ != rt.current) rt.switch_to(previous_, pl_stack_limit(rt.rt));
}

// ------------------------------------------------------------------ life

Context::Context(Runtime& runtime, ContextKind kind, std::unique_ptr<Impl> impl)
    : runtime_(runtime), kind_(kind), impl_(std::move(impl)) {}

Context::~Context() {
  if (!impl_) return;  // the template's, which the Runtime has freed
  Runtime::Impl& rt = runtime_.impl();
  PL_CHECK(rt.current != this && impl_->vm.stack_frame == nullptr);
  impl_->rejections.clear();
  impl_->common_js.clear();
  // Jobs do not hold their context: one that ran later would use it after it was freed.
  pl_drop_jobs(rt.rt, &impl_->jobs);
  pl_free_context(impl_->js, &rt.frozen);
  rt.context_count--;
}

Context* Context::current() {
  const Runtime* runtime = Runtime::current();
  return runtime != nullptr ? runtime->impl().current : nullptr;
}

void Context::seed_random(std::uint64_t seed) {
  // Spread out: neighbouring seeds must not give neighbouring first values.
  pl_set_random_state(impl_->js, (seed + 1) * 0x9e3779b97f4a7c15U);
}

void Context::set_memory_budget(std::size_t bytes) {
  impl_->budget = bytes;
  impl_->charged = 0;
  impl_->recent = 0;
  if (current() == this) {
    impl_->size_at_enter = pl_malloc_size(runtime_.impl().rt);
    runtime_.impl().apply_memory_limit();
  }
}

std::int64_t Context::memory_used() const {
  double used = impl_->charged + impl_->recent;
  if (current() == this) {
    used += static_cast<double>(pl_malloc_size(runtime_.impl().rt)) -
            static_cast<double>(impl_->size_at_enter);
  }
  return static_cast<std::int64_t>(used);
}

// ------------------------------------------------------------------ running and stopping

void Context::request_stop(StopReason reason) {
  if (is_stopping()) return;
  stop_reason_ = reason;
  if (current() != this) return;
  pl_set_interrupt_counter(impl_->js, 1);
  pl_set_interrupt_counter(runtime_.impl().template_js, 1);
}

Execution::Execution(Context& context, std::optional<TimePoint> deadline)
    : context_(context), outer_deadline_(context.impl().deadline) {
  PL_CHECK(Context::current() == &context);
  context.impl().execution_depth++;
  if (deadline) context.impl().deadline = deadline;
}

Execution::~Execution() {
  PL_CHECK(Context::current() == &context_);
  Context::Impl& c = context_.impl();
  c.deadline = outer_deadline_;
  if (--c.execution_depth > 0) return;
  context_.clear_error();
  if (!context_.is_stopping()) return;
  pl_drop_queued_jobs(context_.runtime().impl().rt);
  c.rejections.clear();
  context_.stop_reason_ = StopReason::kNone;
  context_.runtime().impl().apply_memory_limit();
}

Value Context::call(ValueRef function, ValueRef self, std::span<const ValueRef> args) {
  if (is_stopping()) return throw_stop(stop_reason_);
  JSRuntime* const rt = runtime_.impl().rt;
  if (!pl_in_script(rt)) pl_clear_back_trace(impl_->js);
  // ValueRef has the layout of JSValue (value.cc), and QuickJS does not write to arguments.
  auto* argv = const_cast<JSValue*>(reinterpret_cast<const JSValue*>(args.data()));
  Value result =
      adopt(JS_Call(impl_->js, to_js(function), to_js(self), static_cast<int>(args.size()), argv));
  // A killed async generator or dynamic import reports success with the error still pending.
  if (!result.is_exception() && has_error()) clear_error();
  return result;
}

Value Context::construct(ValueRef constructor, std::span<const ValueRef> args) {
  if (is_stopping()) return throw_stop(stop_reason_);
  auto* argv = const_cast<JSValue*>(reinterpret_cast<const JSValue*>(args.data()));
  return adopt(
      JS_CallConstructor(impl_->js, to_js(constructor), static_cast<int>(args.size()), argv));
}

Value Context::evaluate(const std::string& source, const std::string& name) {
  if (is_stopping()) return throw_stop(stop_reason_);
  return adopt(
      JS_Eval(impl_->js, source.c_str(), source.size(), name.c_str(), JS_EVAL_TYPE_GLOBAL));
}

// ------------------------------------------------------------------ promises and jobs

Deferred Context::new_deferred() {
  std::array<JSValue, 2> settle{};
  Deferred d;
  d.promise = adopt(JS_NewPromiseCapability(impl_->js, settle.data()));
  if (d.promise.is_exception()) return d;
  d.resolve = adopt(settle[0]);
  d.reject = adopt(settle[1]);
  return d;
}

void Context::resolve(const Deferred& deferred, ValueRef value) {
  if (call(deferred.resolve, ValueRef(), {value}).is_exception()) clear_error();
}

void Context::reject(const Deferred& deferred, ValueRef reason) {
  if (call(deferred.reject, ValueRef(), {reason}).is_exception()) clear_error();
}

PromiseState Context::promise_state(ValueRef promise) {
  switch (JS_PromiseState(impl_->js, to_js(promise))) {
    case JS_PROMISE_FULFILLED:
      return PromiseState::kFulfilled;
    case JS_PROMISE_REJECTED:
      return PromiseState::kRejected;
    default:
      return PromiseState::kPending;
  }
}

Value Context::promise_result(ValueRef promise) {
  return adopt(JS_PromiseResult(impl_->js, to_js(promise)));
}

void Context::mark_handled(ValueRef promise) {
  JS_PromiseMarkAsHandled(impl_->js, to_js(promise));
  std::erase_if(impl_->rejections, [&](const auto& r) { return r.promise.is_same(promise); });
}

Value Context::then(ValueRef promise, ValueRef on_fulfilled, ValueRef on_rejected) {
  return adopt(JS_PromiseThen(impl_->js, to_js(promise), to_js(on_fulfilled), to_js(on_rejected)));
}

bool Context::run_jobs() {
  JSRuntime* const rt = runtime_.impl().rt;
  PL_CHECK(current() == this);
  while (!is_stopping() && JS_IsJobPending(rt)) {
    if (!pl_in_script(rt)) pl_clear_back_trace(impl_->js);
    JSContext* job_context = nullptr;
    if (JS_ExecutePendingJob(rt, &job_context) < 0) {
      if (!is_stopping()) return false;
    } else if (has_error()) {
      clear_error();  // as in call()
    }
  }
  if (!is_stopping()) return true;
  pl_drop_queued_jobs(rt);
  if (!has_error()) throw_stop(stop_reason_);
  return false;
}

bool Context::has_jobs() const {
  return current() == this ? JS_IsJobPending(runtime_.impl().rt) : !pl_list_is_empty(&impl_->jobs);
}

std::vector<Value> Context::take_unhandled_rejections() {
  std::vector<Value> reasons;
  for (auto& rejection : impl_->rejections) reasons.push_back(std::move(rejection.reason));
  impl_->rejections.clear();
  return reasons;
}

}  // namespace proofload::js
