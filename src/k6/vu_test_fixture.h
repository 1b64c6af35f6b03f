// For tests: a loop, a script that is not on the disk, and VUs that run it on fibers of their own.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "http/test_server.h"
#include "js/module.h"
#include "k6/script_host.h"
#include "k6/vu.h"
#include "k6/vu_state.h"
#include "metrics/accumulator.h"
#include "net/target_policy.h"
#include "options/options.h"
#include "runtime/loop.h"
#include "runtime/timer.h"

namespace proofload::k6 {

// Keeps log lines for the test to look at instead of printing them.
class LogNotes final : public LogSink {
 public:
  LogNotes() { set_log_sink(this); }
  ~LogNotes() override { set_log_sink(nullptr); }
  LogNotes(const LogNotes&) = delete;
  LogNotes& operator=(const LogNotes&) = delete;

  void write(const LogRecord& record) override {
    const std::lock_guard lock(mutex_);
    records.push_back(record);
  }
  // From any thread; the rest when all threads have ended.
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return records.size();
  }
  std::vector<std::string> messages() const {
    std::vector<std::string> texts;
    for (const LogRecord& record : records) texts.push_back(record.message);
    return texts;
  }

  std::vector<LogRecord> records;

 private:
  mutable std::mutex mutex_;
};

class VuTest : public testing::Test {
 protected:
  // A VU with the fiber it runs on.
  struct Runner {
    runtime::Fiber fiber;
    std::unique_ptr<Vu> vu;
  };

  void SetUp() override {
    loop_ = *runtime::Loop::create();
    test_.script_path = "/tests/script.js";
    test_.working_folder = "/tests";
    test_.options = &options_;
    test_.target_policy = *net::TargetPolicy::create({});
    recorder_ = std::make_unique<metrics::Recorder>(test_.registry);
    scenario_.name = "first";
    scenario_.executor = "shared-iterations";
    scenario_.exec = "default";
  }
  void TearDown() override {
    runners_.clear();
    host_.reset();
  }

  void open_host(js::ContextKind kind = js::ContextKind::kLight) {
    host_ = std::make_unique<ScriptHost>(ScriptHost::Config{.loop = *loop_,
                                                            .test = test_,
                                                            .code_cache = code_cache_,
                                                            .recorder = *recorder_,
                                                            .context_kind = kind});
    ASSERT_TRUE(host_->open_network());
  }
  void provide(const std::string& source) { test_.files.provide(test_.script_path, source); }

  Runner& add_vu(std::uint32_t id) {
    runners_.push_back(std::make_unique<Runner>());
    Runner& runner = *runners_.back();
    runner.vu =
        std::make_unique<Vu>(*host_, Vu::Ids{.in_instance = id, .in_test = id}, runner.fiber);
    return runner;
  }

  // Runs each body on its VU's fiber until all have returned.
  void run_all(const std::vector<std::pair<Runner*, std::function<void(Vu&)>>>& bodies) {
    std::size_t running = bodies.size();
    for (auto& [runner, body] : bodies) {
      loop_->spawn(runner->fiber, [this, &running, vu = runner->vu.get(), body = body] {
        body(*vu);
        if (--running == 0) loop_->stop();
      });
    }
    loop_->run();
  }
  void run_on(Runner& runner, std::function<void(Vu&)> body) {
    run_all({{&runner, std::move(body)}});
  }

  IterationOutcome iterate(Vu& vu, const ScenarioContext& scenario) {
    vu.activate(scenario);
    const IterationOutcome outcome = vu.run_iteration({.due = monotonic_now()});
    vu.deactivate();
    host_->js().release_dead();
    host_->js().collect_if_due();
    return outcome;
  }
  ScenarioContext scenario(std::string name, std::string exec) const {
    ScenarioContext context = scenario_;
    context.name = std::move(name);
    context.exec = std::move(exec);
    return context;
  }

  // Everything recorded so far, added up.
  const metrics::Accumulator& totals() {
    if (!totals_) totals_ = std::make_unique<metrics::Accumulator>(test_.registry);
    totals_->merge(recorder_->seal(frame_index_++));
    return *totals_;
  }

  LogNotes log_;
  TestState test_;
  options::Options options_;
  js::CodeCache code_cache_;
  std::unique_ptr<runtime::Loop> loop_;
  std::unique_ptr<metrics::Recorder> recorder_;
  std::unique_ptr<metrics::Accumulator> totals_;
  std::unique_ptr<ScriptHost> host_;
  std::vector<std::unique_ptr<Runner>> runners_;
  ScenarioContext scenario_;
  std::uint64_t frame_index_ = 0;
};

}  // namespace proofload::k6
