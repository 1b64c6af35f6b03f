// TraceRecorder: has the plan's share of the requests traced, looks for their traces, and keeps
// those of slow requests and a sample of the others.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "certify/load_driver.h"
#include "certify/trace_keeper.h"
#include "certify/trace_layer.h"
#include "certify/trace_tally.h"
#include "evidence/result.h"
#include "evidence/span.h"
#include "plan/plan.h"

namespace proofload::certify {

// Stands before the driver that sends the load. On the thread that runs the load; all outlive it.
// Without traces in the plan it passes everything on.
class TraceRecorder final : public LoadDriver {
 public:
  // `keep` gets the spans to be kept.
  TraceRecorder(LoadDriver& driver, const plan::Plan& plan, const TraceLayer& layer,
                std::function<void(evidence::Span)> keep);
  ~TraceRecorder() override;
  TraceRecorder(const TraceRecorder&) = delete;
  TraceRecorder& operator=(const TraceRecorder&) = delete;

  Result<std::map<std::string, std::string>> files(const plan::Plan& plan) override {
    return driver_.files(plan);
  }
  Result<LoadOutcome> run(const LoadOrder& order, LoadListener& listener) override;

  // After the last load: waits a few seconds at most for what is still missing. What went wrong is
  // added to `problems`.
  std::vector<evidence::TraceResult> finish(std::vector<std::string>& problems);

 private:
  class Listener;
  struct Asked;
  // Steps and repeats of a profile follow each other.
  struct Profile {
    std::string name;
    TraceTally tally;
    TraceSample sample;  // of a source that is asked
    TraceKeeper::Counts counts;
  };

  void begin(const std::string& profile);
  void end_second(const std::vector<TracedRequest>& traced, std::uint64_t requests);
  void end_profile();
  void take_received();
  void wait_for_received();
  static std::vector<Asked> to_ask(const TraceSample& sample);
  void look_for_sample(Profile& profile);
  Result<void> look(Profile& profile, std::vector<Asked>& all);

  LoadDriver& driver_;
  const plan::Plan& plan_;
  const TraceLayer& layer_;
  std::function<void(evidence::Span)> keep_;
  std::uint64_t run_ = 0;  // first half of our ids
  std::vector<double> limits_;
  std::vector<std::unique_ptr<Profile>> profiles_;
  std::unique_ptr<TraceKeeper> keeper_;  // of our receiver
  TraceKeeper::Counts counted_;          // when the profile began
  std::uint64_t next_span_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace proofload::certify
