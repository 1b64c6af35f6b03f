// The globals of a script: console, __ENV, open, require, timers.
#include <cmath>

#include <fmt/format.h>

#include "base/log.h"
#include "k6/console_format.h"
#include "k6/modules.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

Value console_log(const Call& call) {
  const auto level = static_cast<LogLevel>(call.magic);
  if (!is_logged(level)) return Value();
  log(LogRecord{.level = level,
                .at = wall_now(),
                .message = format_console(call.context, call.args),
                .fields = {{"source", "console"}}});
  return Value();
}

// __ENV is one object for all VUs of a thread that answers for the current one, so that a hundred
// environment variables do not cost each VU a copy.
const std::string* find_env(const Vu::State& vu, const std::string& name) {
  if (const auto own = vu.env_changes.find(name); own != vu.env_changes.end()) {
    return own->second ? &*own->second : nullptr;
  }
  if (vu.scenario) {
    if (const auto found = vu.scenario->env.find(name); found != vu.scenario->env.end()) {
      return &found->second;
    }
  }
  const auto& env = vu.test().env;
  const auto found = env.find(name);
  return found == env.end() ? nullptr : &found->second;
}

std::string key_text(const js::PropertyKey& key) {
  return key.is_index() ? std::to_string(key.index) : std::string(key.name);
}

Vu::State& current_vu(js::Context& context) {
  return *static_cast<Vu::State*>(context.opaque);
}

Value get_env(js::Context& context, void*, const js::PropertyKey& key) {
  if (!context.opaque) return Value::absent();
  const std::string* value = find_env(current_vu(context), key_text(key));
  return value ? context.new_string(*value) : Value::absent();
}

bool set_env(js::Context& context, void*, const js::PropertyKey& key, js::ValueRef value) {
  const js::Utf8 text = context.to_utf8(value);
  if (!text) return false;
  current_vu(context).env_changes[key_text(key)] = std::string(text.view());
  return true;
}

bool remove_env(js::Context& context, void*, const js::PropertyKey& key) {
  current_vu(context).env_changes[key_text(key)] = std::nullopt;
  return true;
}

void env_keys(js::Context& context, void*, js::KeyList& keys) {
  if (!context.opaque) return;
  const Vu::State& vu = current_vu(context);
  std::map<std::string, bool> names;
  for (const auto& entry : vu.test().env) names[entry.first] = true;
  if (vu.scenario) {
    for (const auto& entry : vu.scenario->env) names[entry.first] = true;
  }
  for (const auto& entry : vu.env_changes) names[entry.first] = entry.second.has_value();
  for (const auto& [name, exists] : names) {
    if (exists) keys.add(name);
  }
}

constexpr js::ExoticSpec kEnvSpec{
    .get = get_env, .has = nullptr, .set = set_env, .remove = remove_env, .keys = env_keys};

std::string init_only(std::string_view function) {
  return fmt::format(
      "the \"{}\" function is only available in the init stage (i.e. the global scope), see "
      "https://grafana.com/docs/k6/latest/using-k6/test-lifecycle/ for more information",
      function);
}

Value open_file(const Call& call) {
  Vu::State& vu = vu_of(call);
  js::Context& context = call.context;
  if (vu.phase != Phase::kInit) return throw_go_error(context, init_only("open"));
  const std::string name = context.to_std_string(call.args[0]);
  if (name.empty()) return throw_go_error(context, "open() can't be used with an empty filename");
  const std::string mode = call.args.size() > 1 ? context.to_std_string(call.args[1]) : "";
  const std::string module = context.calling_module();
  const std::string folder = module.empty() ? vu.test().working_folder : folder_of_module(module);
  constexpr std::string_view kFileScheme = "file://";
  const std::string path =
      absolute_path(name.starts_with(kFileScheme) ? name.substr(kFileScheme.size()) : name, folder);
  const auto content = vu.test().files.read(path);
  if (!content) return throw_go_error(context, content.error().message());
  if (mode == "b") return context.new_array_buffer(std::as_bytes(std::span(**content)));
  return context.new_string(**content);
}

Value require_module(const Call& call) {
  Vu::State& vu = vu_of(call);
  if (vu.phase != Phase::kInit) return throw_go_error(call.context, init_only("require"));
  const js::Utf8 specifier = call.context.to_utf8(call.args[0]);
  if (!specifier) return Value::exception();
  return call.context.require(specifier.view(), call.context.calling_module());
}

enum class TimerKind : std::uint8_t { kTimeout, kInterval };

Value set_timer(const Call& call) {
  Vu::State& vu = vu_of(call);
  const bool repeats = static_cast<TimerKind>(call.magic) == TimerKind::kInterval;
  if (!call.args[0].is_function()) {
    return call.context.throw_type_error(fmt::format("{} requires a function as its first argument",
                                                     repeats ? "setInterval" : "setTimeout"));
  }
  double delay_ms = 0;
  if (call.args.size() > 1 && !call.args[1].is_undefined()) {
    const auto number = call.context.to_number(call.args[1]);
    if (!number) return Value::exception();
    delay_ms = std::isfinite(*number) ? std::max(0.0, *number) : 0;
  }
  std::vector<Value> args;
  for (int i = 2; i < call.args.size(); i++) args.emplace_back(call.args[i]);
  const auto delay = Duration(static_cast<std::int64_t>(std::min(delay_ms, 1e12) * 1e6));
  return Value::number(vu.events.set_timer(Value(call.args[0]), std::move(args), delay, repeats));
}

Value clear_timer(const Call& call) {
  const auto id = call.context.to_number(call.args[0]);
  if (!id) return Value::exception();
  if (*id > 0 && *id < 4e9) vu_of(call).events.clear_timer(static_cast<std::uint32_t>(*id));
  return Value();
}

constexpr js::FunctionSpec kConsole[] = {
    {.name = "log", .function = console_log, .magic = static_cast<int>(LogLevel::kInfo)},
    {.name = "info", .function = console_log, .magic = static_cast<int>(LogLevel::kInfo)},
    {.name = "debug", .function = console_log, .magic = static_cast<int>(LogLevel::kDebug)},
    {.name = "warn", .function = console_log, .magic = static_cast<int>(LogLevel::kWarning)},
    {.name = "error", .function = console_log, .magic = static_cast<int>(LogLevel::kError)},
};

constexpr js::FunctionSpec kTimers[] = {
    {.name = "setTimeout",
     .function = set_timer,
     .length = 2,
     .magic = static_cast<int>(TimerKind::kTimeout)},
    {.name = "clearTimeout", .function = clear_timer, .length = 1},
    {.name = "setInterval",
     .function = set_timer,
     .length = 2,
     .magic = static_cast<int>(TimerKind::kInterval)},
    {.name = "clearInterval", .function = clear_timer, .length = 1},
};

}  // namespace

void register_globals(ModuleSetup& setup) {
  js::Runtime& js = setup.js;
  js::Context& context = js.template_context();
  Value console = context.new_object();
  for (const js::FunctionSpec& spec : kConsole) {
    context.set(console, spec.name, js.add_function(spec));
  }
  js.add_global("console", console);
  const js::NativeClass& env = js.add_class({.name = "Environment", .exotic = &kEnvSpec});
  // An exotic object without an opaque is a dead one; which object it is does not matter here.
  js.add_global("__ENV", context.new_object(env, &setup.classes));
  js.add_global("open", js.add_function({.name = "open", .function = open_file, .length = 1}));
  js.add_global("require",
                js.add_function({.name = "require", .function = require_module, .length = 1}));
  std::vector<js::NativeExport> timers;
  for (const js::FunctionSpec& spec : kTimers) {
    Value function = js.add_function(spec);
    js.add_global(spec.name, function);
    timers.push_back({spec.name, std::move(function)});
  }
  setup.add_module_with_default("k6/timers", std::move(timers));
}

}  // namespace proofload::k6
