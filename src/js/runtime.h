// Runtime: one thread's JavaScript engine, shared by the Contexts of that thread's VUs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "js/context.h"
#include "js/module.h"
#include "js/native.h"
#include "js/value.h"

namespace proofload::js {

struct RuntimeOptions {
  // Both must outlive the Runtime. Without a loader nothing can be imported.
  ModuleLoader* loader = nullptr;
  CodeCache* code_cache = nullptr;
  // Called from inside a script that ran for `slice`, on a fiber: lets others run (Loop::yield).
  // Null: never.
  void (*yield)(void* opaque) = nullptr;
  void* yield_opaque = nullptr;
  Duration slice = std::chrono::microseconds(500);
  // Stack a script may use outside of fibers, from where the Runtime was made downwards. On a
  // fiber it is that fiber's stack.
  std::size_t stack_bytes = std::size_t{1} << 20;
};

// The state of all built-ins that light Contexts share, at one moment.
class BuiltinsFingerprint {
 private:
  friend class Runtime;
  struct Entry {
    std::string name;  // "Array.prototype.map"
    std::uint64_t hash;
  };
  std::vector<Entry> entries_;  // sorted by name
};

// Made, used and destroyed on one thread, one per thread; outlives all of its Contexts, Values and
// Atoms.
//
// Setting up: make it, register classes, functions and modules, define globals, make Contexts,
// initialise them, freeze(). A process whose heap top moves a lot should call
// mallopt(M_TRIM_THRESHOLD, -1) first: giving memory back to the kernel took 150 ms and more.
class Runtime {
 public:
  explicit Runtime(const RuntimeOptions& options = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // This thread's, or null.
  static Runtime* current();

  // --- what scripts see; before the first Context is made ----------------------------------
  // The one whose built-ins light Contexts share. Enter it to make values for globals and exports.
  Context& template_context() { return *template_; }
  // At most 32,767 functions, accessors and methods in total.
  Value add_function(const FunctionSpec& spec);
  const NativeClass& add_class(const ClassSpec& spec);
  const NativeModule& add_native_module(std::string id, std::span<NativeExport> exports);
  // A global of every Context made from now on (a binding of its own in each; not enumerable).
  void add_global(std::string_view name, Value value);
  // Removes a built-in global from every Context made from now on.
  void remove_global(std::string_view name);

  // --- contexts -----------------------------------------------------------------------------
  // Only outside of any Context's Enter or fiber is the memory not charged to anybody.
  std::unique_ptr<Context> new_context(ContextKind kind);
  BuiltinsFingerprint fingerprint();
  // Names of the shared built-ins that were added, changed or removed since.
  std::vector<std::string> changes_since(const BuiltinsFingerprint& before);

  // --- compiling ----------------------------------------------------------------------------
  // Compiles by k6's rule: CommonJS unless there is an import, an export or a top-level await.
  // The module, or null with the SyntaxError pending in the current Context.
  const CompiledModule* compile(const std::string& id, const std::string& source);

  // --- heap -----------------------------------------------------------------------------------
  // Everything that exists now is left out of collections until the next full one. Call it when
  // the VUs have been initialised.
  void freeze();
  // Collects garbage if the heap has grown by kCollectAfterBytes since the last collection; what
  // survives joins the frozen heap. True if it did collect. Once frozen, a fiber that leaves the
  // engine does so too; call it between iterations for those that never wait.
  bool collect_if_due();
  // Stops the thread for as long as it takes to walk the whole heap (100 ms for 10,000 VUs): only
  // where nobody measures. The heap is frozen again afterwards if it was.
  void collect_fully();
  // The frozen heap is twice of what it was after the last full collection.
  bool is_full_collection_due() const;
  // Told how long each collection stopped the thread.
  void on_collection(std::function<void(Duration)> observer);
  // Runs ClassSpec::release of the instances that died since the last time. Cheap when there are
  // none; call it between iterations and wherever memory of theirs would pile up.
  void release_dead();

  struct HeapStats {
    std::size_t bytes = 0;          // allocated by the engine
    std::size_t young_objects = 0;  // walked by the next collection; counting costs a walk
    std::size_t frozen_objects = 0;
    std::uint64_t collections = 0;
    std::uint64_t walked_objects = 0;  // by the last collection
  };
  HeapStats heap_stats() const;

  static constexpr std::size_t kCollectAfterBytes = std::size_t{512} << 10;

  // For code of this module.
  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
  std::unique_ptr<Context> template_;
};

}  // namespace proofload::js
