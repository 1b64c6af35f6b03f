#include "k6/modules.h"

#include <utility>

namespace proofload::k6 {

void ModuleSetup::add_module(std::string id, std::span<js::NativeExport> exports) {
  modules.add_native(js.add_native_module(std::move(id), exports));
}

void ModuleSetup::add_module_with_default(std::string id, std::vector<js::NativeExport> exports) {
  js::Context& context = js.template_context();
  js::Value members = context.new_object();
  for (const js::NativeExport& entry : exports) context.set(members, entry.name, entry.value);
  exports.push_back({"default", std::move(members)});
  add_module(std::move(id), exports);
}

std::vector<js::NativeExport> ModuleSetup::functions(std::span<const js::FunctionSpec> specs) {
  std::vector<js::NativeExport> exports;
  for (const js::FunctionSpec& spec : specs) exports.push_back({spec.name, js.add_function(spec)});
  return exports;
}

bool freeze_deep(js::Context& context, js::ValueRef value) {
  if (!value.is_object()) return true;
  for (js::OwnKeys keys(context, value); keys.next();) {
    if (!freeze_deep(context, keys.value())) return false;
  }
  return context.freeze(value);
}

}  // namespace proofload::k6
