// What is counted of the requests that asked to be traced: which of them were slow, how many were
// found, and which few stand for all where not all can be looked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "certify/load_driver.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

// A request that asked to be traced.
struct WantedTrace {
  std::uint64_t id = 0;     // second half of the trace's
  std::size_t profile = 0;  // for who counts several
  std::size_t second = 0;   // of the profile's load
  double latency_ms = 0;
  bool is_slow = false;
};

// By row of LoadListener, the least latency in ms that an SLO forbids; infinite without one.
std::vector<double> slow_limits(const plan::Plan& plan);

// A second's requests. Slow are those that failed or are above their row's limit, and the slowest
// twentieth, one at least.
std::vector<WantedTrace> mark_slow(const std::vector<TracedRequest>& requests,
                                   const std::vector<double>& limits, std::size_t second);

// Counts of one profile.
class TraceTally {
 public:
  void add_second(std::uint64_t requests, std::uint64_t flagged);
  // So many seconds have been added.
  std::size_t seconds() const { return seconds_.size(); }
  // One that was looked for. Only what was chosen blindly says something about all.
  void note(const WantedTrace& trace, bool is_found, bool is_random);
  // `min_share`: at the peak so many have to be found, or nothing is known of the traces.
  evidence::TraceResult result(double min_share) const;

 private:
  struct Second {
    std::uint64_t requests = 0;
    std::uint64_t asked = 0;
    std::uint64_t found = 0;
  };

  std::vector<Second> seconds_;
  std::uint64_t flagged_ = 0;
  std::uint64_t slow_asked_ = 0;
  std::uint64_t slow_found_ = 0;
};

// The few that are looked for where each costs a request.
class TraceSample {
 public:
  static constexpr std::size_t kRandom = 200;
  static constexpr std::size_t kSlowest = 50;

  // Any number; a random one's chance to stay is the same for all (Vitter's algorithm R, 1985).
  void offer(const WantedTrace& trace);
  const std::vector<WantedTrace>& random() const { return random_; }
  // Of those that are slow; in no order. Some are among the random ones, too.
  const std::vector<WantedTrace>& slowest() const { return slowest_; }

 private:
  std::uint64_t offered_ = 0;
  std::uint64_t seed_ = 1;
  std::vector<WantedTrace> random_;
  std::vector<WantedTrace> slowest_;  // a heap with the fastest on top
};

}  // namespace proofload::certify
