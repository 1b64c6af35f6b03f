// What a VU consists of, for the module files of this folder.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "http/client.h"
#include "http/cookies.h"
#include "http/expected_statuses.h"
#include "js/context.h"
#include "k6/event_loop.h"
#include "k6/modules.h"
#include "k6/script_host.h"
#include "k6/vu.h"
#include "k6/vu_tags.h"
#include "runtime/fiber.h"

namespace proofload::k6 {

struct Vu::State {
  State(ScriptHost& script_host, Ids vu_ids, runtime::Fiber& own_fiber);

  TestState& test() const { return host.test(); }
  metrics::Recorder& recorder() const { return host.recorder(); }
  const metrics::BuiltIn& builtin() const { return host.builtin(); }
  // The VU's connections; made at the first request.
  http::Client& client();
  // Ends every request under way as stopped; nothing before the first request.
  void cancel_requests() {
    if (client_) client_->cancel_all();
  }
  void allow_requests() {
    if (client_) client_->resume();
  }
  // The tags of a sample without tags of its own.
  const metrics::TagSet& tag_set() { return tags.interned(host.tag_table()); }
  const metrics::TagSet& intern(const metrics::TagBuilder& builder) {
    return host.tag_table().intern(builder);
  }
  metrics::SampleOrigin origin() const { return {.vu = ids.in_test, .iteration = iter}; }
  void record(const metrics::Metric& metric, double value) {
    recorder().record(metric, tag_set(), value, monotonic_now(), origin());
  }
  // Blocks the VU. False: it was stopped meanwhile, return throw_stop from the host function.
  bool sleep(Duration duration);
  std::int64_t iteration_in_scenario() const;
  // An exported function, looked up once.
  const js::Value& function(const std::string& name);
  // Sets `group` and the tag that goes with it.
  void enter_group(std::string path);
  void leave_groups() { enter_group({}); }

  ScriptHost& host;
  const Ids ids;
  runtime::Fiber& fiber;
  std::unique_ptr<js::Context> context;
  EventLoop events;
  http::CookieJar jar;
  std::optional<http::ExpectedStatuses> expected_statuses = http::ExpectedStatuses::successful();

  Phase phase = Phase::kInit;
  const ScenarioContext* scenario = nullptr;
  IterationInfo iteration;
  // How late this iteration began; its first request takes it.
  Duration start_lag{};
  std::string seen_version;                                 // of the service, as last answered
  std::uint64_t trace_seed = 0;                             // 0: none has been asked for
  std::int64_t iter = 0;                                    // __ITER: over the VU's whole life
  std::map<std::string, std::int64_t> scenario_iterations;  // by scenario name
  std::int64_t* current_scenario_iterations = nullptr;
  VuTags tags;
  std::map<std::string, std::string> metadata;  // exec.vu.metrics.metadata
  std::string group;                            // path: "" or "::a::b"
  // __ENV as the script changed it; nullopt: deleted.
  std::map<std::string, std::optional<std::string>> env_changes;
  js::Value test_options;  // exec.test.options once asked for
  js::Value data;          // what setup() returned, parsed at the first iteration
  std::optional<AbortRequest> abort;
  bool is_running = false;
  // Texts of tags while a TagBuilder refers to them; cleared by whoever fills it.
  std::vector<js::Utf8> tag_texts;

 private:
  std::unique_ptr<http::Client> client_;
  std::vector<std::pair<std::string, js::Value>> functions_;
};

// The VU whose script called.
inline Vu::State& vu_of(const js::Call& call) {
  return *static_cast<Vu::State*>(call.context.opaque);
}

// Adds a script's `tags` object to `builder`; the texts live in vu.tag_texts until its owner clears
// them. False: an exception is pending. Null and undefined tags are none.
// The exception names the custom `metric` they are for, if any.
bool add_tags(Vu::State& vu, js::ValueRef tags, metrics::TagBuilder& builder,
              std::string_view metric = "");

}  // namespace proofload::k6
