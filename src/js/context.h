// Context: one VU's JavaScript world. Its own globals, modules, jobs and random numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "js/module.h"
#include "js/native.h"
#include "js/script_error.h"
#include "js/value.h"

namespace proofload::js {

class Runtime;

enum class ContextKind : std::uint8_t {
  kLight,  // shares the built-ins (Array.prototype, JSON, ...) with the Runtime's other Contexts
  kFull,   // has its own; about five times the memory
};

enum class PromiseState : std::uint8_t { kPending, kFulfilled, kRejected };

// A promise that C++ settles.
struct Deferred {
  Value promise;
  Value resolve;  // functions of one argument
  Value reject;
};

enum class TypedArrayKind : std::uint8_t {
  kUint8Clamped,
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kBigInt64,
  kBigUint64,
  kFloat16,
  kFloat32,
  kFloat64
};

// Used by one fiber at a time, and only while it is the current one: on a fiber whose `owner` is
// this Context (the Runtime's switch hook sees to that), or inside an Enter. Functions that return
// a Value return Value::exception() when something threw; functions that return bool, optional or
// Utf8 return false, nullopt or an empty one. The error is then pending: return exception() from
// the host function, or take_error().
class Context {
 public:
  // Not while current, nor while its fiber is suspended in JavaScript. Its cyclic garbage is freed
  // by the Runtime's next full collection.
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The current Context of this thread, or null when none is.
  static Context* current();
  Runtime& runtime() const { return runtime_; }
  ContextKind kind() const { return kind_; }
  // The VU, for those who know it. Not used here.
  void* opaque = nullptr;

  // --- values -------------------------------------------------------------------------------
  Value new_string(std::string_view utf8);  // invalid bytes become U+FFFD
  Value new_object();
  // `opaque` is the class's from now on (also when this fails: it is released).
  Value new_object(const NativeClass& type, void* opaque);
  Value new_array();
  Value new_array(std::span<Value> items);  // moves the items
  Value new_proxy(ValueRef target, ValueRef handler);
  Value new_date(double epoch_ms);
  Value new_array_buffer(std::span<const std::byte> bytes);  // copies
  // The memory stays the caller's until `release(owner)`, which may come from any fiber.
  Value new_external_array_buffer(std::span<std::byte> bytes, void (*release)(void*), void* owner);
  Value new_uint8_array(std::span<const std::byte> bytes);  // copies
  Value new_typed_array(TypedArrayKind kind, ValueRef array_buffer);
  // A function of this Context only, which gets `data` in every Call. For what is the same in all
  // Contexts use Runtime::add_function.
  Value new_function(const FunctionSpec& spec, ValueRef data);

  Utf8 to_utf8(ValueRef value);               // String(value)
  std::string to_std_string(ValueRef value);  // String(value); empty if it threw, and clears that
  std::optional<double> to_number(ValueRef value);
  std::optional<std::int64_t> to_integer(ValueRef value);  // truncates, saturates; NaN is 0
  // The bytes of an ArrayBuffer, typed array or DataView; nullopt (nothing pending) for anything
  // else and for a detached one. Valid until JavaScript runs next.
  std::optional<std::span<std::byte>> bytes_of(ValueRef value);
  std::optional<TypedArrayKind> typed_array_kind(ValueRef value);
  bool instance_of(ValueRef value, ValueRef constructor);

  // --- properties ---------------------------------------------------------------------------
  Value global();
  Value get(ValueRef object, AtomRef name);
  Value get(ValueRef object, std::string_view name);
  Value get(ValueRef object, std::uint32_t index);
  bool set(ValueRef object, AtomRef name, Value value);
  bool set(ValueRef object, std::string_view name, Value value);
  bool set(ValueRef object, std::uint32_t index, Value value);
  // An own data property that does not show up in for-in, as built-ins have.
  bool define_hidden(ValueRef object, AtomRef name, Value value);
  bool has(ValueRef object, AtomRef name);
  bool remove(ValueRef object, AtomRef name);
  bool freeze(ValueRef object);
  std::optional<std::int64_t> length(ValueRef object);
  Value atom_string(AtomRef name);
  Utf8 atom_utf8(AtomRef name);
  std::optional<Atom> to_atom(ValueRef value);

  // --- calls --------------------------------------------------------------------------------
  Value call(ValueRef function, ValueRef self, std::span<const ValueRef> args = {});
  Value call(ValueRef function, ValueRef self, std::initializer_list<ValueRef> args) {
    return call(function, self, std::span(args.begin(), args.size()));
  }
  Value construct(ValueRef constructor, std::span<const ValueRef> args = {});
  // A script in global scope; gives its last expression. `name` is its file name in traces.
  Value evaluate(const std::string& source, const std::string& name);

  // --- JSON ---------------------------------------------------------------------------------
  // `text.data()[text.size()]` must be readable and zero, as in a std::string or string literal.
  Value parse_json(std::string_view text);
  // Undefined where JSON.stringify gives undefined. `indent` spaces; 0 for one line.
  Value to_json(ValueRef value, int indent = 0);

  // --- errors -------------------------------------------------------------------------------
  // All return Value::exception().
  Value throw_error(std::string_view message);  // Error
  Value throw_type_error(std::string_view message);
  Value throw_range_error(std::string_view message);
  Value throw_syntax_error(std::string_view message);
  // An Error whose `name` is `name`, e.g. "GoError".
  Value throw_named(std::string_view name, std::string_view message);
  Value throw_value(Value value);
  // Ends the script: like request_stop, and throws what no script can catch.
  Value throw_stop(StopReason reason);
  // An Error object, not thrown.
  Value new_error(std::string_view name, std::string_view message);

  bool has_error() const;
  // Takes and clears the pending error. Must be one.
  ScriptError take_error();
  // The same for a value that was thrown or rejected before.
  ScriptError describe(ValueRef thrown);
  void clear_error();
  // Where the script is right now, innermost first.
  std::vector<StackFrame> call_stack();

  // --- promises and jobs --------------------------------------------------------------------
  Deferred new_deferred();
  // Calls `deferred.resolve` or `.reject`. Reactions run in run_jobs().
  void resolve(const Deferred& deferred, ValueRef value);
  void reject(const Deferred& deferred, ValueRef reason);
  // Only for a promise.
  PromiseState promise_state(ValueRef promise);
  Value promise_result(ValueRef promise);
  void mark_handled(ValueRef promise);
  // `promise.then(...)` that scripts cannot intercept.
  Value then(ValueRef promise, ValueRef on_fulfilled, ValueRef on_rejected);
  // Runs this Context's queued jobs until there are none, or it is stopping (then they are
  // dropped). False: a job failed in a way only the engine can (out of memory, stop); see
  // take_error().
  bool run_jobs();
  bool has_jobs() const;
  // Reasons of promises rejected with nobody listening, in order; a handler added meanwhile takes
  // its promise out again. Ask after run_jobs().
  std::vector<Value> take_unhandled_rejections();

  // --- modules ------------------------------------------------------------------------------
  // Loads and evaluates the module with this id, and what it imports, once. Gives the promise of
  // its evaluation (run_jobs() settles it), or an exception for what cannot be loaded or linked.
  Value import(const std::string& id);
  // The namespace object of an imported ECMAScript module, `module.exports` of a CommonJS one,
  // NativeModule::required of a native one. Undefined if it was never imported here.
  Value exports_of(const std::string& id);
  // CommonJS require(), asked by `referrer` (a module id).
  Value require(std::string_view specifier, const std::string& referrer);
  // The id of the module whose function called the current host function; empty if none did.
  std::string calling_module();

  // --- running, stopping, accounts ------------------------------------------------------------
  // Makes everything that runs or will run here end as soon as possible, until the outermost
  // Execution is left. Does not wake a suspended fiber. The first reason wins.
  void request_stop(StopReason reason);
  StopReason stop_reason() const { return stop_reason_; }
  bool is_stopping() const { return stop_reason_ != StopReason::kNone; }
  // The next Math.random() values follow from the seed.
  void seed_random(std::uint64_t seed);
  // What this Context may allocate, beyond what it has at this moment, before its scripts get "out
  // of memory". Default: unlimited.
  void set_memory_budget(std::size_t bytes);
  // What was charged to it: growth of the heap while it was current. An estimate.
  std::int64_t memory_used() const;

  // For code of this module; the engine's own structures.
  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  friend class Runtime;
  friend class Execution;
  Context(Runtime& runtime, ContextKind kind, std::unique_ptr<Impl> impl);

  Runtime& runtime_;
  ContextKind kind_;
  StopReason stop_reason_ = StopReason::kNone;
  std::unique_ptr<Impl> impl_;
};

// Makes a Context the current one without a fiber, e.g. for the first init or in a test. Nests.
// The fiber (if any) must not be switched away from while it lasts, and no error may be pending at
// its end (an Execution inside of it sees to that).
class Enter {
 public:
  explicit Enter(Context& context);
  ~Enter();
  Enter(const Enter&) = delete;
  Enter& operator=(const Enter&) = delete;

 private:
  Context* previous_;
};

// The outermost use of a Context: an iteration, setup(), an init. While it lasts a stop is
// sticky; when the outermost one is left, an error that nobody took is dropped, and a stopped
// Context also drops its jobs and rejections and can be used again. Every call into a script
// happens inside one.
class Execution {
 public:
  // At `deadline` the scripts are stopped with kDeadline, if they run then; whoever blocks in a
  // host call must watch the time itself.
  explicit Execution(Context& context, std::optional<TimePoint> deadline = std::nullopt);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

 private:
  Context& context_;
  std::optional<TimePoint> outer_deadline_;
};

// The own enumerable string keys of an object, in order. Allocates nothing for a plain object
// with up to a few hundred properties; the object may be changed meanwhile (removed properties
// read as undefined).
//   for (OwnKeys keys(context, object); keys.next();) use(keys.key(), keys.value());
class OwnKeys {
 public:
  OwnKeys(Context& context, ValueRef object);
  ~OwnKeys();
  OwnKeys(const OwnKeys&) = delete;
  OwnKeys& operator=(const OwnKeys&) = delete;

  // False at the end, or at once if listing the keys threw (a proxy): ask failed().
  bool next();
  bool failed() const { return failed_; }
  AtomRef key() const { return AtomRef(key_); }
  Utf8 key_utf8();
  Value value();

 private:
  Context& context_;
  Value object_;
  void* shape_ = nullptr;   // of a plain object
  void* listed_ = nullptr;  // else the engine's list
  std::uint32_t count_ = 0;
  std::uint32_t index_ = 0;
  std::uint32_t key_ = 0;
  bool failed_ = false;
};

}  // namespace proofload::js
