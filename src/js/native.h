// Host functions, classes and modules: what C++ offers to scripts. Made once per Runtime and
// shared by all of its Contexts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "js/value.h"

namespace proofload::js {

class Context;

// One call of a host function. `context` is always the current one, whoever's function it is.
struct Call {
  Context& context;
  ValueRef self;  // `this`; in a constructor new.target
  Args args;
  int magic = 0;  // from the spec: lets one function serve several properties
  ValueRef data;  // from Context::new_function; else undefined
};

// Returns its result, or throws by returning Value::exception() with an error pending (what
// Context::throw_error and the like return). Is not entered while its Context is stopping.
// May be suspended inside; any call into JavaScript may switch fibers.
using NativeFunction = Value (*)(const Call& call);

struct FunctionSpec {
  const char* name = "";
  NativeFunction function = nullptr;
  int length = 0;  // what `f.length` says
  int magic = 0;
};

// A property computed by C++.
struct AccessorSpec {
  const char* name = "";
  NativeFunction get = nullptr;
  NativeFunction set = nullptr;  // null: see `is_own`
  int magic = 0;
  // false: an accessor on the prototype; without `set` it is read-only.
  // true: looks like an own data property of every instance (Object.keys, JSON.stringify and
  // spread see it); it is computed when read or listed, and assigning to it (`set` is not used)
  // replaces it on that instance.
  bool is_own = false;
};

// How an exotic object is asked for a property: by index if the name is an array index.
struct PropertyKey {
  static constexpr std::uint32_t kNotAnIndex = ~std::uint32_t{0};
  std::uint32_t index = kNotAnIndex;
  std::string_view name;  // empty if an index; valid during the call

  bool is_index() const { return index != kNotAnIndex; }
};

// What ExoticSpec::keys fills, in the order scripts shall see.
class KeyList {
 public:
  explicit KeyList(std::vector<Atom>& keys) : keys_(keys) {}
  void add(std::string_view name) { keys_.emplace_back(name); }
  void add_indices(std::uint32_t count);  // 0 .. count-1

 private:
  std::vector<Atom>& keys_;
};

// Own properties that exist only when asked for. Symbols never get here; what `get` does not have
// is looked up on the prototype.
struct ExoticSpec {
  // The own property's value, or Value::absent().
  Value (*get)(Context& context, void* opaque, const PropertyKey& key) = nullptr;
  // Whether it exists, if that is cheaper than `get`; may be null.
  bool (*has)(Context& context, void* opaque, const PropertyKey& key) = nullptr;
  // False: an exception is pending. Null: assigning throws a TypeError.
  bool (*set)(Context& context, void* opaque, const PropertyKey& key, ValueRef value) = nullptr;
  // As `set`.
  bool (*remove)(Context& context, void* opaque, const PropertyKey& key) = nullptr;
  void (*keys)(Context& context, void* opaque, KeyList& keys) = nullptr;
};

struct ClassSpec {
  const char* name = "";  // ASCII
  // `new Name(...)`, and `Name(...)` does the same (as the classes of k6): returns
  // Context::new_object(class, opaque). Null: scripts cannot construct.
  NativeFunction construct = nullptr;
  int construct_length = 0;
  // Called with an instance's opaque some time after the instance died, from
  // Runtime::release_dead(), never from inside the engine. Null: nobody owns it.
  void (*release)(void* opaque) = nullptr;
  std::span<const FunctionSpec> methods = {};
  std::span<const AccessorSpec> accessors = {};
  std::span<const FunctionSpec> statics = {};
  const ExoticSpec* exotic = nullptr;  // must outlive the Runtime
};

// A registered class. Lives in and as long as its Runtime.
class NativeClass {
 public:
  // The opaque of an instance of exactly this class; null for anything else.
  void* unwrap(ValueRef value) const;
  template <class T>
  T* unwrap_as(ValueRef value) const {
    return static_cast<T*>(unwrap(value));
  }
  ValueRef constructor() const { return constructor_; }  // undefined without ClassSpec::construct
  ValueRef prototype() const { return prototype_; }
  const std::string& name() const { return name_; }

 private:
  friend class Runtime;
  friend class Context;
  friend struct ClassGlue;
  struct OwnAccessor {
    Atom name;
    NativeFunction get;
    int magic;
  };

  std::uint32_t id_ = 0;
  std::string name_;
  void (*release_)(void*) = nullptr;
  const ExoticSpec* exotic_ = nullptr;
  std::vector<OwnAccessor> own_accessors_;
  Value constructor_;
  Value prototype_;
};

}  // namespace proofload::js
