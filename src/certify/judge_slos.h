// From a profile's log to its SLOs' results; the statistics are analysis's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "certify/profile_log.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

// The plan's SLOs in a profile that holds a load.
std::vector<evidence::SloResult> judge_hold(const plan::Plan& plan, const plan::Profile& profile,
                                            ProfileLog& log, const evidence::ProfileResult& result);

// How memory grew in a profile that limits it: of each component that shows its memory.
std::vector<evidence::SloResult> judge_memory_creep(const plan::Profile& profile,
                                                    const evidence::ProfileResult& result,
                                                    const std::vector<evidence::Signal>& signals);

// A spike's own: errors over all of it, and how long after the peak the plan's SLOs hold again.
std::vector<evidence::SloResult> judge_spike(const plan::Plan& plan, const plan::Profile& profile,
                                             ProfileLog& log,
                                             const evidence::ProfileResult& result);

// Which SLO the requests broke at that second of the log (in the block that holds it), by more than
// one request; nothing when all held.
std::optional<std::string> broken_slo(const plan::Plan& plan, const ProfileLog& log,
                                      Duration second);

// Again, after the profile's state has changed.
void weigh_all(evidence::ProfileResult& result);

// Which rates a capacity profile tries: up by steps, then halving between the last good and the
// first bad one.
class CapacitySearch {
 public:
  CapacitySearch(double from, double step, int steps_max, int halvings);

  // Nothing when it is over.
  std::optional<double> next();
  // How next()'s went: whether all SLOs held, and the requests a second that were served.
  void note(bool is_good, double served);

  // 0 when not even the first one was good.
  double good_rate() const { return good_; }
  double good_served() const { return good_served_; }
  // Nothing when no rate was bad: the limit was not found.
  std::optional<double> bad_rate() const { return bad_; }

 private:
  double step_;
  double rate_;
  int steps_left_;
  int halvings_left_;
  double good_ = 0;
  double good_served_ = 0;
  std::optional<double> bad_;
};

// Every SLO's own value was on the right side, and the load was sent.
bool is_step_good(const evidence::ProfileResult& step);
// In the measured time.
double served_per_second(const evidence::ProfileResult& step);
// For the curve of throughput over concurrency; `offered` in journeys a second.
evidence::LoadLevel level_of(const evidence::ProfileResult& step, const ProfileLog& log,
                             double offered);
// Adds a step's seconds and iterations to those of the whole.
void append_step(evidence::ProfileResult& whole, evidence::ProfileResult step);

std::vector<evidence::SloResult> judge_capacity(const plan::Profile& profile,
                                                const CapacitySearch& search,
                                                double requests_per_journey,
                                                const evidence::ProfileResult& whole);

}  // namespace proofload::certify
