// Conservation: the service has to count as many requests as were sent. More of them came from
// elsewhere; fewer were answered by somebody before the service: a cache, a CDN.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certify/load_driver.h"
#include "evidence/result.h"
#include "observe/request_count.h"
#include "plan/plan.h"

namespace proofload::certify {

// Share by which counts may differ. Requests that were written and never answered may have been
// counted or not: they widen the band.
constexpr double kConservationMax = 0.02;

// Compares with the counters of the plan's front component: the one that is marked so, else the one
// whose `scrape` is at the service's own address. Its page is read right before and right after
// each profile; with `match` alone Prometheus is asked once for the whole run, since its samples
// are seconds apart. A waiver of the check `conservation` keeps the profiles as they are.
class Conservation {
 public:
  // The plan outlives it.
  explicit Conservation(const plan::Plan& plan);

  // Around a profile's load. Both may block for some seconds.
  void begin();
  void end(const LoadOutcome& outcome, evidence::ProfileResult& profile);
  // After the last profile; waits for the next sample of Prometheus, 30 s at most. Judges what
  // could not be judged before, and adds the check. `dry_requests` were sent before the first
  // profile: they may lie after the last sample before it.
  void finish(evidence::Result& result, double dry_requests);

  const plan::Component* front() const { return front_; }

 private:
  struct Sent {
    double answered = 0;
    double unanswered = 0;
  };
  std::optional<observe::RequestTotals> read_page() const;
  std::optional<double> count_of_prometheus(WallTime from, WallTime to) const;
  // What is wrong with the profile, if anything.
  struct Judgement {
    std::optional<evidence::ProfileState> state;
    std::string text;
  };
  static Judgement judge(const Sent& sent, double counted, double own_requests);
  void note(const Judgement& judgement, const std::string& where);
  void apply(const Judgement& judgement, evidence::ProfileResult& profile) const;

  const plan::Plan& plan_;
  const plan::Component* front_ = nullptr;
  const plan::Waiver* waiver_ = nullptr;
  std::optional<observe::RequestTotals> before_;
  TimePoint began_{};
  Sent total_;
  std::vector<std::string> seen_;  // evidence
  bool is_good_ = true;
};

}  // namespace proofload::certify
