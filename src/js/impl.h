// The engine's side of Runtime and Context. For the files of this module only.
#pragma once

#include <array>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "js/context.h"
#include "js/engine.h"
#include "js/runtime.h"
#include "runtime/fiber.h"

namespace proofload::js {

// C++20's bit_cast between the two names of the same 16 bytes.
inline JSValue to_js(ValueRef value) {
  return __builtin_bit_cast(JSValue, value.raw());
}
inline JSValue to_js(Value&& value) {
  return __builtin_bit_cast(JSValue, std::move(value).release());
}
inline ValueRef borrow(JSValue value) {
  return ValueRef(__builtin_bit_cast(RawValue, value));
}
inline Value adopt(JSValue value) {
  return Value::adopt(__builtin_bit_cast(RawValue, value));
}

struct Context::Impl {
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  JSContext* js = nullptr;

  // While it is not current:
  PlVmState vm{};
  PlList jobs{};

  int execution_depth = 0;
  std::optional<TimePoint> deadline;
  struct Rejection {
    Value promise;
    Value reason;
  };
  std::vector<Rejection> rejections;
  // CommonJS `module` objects by id; also those being evaluated.
  std::map<std::string, Value, std::less<>> common_js;

  // Heap growth while it was current, in bytes. Of `recent`, which belongs to the collection
  // period `period`, an unknown part is garbage; at the period's end it is taken to be the part
  // that the collection freed of everybody's growth.
  std::size_t budget = kUnlimited;
  double charged = 0;
  double recent = 0;
  std::uint64_t period = 0;
  std::size_t size_at_enter = 0;
};

// One host function as scripts call it: QuickJS keeps its index as the function's magic.
struct NativeEntry {
  NativeFunction function = nullptr;
  int magic = 0;
  const NativeClass* constructs = nullptr;
};

struct Runtime::Impl final : runtime::FiberSwitchHook {
  // How often (in calls and backward jumps) a script is asked whether it should end or yield. The
  // engine's own 10,000 let a loop over JSON.stringify of 20 KB overrun by seconds.
  static constexpr int kInterruptSteps = 128;
  // What a script must leave on its fiber's stack for the host function that it calls.
  static constexpr std::size_t kHostStackBytes = std::size_t{128} << 10;
  // A stopping script needs some memory to throw with, even at its limit.
  static constexpr std::size_t kStopGrant = std::size_t{1} << 20;
  // Before the heap is frozen a collection walks all of it.
  static constexpr std::size_t kCollectUnfrozenAfterBytes = std::size_t{64} << 20;
  static constexpr std::size_t kPeriodsKept = 1024;

  Runtime* owner = nullptr;
  RuntimeOptions options;
  JSRuntime* rt = nullptr;
  JSContext* template_js = nullptr;
  Context* current = nullptr;
  Context* template_context = nullptr;
  std::uintptr_t native_stack_limit = 0;
  TimePoint slice_start{};  // zero: at the next interrupt
  int context_count = 0;    // without the template
  std::uint64_t next_seed = 0;

  std::vector<NativeEntry> functions;
  std::map<std::pair<NativeFunction, int>, int> closure_entries;  // for Context::new_function
  std::vector<NativeClass*> classes_by_id;                        // index: engine's class id
  std::deque<NativeClass> classes;
  std::deque<NativeModule> modules;
  std::vector<std::pair<Atom, Value>> globals;  // what full contexts get as well
  std::vector<Atom> removed_globals;

  // Set while a module is compiled: everything that it imports is this empty module.
  JSModuleDef* import_placeholder = nullptr;
  bool is_compiling = false;

  PlList frozen{};
  bool is_frozen = false;
  std::size_t frozen_count = 0;
  std::size_t size_after_collection = 0;
  std::size_t size_after_full_collection = 0;
  std::uint64_t collections = 0;
  std::uint64_t walked = 0;
  std::array<float, kPeriodsKept> survival{};  // by period: the part of its growth that lived on
  std::function<void(Duration)> collection_observer;
  struct Dead {
    void (*release)(void*);
    void* opaque;
  };
  std::vector<Dead> dead;

  void on_enter(runtime::Fiber& fiber) override;
  void on_leave(runtime::Fiber& fiber) override;
  bool collect_if_due();
  // Make `next` (may be null) the current one, on a stack with this limit.
  void switch_to(Context* next, std::uintptr_t stack_limit);
  void charge(Context& context);
  void apply_memory_limit();
  void collect(bool everything);
  // Whose call this is: built-in and host functions run in the template's realm, whoever calls.
  Context& acting() { return current != nullptr ? *current : *template_context; }
  int add_entry(NativeEntry entry);
};

inline Runtime::Impl& impl_of(JSRuntime* rt) {
  return *static_cast<Runtime::Impl*>(JS_GetRuntimeOpaque(rt));
}
inline Runtime::Impl& impl_of(JSContext* js) {
  return impl_of(JS_GetRuntime(js));
}

// This thread's engine, or null.
JSRuntime* thread_engine();

// How QuickJS calls us (native.cc, modules.cc, runtime.cc).
JSValue call_native(JSContext* js, JSValueConst self, int argc, JSValueConst* argv, int magic);
JSModuleDef* load_module(JSContext* js, const char* id, void* opaque);
char* resolve_module(JSContext* js, const char* referrer, const char* specifier, void* opaque);
JSValue find_function_source(JSContext* js, const char* file, int line, int column);

std::vector<StackFrame> parse_stack(std::string_view text);

}  // namespace proofload::js
