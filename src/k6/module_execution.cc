// k6/execution: what a script can know about the run, the scenario and its VU; test.abort, tags.
#include <cmath>

#include <fmt/format.h>

#include "k6/modules.h"
#include "k6/vu_state.h"
#include "load/progress.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

enum class Instance : std::uint8_t {
  kRunDuration,
  kCompleted,
  kInterrupted,
  kVusActive,
  kVusInitialized
};

// The first init is the one before options are known; later inits may ask.
bool is_first_init(const Vu::State& vu) {
  return vu.phase == Phase::kInit && vu.test().options == nullptr;
}

double run_duration_ms(const TestState& test) {
  const std::int64_t started = test.started_ns.load(std::memory_order_relaxed);
  if (started == 0) return 0;
  return to_milliseconds(monotonic_now().time_since_epoch() - Duration(started));
}

Value get_instance(const Call& call) {
  Vu::State& vu = vu_of(call);
  if (is_first_init(vu)) {
    return throw_go_error(call.context,
                          "getting instance information in the init context is not supported");
  }
  const TestState& test = vu.test();
  switch (static_cast<Instance>(call.magic)) {
    case Instance::kRunDuration:
      return Value::number(run_duration_ms(test));
    case Instance::kCompleted:
      return Value::number(static_cast<double>(test.iterations_completed.load()));
    case Instance::kInterrupted:
      return Value::number(static_cast<double>(test.iterations_interrupted.load()));
    case Instance::kVusActive:
      return Value::number(test.active_vus ? static_cast<double>(test.active_vus()) : 0);
    case Instance::kVusInitialized:
      return Value::number(static_cast<double>(test.vus_initialized.load()));
  }
  return Value();
}

enum class ScenarioField : std::uint8_t {
  kName,
  kExecutor,
  kStartTime,
  kProgress,
  kIterationInInstance,
  kIterationInTest
};

Value get_scenario(const Call& call) {
  Vu::State& vu = vu_of(call);
  if (vu.phase != Phase::kIteration || !vu.scenario) {
    return throw_go_error(
        call.context, "getting scenario information outside of the VU context is not supported");
  }
  const ScenarioContext& scenario = *vu.scenario;
  switch (static_cast<ScenarioField>(call.magic)) {
    case ScenarioField::kName:
      return call.context.new_string(scenario.name);
    case ScenarioField::kExecutor:
      return call.context.new_string(scenario.executor);
    case ScenarioField::kStartTime: {
      const auto wall = to_wall(scenario.state->begin()).time_since_epoch();
      return Value::number(std::floor(std::chrono::duration<double, std::milli>(wall).count()));
    }
    case ScenarioField::kProgress:
      return Value::number(load::scenario_progress(*scenario.state, monotonic_now()).fraction);
    case ScenarioField::kIterationInInstance:
      return Value::number(static_cast<double>(vu.iteration.in_instance));
    case ScenarioField::kIterationInTest:
      return Value::number(static_cast<double>(vu.iteration.in_test));
  }
  return Value();
}

enum class VuField : std::uint8_t {
  kIdInInstance,
  kIdInTest,
  kIterationInInstance,
  kIterationInScenario,
  kTags,
  kMetrics
};

Value get_vu(const Call& call) {
  Vu::State& vu = vu_of(call);
  if (vu.phase == Phase::kInit) {
    return throw_go_error(call.context,
                          "getting VU information in the init context is not supported");
  }
  switch (static_cast<VuField>(call.magic)) {
    case VuField::kIdInInstance:
      return Value::number(vu.ids.in_instance);
    case VuField::kIdInTest:
      return Value::number(static_cast<double>(vu.ids.in_test));
    case VuField::kIterationInInstance:
      return Value::number(static_cast<double>(vu.iter));
    case VuField::kIterationInScenario:
      return Value::number(static_cast<double>(vu.iteration_in_scenario()));
    case VuField::kTags:
      return call.context.new_object(*vu.host.classes().vu_tags, &vu);
    case VuField::kMetrics:
      return call.context.new_object(*vu.host.classes().vu_metrics, &vu);
  }
  return Value();
}

enum class VuMetricsField : std::uint8_t { kTags, kMetadata };

Value get_vu_metrics(const Call& call) {
  Vu::State& vu = vu_of(call);
  const HostClasses& classes = vu.host.classes();
  const bool is_tags = static_cast<VuMetricsField>(call.magic) == VuMetricsField::kTags;
  return call.context.new_object(is_tags ? *classes.vu_tags : *classes.vu_metadata, &vu);
}

// What may be the value of a tag; an exception is pending for anything else.
bool tag_value(js::Context& context, js::ValueRef value, std::string_view name, std::string& out) {
  if (value.is_string() || value.is_number() || value.is_boolean()) {
    out = context.to_std_string(value);
    return true;
  }
  context.throw_type_error(fmt::format(
      "invalid value for metric tag '{}': only String, Boolean and Number types are accepted as "
      "a metric tag values",
      name));
  return false;
}

std::string key_text(const js::PropertyKey& key) {
  return key.is_index() ? std::to_string(key.index) : std::string(key.name);
}

Value get_tag(js::Context& context, void* opaque, const js::PropertyKey& key) {
  auto& vu = *static_cast<Vu::State*>(opaque);
  const std::string* value = vu.tags.find(key_text(key));
  return value ? context.new_string(*value) : Value::absent();
}

bool set_tag(js::Context& context, void* opaque, const js::PropertyKey& key, js::ValueRef value) {
  auto& vu = *static_cast<Vu::State*>(opaque);
  const std::string name = key_text(key);
  std::string text;
  if (!tag_value(context, value, name, text)) return false;
  vu.tags.set(name, text);
  return true;
}

bool remove_tag(js::Context&, void* opaque, const js::PropertyKey& key) {
  static_cast<Vu::State*>(opaque)->tags.remove(key_text(key));
  return true;
}

void tag_keys(js::Context&, void* opaque, js::KeyList& keys) {
  for (const auto& [name, value] : static_cast<Vu::State*>(opaque)->tags.all()) keys.add(name);
}

constexpr js::ExoticSpec kTagsSpec{
    .get = get_tag, .has = nullptr, .set = set_tag, .remove = remove_tag, .keys = tag_keys};

Value get_metadata(js::Context& context, void* opaque, const js::PropertyKey& key) {
  const auto& metadata = static_cast<Vu::State*>(opaque)->metadata;
  const auto found = metadata.find(key_text(key));
  return found == metadata.end() ? Value::absent() : context.new_string(found->second);
}

bool set_metadata(js::Context& context, void* opaque, const js::PropertyKey& key,
                  js::ValueRef value) {
  const std::string name = key_text(key);
  std::string text;
  if (!tag_value(context, value, name, text)) return false;
  static_cast<Vu::State*>(opaque)->metadata[name] = text;
  return true;
}

bool remove_metadata(js::Context&, void* opaque, const js::PropertyKey& key) {
  static_cast<Vu::State*>(opaque)->metadata.erase(key_text(key));
  return true;
}

void metadata_keys(js::Context&, void* opaque, js::KeyList& keys) {
  for (const auto& entry : static_cast<Vu::State*>(opaque)->metadata) keys.add(entry.first);
}

constexpr js::ExoticSpec kMetadataSpec{.get = get_metadata,
                                       .has = nullptr,
                                       .set = set_metadata,
                                       .remove = remove_metadata,
                                       .keys = metadata_keys};

std::string position_text(js::Context& context) {
  for (const js::StackFrame& frame : context.call_stack()) {
    if (frame.file.empty()) continue;
    const std::string place = fmt::format("{}:{}:{}", frame.file, frame.line, frame.column);
    return frame.function.empty() ? place : fmt::format("{} ({})", frame.function, place);
  }
  return {};
}

Value test_abort(const Call& call) {
  Vu::State& vu = vu_of(call);
  std::string reason = "test aborted";
  if (call.args.size() > 0 && !call.args[0].is_undefined()) {
    reason += ": " + call.context.to_std_string(call.args[0]);
  }
  vu.abort = AbortRequest{.reason = reason, .where = position_text(call.context)};
  if (vu.test().abort) vu.test().abort(*vu.abort);
  return call.context.throw_stop(js::StopReason::kAborted);
}

Value test_fail(const Call& call) {
  Vu::State& vu = vu_of(call);
  std::string reason = "test marked as failed";
  if (call.args.size() > 0 && !call.args[0].is_undefined()) {
    reason += ": " + call.context.to_std_string(call.args[0]);
  }
  log(LogLevel::kError, reason);
  vu.test().is_marked_failed = true;
  return Value();
}

Value get_test_options(const Call& call) {
  Vu::State& vu = vu_of(call);
  if (is_first_init(vu)) {
    return throw_go_error(call.context,
                          "getting test options in the init context is not supported");
  }
  if (vu.test_options.is_undefined()) {
    Value options = call.context.parse_json(vu.test().options_text);
    if (options.is_exception() || !freeze_deep(call.context, options)) return Value::exception();
    vu.test_options = std::move(options);
  }
  return vu.test_options;
}

struct Parts {
  Value instance, scenario, test, vu;
};

// The accessors of the default object check the phase too: `exec.vu` alone throws in init.
enum class Part : std::uint8_t { kInstance, kScenario, kTest, kVu };

Value get_part(const Call& call) {
  Vu::State& vu = vu_of(call);
  const HostClasses& classes = vu.host.classes();
  switch (static_cast<Part>(call.magic)) {
    case Part::kInstance:
      if (is_first_init(vu)) return get_instance(call);
      return classes.execution_instance;
    case Part::kScenario:
      if (vu.phase != Phase::kIteration) return get_scenario(call);
      return classes.execution_scenario;
    case Part::kTest:
      return classes.execution_test;
    case Part::kVu:
      if (vu.phase == Phase::kInit) return get_vu(call);
      return classes.execution_vu;
  }
  return Value();
}

template <class E>
constexpr int magic(E value) {
  return static_cast<int>(value);
}

constexpr js::AccessorSpec kInstanceFields[] = {
    {.name = "currentTestRunDuration", .get = get_instance, .magic = magic(Instance::kRunDuration)},
    {.name = "iterationsCompleted", .get = get_instance, .magic = magic(Instance::kCompleted)},
    {.name = "iterationsInterrupted", .get = get_instance, .magic = magic(Instance::kInterrupted)},
    {.name = "vusActive", .get = get_instance, .magic = magic(Instance::kVusActive)},
    {.name = "vusInitialized", .get = get_instance, .magic = magic(Instance::kVusInitialized)},
};
constexpr js::AccessorSpec kScenarioFields[] = {
    {.name = "name", .get = get_scenario, .magic = magic(ScenarioField::kName)},
    {.name = "executor", .get = get_scenario, .magic = magic(ScenarioField::kExecutor)},
    {.name = "startTime", .get = get_scenario, .magic = magic(ScenarioField::kStartTime)},
    {.name = "progress", .get = get_scenario, .magic = magic(ScenarioField::kProgress)},
    {.name = "iterationInInstance",
     .get = get_scenario,
     .magic = magic(ScenarioField::kIterationInInstance)},
    {.name = "iterationInTest",
     .get = get_scenario,
     .magic = magic(ScenarioField::kIterationInTest)},
};
constexpr js::AccessorSpec kVuFields[] = {
    {.name = "idInInstance", .get = get_vu, .magic = magic(VuField::kIdInInstance)},
    {.name = "idInTest", .get = get_vu, .magic = magic(VuField::kIdInTest)},
    {.name = "iterationInInstance", .get = get_vu, .magic = magic(VuField::kIterationInInstance)},
    {.name = "iterationInScenario", .get = get_vu, .magic = magic(VuField::kIterationInScenario)},
    {.name = "tags", .get = get_vu, .magic = magic(VuField::kTags)},
    {.name = "metrics", .get = get_vu, .magic = magic(VuField::kMetrics)},
};
constexpr js::AccessorSpec kVuMetricsFields[] = {
    {.name = "tags", .get = get_vu_metrics, .magic = magic(VuMetricsField::kTags)},
    {.name = "metadata", .get = get_vu_metrics, .magic = magic(VuMetricsField::kMetadata)},
};
constexpr js::FunctionSpec kTestMethods[] = {
    {.name = "abort", .function = test_abort, .length = 1},
    {.name = "fail", .function = test_fail, .length = 1},
};
constexpr js::AccessorSpec kTestFields[] = {{.name = "options", .get = get_test_options}};
constexpr js::AccessorSpec kExecutionFields[] = {
    {.name = "instance", .get = get_part, .magic = magic(Part::kInstance)},
    {.name = "scenario", .get = get_part, .magic = magic(Part::kScenario)},
    {.name = "test", .get = get_part, .magic = magic(Part::kTest)},
    {.name = "vu", .get = get_part, .magic = magic(Part::kVu)},
};

}  // namespace

void register_execution(ModuleSetup& setup) {
  js::Runtime& js = setup.js;
  js::Context& context = js.template_context();
  const auto single = [&](const js::ClassSpec& spec) {
    return context.new_object(js.add_class(spec), nullptr);
  };
  HostClasses& classes = setup.classes;
  classes.vu_tags = &js.add_class({.name = "VuTags", .exotic = &kTagsSpec});
  classes.vu_metadata = &js.add_class({.name = "VuMetadata", .exotic = &kMetadataSpec});
  classes.vu_metrics = &js.add_class({.name = "VuMetrics", .accessors = kVuMetricsFields});
  classes.execution_instance = single({.name = "Instance", .accessors = kInstanceFields});
  classes.execution_scenario = single({.name = "Scenario", .accessors = kScenarioFields});
  classes.execution_test =
      single({.name = "Test", .methods = kTestMethods, .accessors = kTestFields});
  classes.execution_vu = single({.name = "VuInfo", .accessors = kVuFields});
  js::NativeExport exports[] = {
      {"default", single({.name = "Execution", .accessors = kExecutionFields})},
      {"instance", classes.execution_instance},
      {"scenario", classes.execution_scenario},
      {"test", classes.execution_test},
      {"vu", classes.execution_vu},
  };
  setup.add_module("k6/execution", exports);
}

}  // namespace proofload::k6
