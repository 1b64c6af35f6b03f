// Instantiating modules: ECMAScript, CommonJS and native ones, importing each other.
#include <utility>

#include "js/context.h"
#include "js/impl.h"
#include "js/module.h"
#include "js/runtime.h"

namespace proofload::js {

// A friend of NativeModule.
struct ModuleGlue {
  static JSModuleDef* definition(const NativeModule& module) {
    return static_cast<JSModuleDef*>(module.definition_);
  }
};

namespace {

using Content = std::variant<const CompiledModule*, const NativeModule*>;

// What `id` is, compiled if need be; nullopt with the error pending.
std::optional<Content> find_content(Context& context, const std::string& id) {
  const RuntimeOptions& options = context.runtime().impl().options;
  if (options.loader == nullptr || options.code_cache == nullptr) {
    context.throw_error("nothing can be imported here");
    return std::nullopt;
  }
  if (const CompiledModule* known = options.code_cache->find(id)) return known;
  Result<ModuleContent> loaded = options.loader->load(id);
  if (!loaded) {
    context.throw_error(loaded.error().message());
    return std::nullopt;
  }
  if (const auto* native = std::get_if<const NativeModule*>(&*loaded)) return *native;
  const CompiledModule* compiled = context.runtime().compile(id, std::get<std::string>(*loaded));
  if (compiled == nullptr) return std::nullopt;
  return compiled;
}

// ---------------------------------------------------------------- CommonJS

Value call_require(const Call& call) {
  Context& context = call.context;
  const Utf8 specifier = context.to_utf8(call.args[0]);
  if (!specifier) return Value::exception();
  return context.require(specifier.view(), context.to_std_string(call.data));
}

Value read_code(Context& context, const CompiledModule& module) {
  JSContext* const js = context.impl().js;
  return adopt(
      JS_ReadObject(js, module.bytecode.data(), module.bytecode.size(), JS_READ_OBJ_BYTECODE));
}

// Runs the file unless it has run here, or is running (a cycle: what it has exported so far).
// Gives module.exports.
Value run_common_js(Context& context, const CompiledModule& compiled) {
  auto& modules = context.impl().common_js;
  if (const auto known = modules.find(compiled.id); known != modules.end()) {
    return context.get(known->second, "exports");
  }
  Value code = read_code(context, compiled);
  if (code.is_exception()) return code;
  const Value wrapper = adopt(JS_EvalFunction(context.impl().js, to_js(std::move(code))));
  const Value id = context.new_string(compiled.id);
  const Value require = context.new_function({"require", call_require, 1}, id);
  const Value module = context.new_object();
  const Value exports = context.new_object();
  for (const Value* made : {&wrapper, &id, &require, &module, &exports}) {
    if (made->is_exception()) return Value::exception();
  }
  context.set(module, "id", id);
  context.set(module, "exports", exports);
  modules.emplace(compiled.id, module);
  if (context.call(wrapper, exports, {module, exports, require}).is_exception()) {
    modules.erase(compiled.id);
    return Value::exception();
  }
  return context.get(module, "exports");
}

// `import x from` a CommonJS file: its `default` if it has one (transpiled ECMAScript), else all.
Value default_of(Context& context, ValueRef exports) {
  if (exports.is_object()) {
    Value own = context.get(exports, "default");
    if (!own.is_undefined()) return own;
  }
  return Value(exports);
}

int set_common_js_exports(JSContext* js, JSModuleDef* definition) {
  Context& context = impl_of(js).acting();
  const Atom id = Atom::adopt(JS_GetModuleName(js, definition));
  const auto module = context.impl().common_js.find(context.atom_utf8(id).view());
  PL_CHECK(module != context.impl().common_js.end());
  const Value exports = context.get(module->second, "exports");
  const Value whole = default_of(context, exports);
  if (exports.is_exception() || whole.is_exception()) return -1;
  JS_SetModuleExport(js, definition, "default", to_js(Value(whole)));
  if (!exports.is_object()) return 0;
  for (OwnKeys keys(context, exports); keys.next();) {
    Value value = keys.value();
    if (value.is_exception()) return -1;
    const Utf8 name = keys.key_utf8();
    if (name.view() != "default")
      JS_SetModuleExport(js, definition, name.c_str(), to_js(std::move(value)));
  }
  return 0;
}

int set_native_exports(JSContext* js, JSModuleDef* definition) {
  Context& context = impl_of(js).acting();
  const Value exports = adopt(JS_GetModulePrivateValue(js, definition));
  for (OwnKeys keys(context, exports); keys.next();) {
    JS_SetModuleExport(js, definition, keys.key_utf8().c_str(), to_js(keys.value()));
  }
  return 0;
}

// The names a CommonJS file exports are known only after it has run, so it runs when it is loaded:
// before the module that imports it, and before that one's other imports have run.
JSModuleDef* define_common_js(Context& context, const CompiledModule& compiled) {
  const Value exports = run_common_js(context, compiled);
  if (exports.is_exception()) return nullptr;
  JSContext* const js = context.impl().js;
  JSModuleDef* const definition = JS_NewCModule(js, compiled.id.c_str(), set_common_js_exports);
  if (definition == nullptr) return nullptr;
  JS_AddModuleExport(js, definition, "default");
  if (!exports.is_object()) return definition;
  for (OwnKeys keys(context, exports); keys.next();) {
    const Utf8 name = keys.key_utf8();
    if (name.view() != "default") JS_AddModuleExport(js, definition, name.c_str());
  }
  return definition;
}

// ---------------------------------------------------------------- ECMAScript

Value resolve_for_meta(const Call& call) {
  Context& context = call.context;
  const Utf8 specifier = context.to_utf8(call.args[0]);
  if (!specifier) return Value::exception();
  auto id = context.runtime().impl().options.loader->resolve_name(specifier.view(),
                                                                  context.to_std_string(call.data));
  if (!id) return context.throw_error(id.error().message());
  return context.new_string(*id);
}

JSModuleDef* define_module(Context& context, const CompiledModule& compiled) {
  JSContext* const js = context.impl().js;
  Value code = read_code(context, compiled);
  if (code.is_exception()) return nullptr;
  auto* const definition = static_cast<JSModuleDef*>(JS_VALUE_GET_PTR(to_js(code)));
  if (compiled.uses_import_meta) {
    const Value meta = adopt(JS_GetImportMeta(js, definition));
    const Value id = context.new_string(compiled.id);
    context.set(meta, "resolve", context.new_function({"resolve", resolve_for_meta, 1}, id));
  }
  return definition;
}

JSModuleDef* define(Context& context, const Content& content) {
  if (const auto* native = std::get_if<const NativeModule*>(&content)) {
    return ModuleGlue::definition(**native);
  }
  const CompiledModule& compiled = *std::get<const CompiledModule*>(content);
  return compiled.kind == ModuleKind::kCommonJs ? define_common_js(context, compiled)
                                                : define_module(context, compiled);
}

JSValue module_value(JSContext* js, JSModuleDef* definition) {
  return JS_DupValue(js, JS_MKPTR(JS_TAG_MODULE, definition));
}

// Loads what it imports, links and evaluates; gives the promise of that.
Value run_module(Context& context, JSModuleDef* definition) {
  JSContext* const js = context.impl().js;
  const Value module = adopt(module_value(js, definition));
  if (JS_ResolveModule(js, to_js(module)) < 0) return Value::exception();
  // In k6 only ECMAScript files must have what is imported from them.
  if (pl_add_missing_exports(js, set_common_js_exports, JS_UNDEFINED) < 0 ||
      pl_add_missing_exports(js, set_native_exports, JS_NULL) < 0) {
    return Value::exception();
  }
  Value promise = adopt(JS_EvalFunction(js, module_value(js, definition)));
  // Whoever imports looks at the promise; it must not count as unhandled as well.
  if (promise.is_promise()) context.mark_handled(promise);
  return promise;
}

Value settled(Context& context) {
  return adopt(JS_NewSettledPromise(context.impl().js, false, JS_UNDEFINED));
}

}  // namespace

// ------------------------------------------------------------------ called by QuickJS

char* resolve_module(JSContext* js, const char* referrer, const char* specifier, void*) {
  Runtime::Impl& rt = impl_of(js);
  if (rt.is_compiling) return js_strdup(js, "<import>");
  Context& context = rt.acting();
  if (rt.options.loader == nullptr) {
    context.throw_error("nothing can be imported here");
    return nullptr;
  }
  auto id = rt.options.loader->resolve(specifier, referrer);
  if (!id) {
    context.throw_error(id.error().message());
    return nullptr;
  }
  return js_strndup(js, id->data(), id->size());
}

JSModuleDef* load_module(JSContext* js, const char* id, void*) {
  Runtime::Impl& rt = impl_of(js);
  if (rt.is_compiling) return rt.import_placeholder;
  Context& context = rt.acting();
  const auto content = find_content(context, id);
  return content ? define(context, *content) : nullptr;
}

// ------------------------------------------------------------------ Context

Value Context::import(const std::string& id) {
  if (is_stopping()) return throw_stop(stop_reason_);
  if (JSModuleDef* known = pl_find_module(impl_->js, id.c_str())) return run_module(*this, known);
  const auto content = find_content(*this, id);
  if (!content) return Value::exception();
  if (std::holds_alternative<const NativeModule*>(*content)) return settled(*this);
  const CompiledModule& compiled = *std::get<const CompiledModule*>(*content);
  if (compiled.kind == ModuleKind::kCommonJs) {
    Value exports = run_common_js(*this, compiled);
    return exports.is_exception() ? std::move(exports) : settled(*this);
  }
  JSModuleDef* const definition = define_module(*this, compiled);
  return definition != nullptr ? run_module(*this, definition) : Value::exception();
}

Value Context::exports_of(const std::string& id) {
  if (const auto module = impl_->common_js.find(id); module != impl_->common_js.end()) {
    return get(module->second, "exports");
  }
  if (JSModuleDef* definition = pl_find_module(impl_->js, id.c_str())) {
    return adopt(JS_GetModuleNamespace(impl_->js, definition));
  }
  for (const NativeModule& module : runtime_.impl().modules) {
    if (module.id() == id) return Value(module.required());
  }
  return {};
}

Value Context::require(std::string_view specifier, const std::string& referrer) {
  ModuleLoader* const loader = runtime_.impl().options.loader;
  if (loader == nullptr) return throw_error("nothing can be imported here");
  auto id = loader->resolve(specifier, referrer);
  if (!id) return throw_error(id.error().message());
  if (impl_->common_js.contains(*id)) return exports_of(*id);
  const auto content = find_content(*this, *id);
  if (!content) return Value::exception();
  if (const auto* native = std::get_if<const NativeModule*>(&*content)) {
    return Value((*native)->required());
  }
  const CompiledModule& compiled = *std::get<const CompiledModule*>(*content);
  if (compiled.kind == ModuleKind::kCommonJs) return run_common_js(*this, compiled);
  Value promise = import(*id);
  if (promise.is_exception()) return promise;
  switch (promise_state(promise)) {
    case PromiseState::kFulfilled:
      return exports_of(*id);
    case PromiseState::kRejected:
      return throw_value(promise_result(promise));
    default:
      return throw_error("require() of a module with top-level await: " + *id);
  }
}

std::string Context::calling_module() {
  // Level 0 is the host function itself; a native frame (Array.prototype.map, ...) has no name.
  for (int level = 1; level < 64; level++) {
    const Atom name = Atom::adopt(JS_GetScriptOrModuleName(impl_->js, level));
    if (name.id() != JS_ATOM_NULL) return std::string(atom_utf8(name).view());
  }
  return {};
}

// ------------------------------------------------------------------ native modules

namespace {

Value required_value(Context& context, std::span<NativeExport> exports) {
  Value whole;
  Value object = context.new_object();
  bool has_names = false;
  for (const NativeExport& item : exports) {
    context.set(object, item.name, item.value);
    if (item.name == "default") {
      whole = item.value;
    } else {
      has_names = true;
    }
  }
  if (!has_names) return whole;
  if (!whole.is_undefined()) context.set(object, "__esModule", Value::boolean(true));
  return object;
}

}  // namespace

// One instance serves every Context: its exports never change, and linking to an evaluated module
// does not write to it. Instances of their own would cost each VU some 100 bytes per export.
const NativeModule& Runtime::add_native_module(std::string id, std::span<NativeExport> exports) {
  Impl& d = *impl_;
  JSContext* const js = d.template_js;
  const Enter enter(*template_);
  NativeModule& module = d.modules.emplace_back();
  module.id_ = std::move(id);
  JSModuleDef* const definition = JS_NewCModule(js, module.id_.c_str(), set_native_exports);
  PL_CHECK(definition != nullptr);
  Value values = template_->new_object();
  for (const NativeExport& item : exports) {
    JS_AddModuleExport(js, definition, item.name.c_str());
    template_->set(values, item.name, item.value);
  }
  JS_SetModulePrivateValue(js, definition, to_js(std::move(values)));
  PL_CHECK(JS_ResolveModule(js, JS_MKPTR(JS_TAG_MODULE, definition)) == 0);
  PL_CHECK(pl_evaluate_native_module(js, definition) == 0);
  module.definition_ = definition;
  module.required_ = required_value(*template_, exports);
  return module;
}

}  // namespace proofload::js
