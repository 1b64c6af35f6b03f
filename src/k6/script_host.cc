#include "k6/script_host.h"

#include "base/check.h"
#include "k6/modules.h"

namespace proofload::k6 {
namespace {

// Bound to the thread as the runtime and the loop are.
thread_local ScriptHost* current_host = nullptr;

void yield_to_others(void* loop) {
  static_cast<runtime::Loop*>(loop)->yield();
}

}  // namespace

ScriptHost::ScriptHost(const Config& config)
    : config_(config),
      modules_(config.test.files, config.test.working_folder),
      tag_table_(config.test.registry),
      js_({.loader = &modules_,
           .code_cache = &config.code_cache,
           .yield = yield_to_others,
           .yield_opaque = &config.loop}),
      classes_(std::make_unique<HostClasses>()) {
  PL_CHECK(current_host == nullptr);
  current_host = this;
  const js::Enter enter(js_.template_context());
  ModuleSetup setup{js_, *classes_, modules_};
  register_globals(setup);
  register_k6(setup);
  register_metrics(setup);
  register_execution(setup);
  register_data(setup);
  register_encoding(setup);
  register_crypto(setup);
  register_web_crypto(setup);
  register_http(setup);
}

ScriptHost::~ScriptHost() {
  current_host = nullptr;
}

ScriptHost& ScriptHost::current() {
  PL_CHECK(current_host != nullptr);
  return *current_host;
}

Result<void> ScriptHost::open_network() {
  TestState& test = config_.test;
  resolver_ = PL_TRY(net::Resolver::create(config_.loop, test.dns_options));
  tls_ = PL_TRY(net::TlsContext::create(test.tls_options));
  PL_CHECK(test.target_policy.has_value());
  dialer_ = std::make_unique<net::Dialer>(config_.loop, *resolver_, *test.target_policy, *tls_);
  transport_ =
      std::make_unique<http::Transport>(config_.loop, *dialer_, *tls_, test.client_options);
  return {};
}

}  // namespace proofload::k6
