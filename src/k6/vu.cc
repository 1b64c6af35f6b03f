#include "k6/vu.h"

#include <nlohmann/json.hpp>

#include "k6/script_call.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using Kind = CallOutcome::Kind;

// A script that keeps more than this alive has a leak; its VU gets "out of memory", nobody else.
constexpr std::size_t kVuMemoryBudget = std::size_t{1} << 30;

Error init_error(Vu::State& vu, const CallOutcome& outcome) {
  if (vu.abort) {
    return Error(ErrorKind::kScriptAborted, vu.abort->reason + " at " + vu.abort->where);
  }
  // What the loader refused is a fact about the file, not an exception of the script.
  if (const auto refused = vu.host.modules().take_refusal()) return *refused;
  if (!outcome.error) return Error(ErrorKind::kScript, "the init code was stopped");
  if (outcome.error->name == "SyntaxError" && outcome.error->position()) {
    const js::StackFrame& at = *outcome.error->position();
    return Error(ErrorKind::kScript, at.file + ": Line " + std::to_string(at.line) + ":" +
                                         std::to_string(at.column) + " " + outcome.error->message);
  }
  // A module that throws rejects its own promise; to the script it is an exception all the same.
  return Error(ErrorKind::kScript, outcome.error->stack_text())
      .with_hint(std::string(kScriptExceptionHint));
}

[[gnu::cold]] void log_iteration_error(const Vu::State& vu, const CallOutcome& outcome) {
  LogRecord record{
      .level = LogLevel::kError,
      .at = wall_now(),
      .message = failure_text(outcome),
      .fields = {{"executor", vu.scenario->executor}, {"scenario", vu.scenario->name}}};
  if (!outcome.is_rejection) {
    record.fields.emplace_back("hint", kScriptExceptionHint);
    record.fields.emplace_back("source", "stacktrace");
  }
  log(record);
}

}  // namespace

Vu::State::State(ScriptHost& script_host, Ids vu_ids, runtime::Fiber& own_fiber)
    : host(script_host),
      ids(vu_ids),
      fiber(own_fiber),
      context(script_host.js().new_context(script_host.context_kind())),
      events(script_host.loop()) {
  context->opaque = this;
  context->set_memory_budget(kVuMemoryBudget);
  fiber.owner = context.get();
}

http::Client& Vu::State::client() {
  if (!client_) {
    const std::vector<net::IpAddress>& sources = test().local_ips;
    std::optional<net::IpAddress> source;
    if (!sources.empty()) source = sources[ids.in_instance % sources.size()];
    client_ = std::make_unique<http::Client>(host.transport(), source);
  }
  return *client_;
}

bool Vu::State::sleep(Duration duration) {
  if (duration <= Duration::zero()) return !fiber.is_cancelled();
  return host.loop().sleep_for(duration);
}

std::int64_t Vu::State::iteration_in_scenario() const {
  return current_scenario_iterations ? *current_scenario_iterations : 0;
}

const js::Value& Vu::State::function(const std::string& name) {
  for (const auto& [known, function] : functions_) {
    if (known == name) return function;
  }
  const js::Value exports = context->exports_of(entry_module(test()));
  functions_.emplace_back(name, context->get(exports, name));
  return functions_.back().second;
}

void Vu::State::enter_group(std::string path) {
  group = std::move(path);
  if (test().system_tags.has(metrics::SystemTag::kGroup)) tags.set("group", group);
}

Vu::Vu(ScriptHost& host, Ids ids, runtime::Fiber& fiber)
    : state_(std::make_unique<State>(host, ids, fiber)) {}

Vu::~Vu() {
  if (state_->fiber.owner == state_->context.get()) state_->fiber.owner = nullptr;
}

Result<void> Vu::init() {
  State& vu = *state_;
  js::Context& context = *vu.context;
  const CallOutcome outcome = run_script(vu, std::nullopt, [&](js::Context&) {
    js::Value global = context.global();
    context.set(global, "__VU", js::Value::number(static_cast<double>(vu.ids.in_test)));
    if (vu.test().has_global_alias) context.set(global, "global", js::Value(global));
    return context.import(entry_module(vu.test()));
  });
  if (outcome.kind != Kind::kReturned) return init_error(vu, outcome);
  override_options();
  return {};
}

void Vu::override_options() {
  State& vu = *state_;
  if (vu.test().option_overrides.empty()) return;
  run_script(vu, std::nullopt, [&](js::Context& context) {
    const js::Value exports = context.exports_of(entry_module(vu.test()));
    const js::Value options = context.get(exports, "options");
    if (!options.is_object()) return js::Value();
    const js::Value overrides = context.parse_json(vu.test().option_overrides);
    for (js::OwnKeys keys(context, overrides); keys.next();) {
      // A frozen object keeps what it has.
      if (!context.set(options, keys.key(), keys.value())) context.clear_error();
    }
    return js::Value();
  });
}

void Vu::activate(const ScenarioContext& scenario) {
  State& vu = *state_;
  vu.phase = Phase::kIteration;
  vu.scenario = &scenario;
  vu.current_scenario_iterations = &vu.scenario_iterations[scenario.name];
  vu.env_changes.clear();
  vu.metadata.clear();
  vu.group.clear();
  VuTags::Map tags(vu.test().run_tags.begin(), vu.test().run_tags.end());
  for (const auto& [name, value] : scenario.tags) tags[name] = value;
  const metrics::SystemTagSet system = vu.test().system_tags;
  if (system.has(metrics::SystemTag::kScenario)) tags["scenario"] = scenario.name;
  if (system.has(metrics::SystemTag::kGroup)) tags["group"] = "";
  vu.tags.reset(std::move(tags));
}

void Vu::deactivate() {
  state_->scenario = nullptr;
  state_->current_scenario_iterations = nullptr;
}

IterationOutcome Vu::run_iteration(const IterationInfo& info) {
  State& vu = *state_;
  TestState& test = vu.test();
  js::Context& context = *vu.context;
  vu.iteration = info;
  vu.abort.reset();
  const options::Options& options = *test.options;
  if (!options.no_cookies_reset.value_or(false)) vu.jar.reset();
  const TimePoint start = monotonic_now();
  vu.start_lag =
      vu.scenario->has_schedule ? std::max(Duration::zero(), start - info.due) : Duration::zero();
  if (vu.scenario->has_schedule && test.wants_start_lag) {
    vu.recorder().record(vu.builtin().iteration_start_lag, vu.tag_set(),
                         to_milliseconds(start - info.due), start, vu.origin());
  }

  const CallOutcome outcome = run_script(vu, std::nullopt, [&](js::Context&) {
    context.set(context.global(), vu.host.classes().iter_atom,
                js::Value::number(static_cast<double>(vu.iter)));
    if (vu.data.is_undefined() && !test.setup_data.empty()) {
      vu.data = context.parse_json(test.setup_data);
      if (vu.data.is_exception()) return js::Value::exception();
    }
    const js::Value& function = vu.function(vu.scenario->exec);
    if (function.is_exception()) return js::Value::exception();
    return context.call(function, js::ValueRef(), {vu.data});
  });

  if (outcome.kind == Kind::kThrew) log_iteration_error(vu, outcome);
  const bool was_stopped = outcome.kind == Kind::kStopped;
  record_data(vu);
  if (!was_stopped || vu.abort) {
    const TimePoint end = monotonic_now();
    vu.recorder().record(vu.builtin().iteration_duration, vu.tag_set(),
                         to_milliseconds(end - start), end, vu.origin());
    vu.recorder().record(vu.builtin().iterations, vu.tag_set(), 1, end, vu.origin());
  }
  vu.client().end_of_iteration();
  if (!vu.group.empty()) vu.leave_groups();
  auto& counter = was_stopped ? test.iterations_interrupted : test.iterations_completed;
  counter.fetch_add(1, std::memory_order_relaxed);
  vu.iter++;
  ++*vu.current_scenario_iterations;
  if (was_stopped) return vu.abort ? IterationOutcome::kAborted : IterationOutcome::kInterrupted;
  if (const auto least = options.min_iteration_duration) {
    vu.sleep(start + *least - monotonic_now());
    vu.fiber.clear_cancel();
  }
  return IterationOutcome::kComplete;
}

void Vu::interrupt() {
  State& vu = *state_;
  // A VU that only waits for its minIterationDuration is woken as well.
  vu.host.loop().cancel(vu.fiber);
  if (!vu.is_running) return;
  vu.context->request_stop(js::StopReason::kStopped);
  vu.cancel_requests();
}

bool Vu::is_running() const {
  return state_->is_running;
}

bool Vu::has_function(std::string_view name) const {
  js::Context& context = *state_->context;
  const js::Value exports = context.exports_of(entry_module(state_->test()));
  return context.get(exports, name).is_function();
}

bool Vu::has_export(std::string_view name) const {
  js::Context& context = *state_->context;
  return !context.get(context.exports_of(entry_module(state_->test())), name).is_undefined();
}

bool Vu::has_any_function() const {
  js::Context& context = *state_->context;
  const js::Value exports = context.exports_of(entry_module(state_->test()));
  for (js::OwnKeys keys(context, exports); keys.next();) {
    if (keys.value().is_function()) return true;
  }
  return false;
}

Result<std::string> Vu::exported_options() {
  State& vu = *state_;
  std::string text;
  const CallOutcome outcome = run_script(vu, std::nullopt, [&](js::Context& context) {
    const js::Value exports = context.exports_of(entry_module(vu.test()));
    js::Value options = context.get(exports, "options");
    if (options.is_nullish() || options.is_exception()) return options;
    js::Value json = context.to_json(options);
    if (json.is_string()) text = context.to_std_string(json);
    return json;
  });
  if (outcome.kind != Kind::kReturned) return script_error(outcome);
  return text;
}

}  // namespace proofload::k6
