// What the tests of this module share: a Runtime, Contexts, scripts as strings, modules in a map.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "js/context.h"
#include "js/runtime.h"

namespace proofload::js {

// Serves sources by id; an id that starts with "./" stays as it is, native modules by their names.
class MapLoader final : public ModuleLoader {
 public:
  Result<std::string> resolve(std::string_view specifier, std::string_view) override {
    return std::string(specifier);
  }
  Result<ModuleContent> load(const std::string& id) override {
    loads.push_back(id);
    if (const auto native = natives.find(id); native != natives.end()) {
      return ModuleContent(native->second);
    }
    if (const auto source = sources.find(id); source != sources.end()) {
      return ModuleContent(source->second);
    }
    return Error(ErrorKind::kScript, "no module " + id);
  }

  std::map<std::string, std::string> sources;
  std::map<std::string, const NativeModule*> natives;
  std::vector<std::string> loads;
};

// Fails the test that logs something: a Runtime warns when values outlive it.
class NoWarnings final : public LogSink {
 public:
  NoWarnings() { set_log_sink(this); }
  ~NoWarnings() override { set_log_sink(nullptr); }
  NoWarnings(const NoWarnings&) = delete;
  NoWarnings& operator=(const NoWarnings&) = delete;
  void write(const LogRecord& record) override { ADD_FAILURE() << record.message; }
};

class JsTest : public testing::Test {
 protected:
  std::unique_ptr<Context> light() { return runtime_->new_context(ContextKind::kLight); }

  // The script's last value as a string, or "throws " and the error's text. Runs its jobs.
  static std::string run(Context& context, const std::string& source) {
    const Enter enter(context);
    const Execution execution(context);
    const Value result = context.evaluate(source, "test.js");
    return finish(context, result);
  }
  static std::string finish(Context& context, ValueRef result) {
    if (result.is_exception()) return "throws " + context.take_error().text;
    const std::string text = context.to_std_string(result);
    return context.run_jobs() ? text : "throws " + context.take_error().text;
  }
  // Imports a module and gives one of its exports as a string.
  static std::string import(Context& context, const std::string& id, std::string_view name) {
    const Enter enter(context);
    const Execution execution(context);
    const Value promise = context.import(id);
    if (promise.is_exception()) return "throws " + context.take_error().text;
    if (!context.run_jobs()) return "throws " + context.take_error().text;
    if (context.promise_state(promise) == PromiseState::kRejected) {
      return "rejects " + context.describe(context.promise_result(promise)).text;
    }
    if (context.promise_state(promise) == PromiseState::kPending) return "pending";
    const Value exports = context.exports_of(id);
    const Value value = context.get(exports, name);
    if (value.is_exception()) return "throws " + context.take_error().text;
    return context.to_std_string(value);
  }

  NoWarnings no_warnings_;
  MapLoader loader_;
  CodeCache code_cache_;
  std::unique_ptr<Runtime> runtime_ =
      std::make_unique<Runtime>(RuntimeOptions{.loader = &loader_, .code_cache = &code_cache_});
};

}  // namespace proofload::js
