// TraceKeeper: which of the traces that we receive are kept: those of slow requests, all of them,
// and a sample of the others.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "certify/trace_tally.h"
#include "evidence/span.h"

namespace proofload::certify {

// A trace is decided on when its spans have had time to come from every service. One thread; pure,
// so that tests tell the time.
class TraceKeeper {
 public:
  struct Options {
    std::uint64_t run = 0;                     // first half of the ids that are ours
    Duration wait = std::chrono::seconds(10);  // from a trace's first sign to its decision
    std::size_t pending_max = 100'000;         // spans of traces that are not decided yet
    std::size_t kept_max = 300'000;            // spans, over all
    std::size_t others_max = 10;               // traces of a second that are not slow
    std::function<void(evidence::Span)> keep;  // gets the spans of a trace one after the other
    // Of each request that was wanted: whether a span of it came.
    std::function<void(const WantedTrace&, bool is_found)> on_decided;
  };
  explicit TraceKeeper(Options options) : options_(std::move(options)) {}

  void want(const WantedTrace& trace, TimePoint now);
  void add(evidence::Span span, TimePoint now);
  // Those whose time has come; each second.
  void decide(TimePoint now);
  // All that are left.
  void decide_all();
  // Nothing that was wanted is missing any more.
  bool has_all() const { return missing_ == 0; }

  struct Counts {
    std::uint64_t spans = 0;
    std::uint64_t kept = 0;
    std::uint64_t lost = 0;
  };
  const Counts& counts() const { return counts_; }
  // Spans that were gone before anybody could add them.
  void count_lost(std::uint64_t spans) { counts_.lost += spans; }

 private:
  struct Trace {
    std::optional<WantedTrace> wanted;
    bool is_found = false;
    std::vector<evidence::Span> spans;
  };
  Trace& trace(const std::string& id, TimePoint now);
  void decide(TimePoint now, std::size_t others);
  void decide_on(Trace trace, std::size_t& others_left);

  Options options_;
  std::unordered_map<std::string, Trace> traces_;
  std::deque<std::pair<TimePoint, std::string>> order_;  // by their first sign
  std::size_t pending_ = 0;
  std::size_t missing_ = 0;
  Counts counts_;
};

}  // namespace proofload::certify
