#include "runtime/fiber.h"

#include <utility>

#include <boost/context/detail/fcontext.hpp>

#include "base/check.h"
#include "runtime/sanitizer_fiber.h"
#include "runtime/stack_pool.h"

namespace proofload::runtime {

namespace context = boost::context::detail;

namespace {

thread_local Fiber* current_fiber = nullptr;
thread_local FiberSwitchHook* switch_hook = nullptr;
thread_local StackPool stack_pool(Fiber::kStackBytes);

}  // namespace

void set_fiber_switch_hook(FiberSwitchHook* hook) {
  switch_hook = hook;
}

// The first function on a new stack. It never returns: between two entries the fiber waits inside
// run_forever, so one context serves all of them.
struct FiberEntry {
  static void enter(context::transfer_t from) noexcept {
    auto* fiber = static_cast<Fiber*>(from.data);
    fiber->resumer_context_ = from.fctx;
    sanitizer::entered_fiber(fiber->sanitizer_stack_);
    fiber->run_forever();
  }
};

Fiber::~Fiber() {
  PL_CHECK(is_idle() && !is_queued_);
  if (stack_.empty()) return;
  sanitizer::destroy_fiber(sanitizer_fiber_);
  stack_pool.give_back(stack_);
}

void Fiber::start(std::function<void()> entry) {
  PL_CHECK(is_idle());
  if (stack_.empty()) {
    stack_ = stack_pool.take();
    context_ =
        context::make_fcontext(stack_.data() + stack_.size(), stack_.size(), &FiberEntry::enter);
    sanitizer_fiber_ = sanitizer::create_fiber();
  }
  entry_ = std::move(entry);
  is_cancelled_ = false;
  state_ = State::kSuspended;
}

void Fiber::resume() {
  PL_CHECK(current_fiber == nullptr && is_suspended());
  FiberSwitchHook* hook = owner != nullptr ? switch_hook : nullptr;
  if (hook != nullptr) hook->on_enter(*this);
  switch_in();
  if (hook != nullptr) hook->on_leave(*this);
}

void Fiber::suspend() {
  Fiber* self = current_fiber;
  PL_CHECK(self != nullptr);
  self->state_ = State::kSuspended;
  self->switch_out();
}

Fiber* Fiber::current() {
  return current_fiber;
}

void Fiber::switch_in() {
  state_ = State::kRunning;
  current_fiber = this;
  sanitizer::SwitchToFiber annotation(sanitizer_fiber_, stack_);
  const context::transfer_t from = context::jump_fcontext(context_, this);
  annotation.returned();
  context_ = from.fctx;
  current_fiber = nullptr;
}

void Fiber::switch_out() {
  sanitizer::leaving_fiber(sanitizer_stack_);
  const context::transfer_t from = context::jump_fcontext(resumer_context_, nullptr);
  sanitizer::entered_fiber(sanitizer_stack_);
  resumer_context_ = from.fctx;
}

void Fiber::run_forever() {
  for (;;) {
    entry_();
    entry_ = nullptr;  // what the function captured is freed now, not at the next start
    state_ = State::kIdle;
    switch_out();
  }
}

}  // namespace proofload::runtime
