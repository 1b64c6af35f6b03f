// Compiling modules to bytes that every Runtime of the process can instantiate.
#include <algorithm>
#include <utility>

#include "js/impl.h"
#include "js/module.h"
#include "js/runtime.h"

namespace proofload::js {

const CompiledModule* CodeCache::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = modules_.find(id);
  return found != modules_.end() ? found->second.get() : nullptr;
}

const CompiledModule& CodeCache::add(CompiledModule module) {
  const std::lock_guard lock(mutex_);
  auto& slot = modules_[module.id];
  if (!slot) slot = std::make_unique<const CompiledModule>(std::move(module));
  return *slot;
}

namespace {

// The first line is the wrapper's, so that line numbers stay those of the file.
constexpr std::string_view kCommonJsHead = "(function (module, exports, require) {\n";
constexpr std::string_view kCommonJsTail = "\n})";

// Where each function's text is in the source.
class FunctionTexts {
 public:
  explicit FunctionTexts(CompiledModule& module) : module_(module) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < module.source.size(); i++) {
      if (module.source[i] == '\n') line_starts_.push_back(i + 1);
    }
  }

  static void visit(void* opaque, int line, int column, const char* text, std::size_t size) {
    static_cast<FunctionTexts*>(opaque)->add(line, column, {text, size});
  }

 private:
  void add(int line, int column, std::string_view text) {
    if (line < 1 || static_cast<std::size_t>(line) > line_starts_.size()) return;
    if (text.size() > module_.source.size()) return;  // the CommonJS wrapper's
    // The position is of the name or the parenthesis; the text starts a little before it. Any
    // place where the same text stands will do.
    constexpr std::size_t kBefore = 512;
    const std::size_t near = line_starts_[static_cast<std::size_t>(line) - 1] +
                             static_cast<std::size_t>(std::max(column, 1));
    std::size_t offset = module_.source.find(text, near - std::min(near, kBefore));
    if (offset == std::string::npos) offset = module_.source.find(text);
    if (offset == std::string::npos) return;
    module_.functions[{line, column}] = {offset, text.size()};
  }

  CompiledModule& module_;
  std::vector<std::size_t> line_starts_;
};

class Compiler {
 public:
  explicit Compiler(Runtime::Impl& rt) : rt_(rt), js_(rt.template_js) { rt_.is_compiling = true; }
  ~Compiler() { rt_.is_compiling = false; }
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;

  // False: the SyntaxError is pending.
  bool compile(CompiledModule& module) {
    Value as_module = evaluate(module.source, module.id, JS_EVAL_TYPE_MODULE, 1);
    JSModuleDef* const definition =
        as_module.is_exception() ? nullptr
                                 : static_cast<JSModuleDef*>(JS_VALUE_GET_PTR(to_js(as_module)));
    const Value error = as_module.is_exception() ? adopt(JS_GetException(js_)) : Value();
    bool done = false;
    if (definition == nullptr || pl_module_is_plain(definition)) done = compile_common_js(module);
    if (!done && definition != nullptr) {
      module.kind = ModuleKind::kEcmaScript;
      done = write(module, as_module);
    }
    as_module = Value();  // its reference must not outlive the definition
    if (definition != nullptr) pl_free_module(js_, definition);
    // What it says about the file as a module is what k6 would say.
    if (!done && definition == nullptr) JS_Throw(js_, to_js(Value(error)));
    return done;
  }

 private:
  Value evaluate(const std::string& text, const std::string& id, int type, int first_line) {
    return adopt(pl_compile(js_, text.c_str(), text.size(), id.c_str(), type, first_line));
  }

  bool compile_common_js(CompiledModule& module) {
    std::string text;
    text.append(kCommonJsHead).append(module.source).append(kCommonJsTail);
    const Value code = evaluate(text, module.id, JS_EVAL_TYPE_GLOBAL, 0);
    if (code.is_exception()) {
      JS_FreeValue(js_, JS_GetException(js_));
      return false;
    }
    module.kind = ModuleKind::kCommonJs;
    return write(module, code);
  }

  bool write(CompiledModule& module, ValueRef code) {
    std::size_t size = 0;
    std::uint8_t* const bytes =
        JS_WriteObject(js_, &size, to_js(code), JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
    if (bytes == nullptr) return false;
    module.bytecode.assign(bytes, bytes + size);
    js_free(js_, bytes);
    module.uses_import_meta = module.source.find("import.meta") != std::string::npos;
    FunctionTexts texts(module);
    pl_visit_sources(to_js(code), FunctionTexts::visit, &texts);
    return true;
  }

  Runtime::Impl& rt_;
  JSContext* js_;
};

}  // namespace

const CompiledModule* Runtime::compile(const std::string& id, const std::string& source) {
  PL_CHECK(impl_->options.code_cache != nullptr);
  CompiledModule module;
  module.id = id;
  module.source = source;
  if (!Compiler(*impl_).compile(module)) return nullptr;
  return &impl_->options.code_cache->add(std::move(module));
}

JSValue find_function_source(JSContext* js, const char* file, int line, int column) {
  const CodeCache* const cache = impl_of(js).options.code_cache;
  const CompiledModule* const module = cache != nullptr ? cache->find(file) : nullptr;
  if (module == nullptr) return JS_UNDEFINED;
  const auto found = module->functions.find({line, column});
  if (found == module->functions.end()) return JS_UNDEFINED;
  return JS_NewStringLen(js, module->source.data() + found->second.offset, found->second.size);
}

}  // namespace proofload::js
