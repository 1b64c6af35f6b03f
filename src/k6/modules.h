// The k6/* modules of one runtime, and what their files share. Only for this folder.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "js/runtime.h"
#include "k6/module_loader.h"

namespace proofload::k6 {

// Classes and objects made once per runtime that one file makes and another one uses.
struct HostClasses {
  js::Atom iter_atom;  // "__ITER"
  const js::NativeClass* vu_tags = nullptr;
  const js::NativeClass* vu_metadata = nullptr;
  const js::NativeClass* vu_metrics = nullptr;
  js::Value execution_instance;
  js::Value execution_scenario;
  js::Value execution_test;
  js::Value execution_vu;
  const js::NativeClass* metric[4] = {};  // by metrics::MetricType
  const js::NativeClass* shared_array_traps = nullptr;
  const js::NativeClass* hasher = nullptr;
  const js::NativeClass* text_encoder = nullptr;
  const js::NativeClass* text_decoder = nullptr;
  const js::NativeClass* response = nullptr;
  const js::NativeClass* cookie_jar = nullptr;
  const js::NativeClass* expected_statuses = nullptr;
  const js::NativeClass* file_data = nullptr;
  const js::NativeClass* named_url = nullptr;
  std::vector<js::Value> http_methods;  // "GET", ... in the order of module_http.cc
  js::Atom parsed_body;                 // where a Response keeps what json() gave
};

// Handed to each register_* function below, with the template context current.
struct ModuleSetup {
  js::Runtime& js;
  HostClasses& classes;
  ScriptModules& modules;

  void add_module(std::string id, std::span<js::NativeExport> exports);
  // Named exports, and a default export that is an object with the same members.
  void add_module_with_default(std::string id, std::vector<js::NativeExport> exports);
  // Functions as `exports` entries.
  std::vector<js::NativeExport> functions(std::span<const js::FunctionSpec> specs);
};

void register_globals(ModuleSetup& setup);     // console, __ENV, open, require, timers; k6/timers
void register_k6(ModuleSetup& setup);          // k6
void register_metrics(ModuleSetup& setup);     // k6/metrics
void register_execution(ModuleSetup& setup);   // k6/execution
void register_data(ModuleSetup& setup);        // k6/data
void register_encoding(ModuleSetup& setup);    // k6/encoding; TextEncoder, TextDecoder
void register_crypto(ModuleSetup& setup);      // k6/crypto
void register_web_crypto(ModuleSetup& setup);  // crypto
void register_http(ModuleSetup& setup);        // k6/http

// Throws an Error named GoError, k6's name for what its own code refuses.
inline js::Value throw_go_error(js::Context& context, std::string_view message) {
  return context.throw_named("GoError", message);
}

// Freezes a JSON-like value in depth. False: an exception is pending.
bool freeze_deep(js::Context& context, js::ValueRef value);

}  // namespace proofload::k6
