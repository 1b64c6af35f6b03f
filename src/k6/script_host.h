// ScriptHost: what the VUs of one engine thread share: JavaScript runtime, network, recorder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "http/client.h"
#include "js/runtime.h"
#include "k6/module_loader.h"
#include "k6/test_state.h"
#include "metrics/recorder.h"
#include "net/dialer.h"
#include "runtime/loop.h"

namespace proofload::k6 {

// What module files of this folder (module_*.cc) need at hand: classes and names made once per
// runtime. Each registers itself in ScriptHost::create.
struct HostClasses;

// Made, used and destroyed on its loop's thread.
class ScriptHost {
 public:
  struct Config {
    runtime::Loop& loop;
    TestState& test;            // outlives the host
    js::CodeCache& code_cache;  // one per process
    metrics::Recorder& recorder;
    js::ContextKind context_kind = js::ContextKind::kLight;
  };
  explicit ScriptHost(const Config& config);
  ~ScriptHost();
  ScriptHost(const ScriptHost&) = delete;
  ScriptHost& operator=(const ScriptHost&) = delete;

  // Makes resolver, TLS and transport from the consolidated options; before the first request.
  Result<void> open_network();

  runtime::Loop& loop() { return config_.loop; }
  TestState& test() { return config_.test; }
  js::Runtime& js() { return js_; }
  metrics::Recorder& recorder() { return config_.recorder; }
  metrics::TagTable& tag_table() { return tag_table_; }
  // The thread's one builder, started with `base`, for code that does not wait before intern(): on
  // a fiber's stack it would be 2 KB that no cache holds when many VUs take turns.
  metrics::TagBuilder& tag_builder(const metrics::TagSet& base) {
    tag_builder_.start(base);
    return tag_builder_;
  }
  const metrics::BuiltIn& builtin() const { return config_.test.registry.builtin(); }
  ScriptModules& modules() { return modules_; }
  js::ContextKind context_kind() const { return config_.context_kind; }
  // Only after open_network().
  http::Transport& transport() { return *transport_; }
  HostClasses& classes() { return *classes_; }
  // This thread's host.
  static ScriptHost& current();

 private:
  Config config_;
  ScriptModules modules_;
  metrics::TagTable tag_table_;
  metrics::TagBuilder tag_builder_;
  js::Runtime js_;
  std::unique_ptr<HostClasses> classes_;
  std::unique_ptr<net::Resolver> resolver_;
  std::unique_ptr<net::TlsContext> tls_;
  std::unique_ptr<net::Dialer> dialer_;
  std::unique_ptr<http::Transport> transport_;
};

}  // namespace proofload::k6
