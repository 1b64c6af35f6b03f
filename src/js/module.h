// Modules: where their source comes from, and the compiled form that all Runtimes share.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "js/value.h"

namespace proofload::js {

// A module written in C++. Lives in its Runtime (Runtime::add_native_module).
class NativeModule {
 public:
  const std::string& id() const { return id_; }
  // What require() gives: the default export if there is no other, else an object of the named
  // exports, with `default` and `__esModule` added if there is a default as well.
  ValueRef required() const { return required_; }

 private:
  friend class Runtime;
  friend struct ModuleGlue;
  std::string id_;
  Value required_;
  void* definition_ = nullptr;
};

struct NativeExport {
  std::string name;  // "default" is the default export
  Value value;
};

// Source text, or a module of this Runtime.
using ModuleContent = std::variant<std::string, const NativeModule*>;

// Where modules come from; k6 implements it. Called on the fiber that imports. An error becomes a
// thrown Error with that message.
class ModuleLoader {
 public:
  virtual ~ModuleLoader() = default;
  // The canonical id of what `referrer` (an id, empty for the entry) calls `specifier`. The id is
  // also the file name in stack traces.
  virtual Result<std::string> resolve(std::string_view specifier, std::string_view referrer) = 0;
  // The same for import.meta.resolve(), which asks for a name: nothing needs to exist under it.
  virtual Result<std::string> resolve_name(std::string_view specifier, std::string_view referrer) {
    return resolve(specifier, referrer);
  }
  // Called for a source module once per process (see CodeCache), for a native one at every import.
  virtual Result<ModuleContent> load(const std::string& id) = 0;
};

enum class ModuleKind : std::uint8_t { kEcmaScript, kCommonJs };

// A compiled module: bytes that any Runtime of this process can instantiate.
struct CompiledModule {
  std::string id;
  ModuleKind kind = ModuleKind::kEcmaScript;
  std::vector<std::uint8_t> bytecode;  // without the source, which every VU would hold a copy of
  std::string source;
  bool uses_import_meta = false;
  // Where in `source` the text of the function is that starts at a position (for toString).
  struct FunctionText {
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  std::map<std::pair<int, int>, FunctionText> functions;  // by line and column
};

// Compiled modules by id. Shared by all threads; entries are never removed or changed.
class CodeCache {
 public:
  const CompiledModule* find(std::string_view id) const;
  // Keeps and returns the first one added under its id.
  const CompiledModule& add(CompiledModule module);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<const CompiledModule>, std::less<>> modules_;
};

}  // namespace proofload::js
