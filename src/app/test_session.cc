#include "app/test_session.h"

#include <filesystem>

#include <fmt/format.h>

#include "app/archive.h"
#include "app/test_settings.h"
#include "base/check.h"
#include "base/log.h"
#include "options/render.h"
#include "runtime/thread.h"

namespace proofload::app {
namespace {

// The id under which a script from standard input is known; k6 calls it "-".
constexpr std::string_view kStandardInputName = "-";

Error no_such_script(std::string_view name) {
  return Error(ErrorKind::kUsage,
               fmt::format("The moduleSpecifier \"{}\" couldn't be found on local disk. Make sure "
                           "that you've specified the right path to the file.",
                           name));
}

}  // namespace

Result<std::unique_ptr<TestSession>> TestSession::create(SessionRequest request) {
  auto session = std::unique_ptr<TestSession>(new TestSession(std::move(request)));
  PL_TRY(session->open());
  return session;
}

TestSession::~TestSession() = default;

Result<void> TestSession::open() {
  PL_TRY(read_tiers());
  PL_TRY(read_script());
  // The control thread waits for seconds at a time: epoll does, and is allowed everywhere.
  loop_ = PL_TRY(runtime::Loop::create(runtime::IoKind::kEpoll));
  recorder_ = std::make_unique<metrics::Recorder>(
      state_.registry,
      metrics::RecorderOptions{.has_scopes = runtime_options_.summary_mode == "full",
                               .samples = samples()});
  host_ = std::make_unique<k6::ScriptHost>(
      k6::ScriptHost::Config{.loop = *loop_,
                             .test = state_,
                             .code_cache = code_cache_,
                             .recorder = *recorder_,
                             .context_kind = js::ContextKind::kLight});
  vu_ = std::make_unique<k6::Vu>(*host_, k6::Vu::Ids{}, fiber_);
  return {};
}

void TestSession::run_on_fiber(std::function<void()> body) {
  loop_->spawn(fiber_, [this, body = std::move(body)] {
    body();
    loop_->stop();
  });
  loop_->run();
}

Result<void> TestSession::read_tiers() {
  environment_tier_ = PL_TRY(options::read_environment(request_.environment));
  const auto& named = request_.flags.runtime.config ? request_.flags.runtime.config
                                                    : environment_tier_.runtime.config;
  const std::string path = named.value_or(request_.default_config_file);
  if (named || std::filesystem::exists(path)) {
    k6::FileReader reader;
    const auto text = reader.read(k6::absolute_path(path, request_.working_folder));
    if (!text) {
      return Error(ErrorKind::kInvalidConfig, text.error().message())
          .within("failed to load the configuration file from the local file system");
    }
    config_tier_ = PL_TRY(options::read_config_file(**text).map_error(
        [&](Error error) { return std::move(error).within(path); }));
  }
  for (const options::Tier* tier : {&config_tier_, &environment_tier_}) {
    warnings_.insert(warnings_.end(), tier->warnings.begin(), tier->warnings.end());
  }
  runtime_options_ =
      PL_TRY(options::consolidate_runtime(config_tier_, environment_tier_, request_.flags.runtime));
  return {};
}

Result<void> TestSession::read_script() {
  state_.working_folder = request_.working_folder;
  state_.env = options::script_environment(runtime_options_, request_.environment,
                                           request_.includes_environment);
  state_.has_global_alias = runtime_options_.compatibility_mode.value_or("extended") == "extended";
  if (request_.script == kStandardInputName) {
    state_.script_path = k6::absolute_path(std::string(kStandardInputName), state_.working_folder);
    state_.files.provide(state_.script_path, request_.standard_input);
  } else {
    constexpr std::string_view kFileScheme = "file://";
    const std::string name = request_.script.starts_with(kFileScheme)
                                 ? request_.script.substr(kFileScheme.size())
                                 : request_.script;
    state_.script_path = k6::absolute_path(name, state_.working_folder);
  }
  const auto source = state_.files.read(state_.script_path);
  if (!source) {
    if (std::filesystem::exists(state_.script_path)) return source.error();
    return no_such_script(request_.script);
  }
  state_.script_source = **source;
  const std::string type = runtime_options_.type.value_or("");
  if (type == "archive" || (type.empty() && is_archive(**source))) return read_archived(**source);
  return {};
}

// From now on everything comes from the archive; its options take the place of the script's.
Result<void> TestSession::read_archived(const std::string& content) {
  Archive archive = PL_TRY(read_archive(content));
  options::Tier tier = PL_TRY(options::read_script_options(archive.options));
  archived_options_ = std::move(tier.options);
  for (auto& [name, value] : archive.env) state_.env.emplace(name, value);
  state_.script_path = archive.script_path;
  state_.working_folder = archive.working_folder;
  state_.script_source = *archive.files.at(archive.script_path);
  state_.files.replace_with(std::move(archive.files));
  return {};
}

// k6 says which script and that it was its loading that failed.
Error TestSession::in_script(Error error) const {
  return std::move(error)
      .within(fmt::format("could not load JS test 'file://{}'", state_.script_path))
      .within(fmt::format("could not initialize '{}'", request_.script));
}

Result<void> TestSession::load() {
  PL_TRY(init_script());
  PL_TRY(consolidate());
  PL_TRY(apply_options(test_options_, request_.environment, state_));
  if (request_.planned) PL_TRY(take_planned_load());
  return host_->open_network();
}

// The plan owns the load: its scenarios take the place of the script's.
Result<void> TestSession::take_planned_load() {
  const PlannedLoad& planned = *request_.planned;
  if (planned.scenarios.empty() && planned.script_scenario.empty()) return {};
  std::vector<load::Scenario>& scenarios = test_options_.scenarios;
  if (planned.scenarios.empty()) {
    std::erase_if(scenarios,
                  [&](const load::Scenario& one) { return one.name != planned.script_scenario; });
    if (scenarios.empty()) {
      return Error(ErrorKind::kInvalidConfig,
                   fmt::format("the script has no scenario `{}`", planned.script_scenario));
    }
  } else {
    scenarios = planned.scenarios;
    load::sort_scenarios(scenarios);
  }
  for (const load::Scenario& scenario : scenarios) {
    if (vu_->has_function(scenario.exec_or_default())) continue;
    return Error(ErrorKind::kInvalidConfig,
                 fmt::format("the script exports no function `{}`, which the journey `{}` names",
                             scenario.exec_or_default(), scenario.name));
  }
  for (const plan::Endpoint& endpoint : planned.endpoints) {
    PL_TRY(endpoints_.add(endpoint.name, endpoint.method, endpoint.path, state_.registry));
  }
  PL_TRY(endpoints_.add_other(state_.registry));
  PL_TRY(endpoints_.set_service(planned.base_url, state_.registry));
  state_.endpoints = &endpoints_;
  if (planned.trace_run != 0) {
    traces_ = std::make_unique<k6::RequestTraces>(planned.trace_run, planned.trace_share);
    state_.traces = traces_.get();
  }
  if (!planned.respected.empty()) {
    std::vector<std::string> names;
    for (const auto& row : endpoints_.rows()) names.push_back(row.name);
    breaker_ = std::make_unique<k6::CircuitBreaker>(planned.respected, std::move(names));
    state_.breaker = breaker_.get();
  }
  state_.version_header = planned.version_header;
  state_.wants_start_lag = true;
  state_.target_policy->allow_only(planned.allow_targets);
  return {};
}

Result<void> TestSession::init_script() {
  js::Runtime& js = host_->js();
  const js::BuiltinsFingerprint before = js.fingerprint();
  if (const auto result = vu_->init(); !result) {
    const bool is_exception = result.error().hint() == k6::kScriptExceptionHint;
    return is_exception ? result.error() : in_script(result.error());
  }
  state_.files.lock();
  choose_isolation(js.changes_since(before));
  for (const char* name : {"setup", "teardown"}) {
    if (!vu_->has_export(name) || vu_->has_function(name)) continue;
    return in_script(
        Error(ErrorKind::kUsage, fmt::format("exported '{}' must be a function", name)));
  }
  if (!vu_->has_any_function()) {
    return in_script(Error(ErrorKind::kUsage, "no exported functions in script"));
  }
  if (archived_options_) {
    script_options_ = *archived_options_;
    return {};
  }
  const std::string text = PL_TRY(vu_->exported_options());
  if (text.empty()) return {};
  options::Tier tier = PL_TRY(options::read_script_options(text).map_error(
      [this](Error error) { return in_script(std::move(error)); }));
  script_options_ = std::move(tier.options);
  warnings_.insert(warnings_.end(), tier.warnings.begin(), tier.warnings.end());
  return {};
}

// Light contexts share the built-ins, so a script that changes them gets full ones.
void TestSession::choose_isolation(const std::vector<std::string>& changed) {
  const std::string wanted = runtime_options_.isolation.value_or("auto");
  if (wanted == "full" || (wanted == "auto" && !changed.empty())) {
    context_kind_ = js::ContextKind::kFull;
  }
  if (changed.empty()) return;
  const std::string names = fmt::format("{}", fmt::join(changed, ", "));
  if (wanted == "light") {
    log(LogLevel::kWarning,
        "the script changes built-ins, which all its VUs on a core share with --isolation=light",
        {{"builtins", names}});
  } else {
    log(LogLevel::kDebug, "the script changes built-ins: each VU gets its own",
        {{"builtins", names}});
  }
}

Result<void> TestSession::consolidate() {
  const options::Tiers tiers{.config_file = config_tier_.options,
                             .script = script_options_,
                             .environment = environment_tier_.options,
                             .flags = request_.flags.options,
                             .no_thresholds = runtime_options_.no_thresholds.value_or(false)};
  // With a plan the script's own scenarios are only looked at when the plan names one.
  const auto is_exported = [this](std::string_view name) {
    return request_.planned.has_value() || vu_->has_function(name);
  };
  test_options_ = PL_TRY(options::consolidate(tiers, warnings_, is_exported));
  state_.option_overrides = options::overrides_text(script_options_, test_options_.options);
  vu_->override_options();
  if (test_options_.options.system_tags) {
    state_.system_tags = metrics::SystemTagSet::from_names(*test_options_.options.system_tags);
  }
  if (state_.system_tags.has(metrics::SystemTag::kExpectedResponse)) {
    metrics::add_default_submetric(state_.registry);
  }
  if (test_options_.options.thresholds) {
    auto thresholds =
        metrics::Thresholds::create(state_.registry, *test_options_.options.thresholds);
    // Those that are not judged still make sub-metrics, and outputs name them; they need not be
    // right.
    if (!thresholds && !tiers.no_thresholds) return thresholds.error();
    if (thresholds) thresholds_ = *std::move(thresholds);
  }
  return {};
}

run::LoadRunConfig TestSession::load_config() {
  const options::Options& test = options();
  const auto io_kind = [&] {
    if (!runtime_options_.io) return runtime::IoKind::kAuto;
    return *runtime_options_.io == "epoll" ? runtime::IoKind::kEpoll : runtime::IoKind::kUring;
  };
  return {.test = state_,
          .host = *host_,
          .vu = *vu_,
          .code_cache = code_cache_,
          .thresholds = thresholds_,
          .scenarios = scenarios(),
          .tuple = tuple(),
          .cores = static_cast<std::uint32_t>(runtime_options_.cores.value_or(
              static_cast<std::int64_t>(runtime::usable_cpus().size()))),
          .io = io_kind(),
          .context_kind = context_kind_,
          .has_setup = vu_->has_function("setup") && !test.no_setup.value_or(false),
          .has_teardown = vu_->has_function("teardown") && !test.no_teardown.value_or(false),
          .setup_timeout = test.setup_timeout.value_or(options::kSetupTimeoutDefault),
          .teardown_timeout = test.teardown_timeout.value_or(options::kTeardownTimeoutDefault)};
}

}  // namespace proofload::app
