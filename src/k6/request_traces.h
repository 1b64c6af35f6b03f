// RequestTraces: which requests of a plan's load ask to be traced, and what became of them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/function_ref.h"
#include "base/trace_context.h"

namespace proofload::k6 {

// A request that carried our `traceparent`, after its answer.
struct TracedRequest {
  static constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();

  std::uint64_t id = 0;        // second half of the trace's; odd
  std::uint32_t row = kNoRow;  // of the endpoint table
  bool is_failed = false;
  double latency_ms = 0;  // from the time it should have been sent, all hops
};

// Shared by all engine threads; nothing here allocates or locks.
class RequestTraces {
 public:
  // All trace ids begin with `run`, which is not 0. `share` of the requests, between 0 and 1, ask.
  RequestTraces(std::uint64_t run, double share);

  // Of a VU's own random numbers.
  std::uint64_t seed_of(std::uint64_t vu) const;
  // Writes the header and gives the second half of its id; 0: this request does not ask.
  std::uint64_t next(std::uint64_t& seed, TraceParent& header) const;

  // Drops it when more than kSlots have come since the last drain().
  void add(const TracedRequest& request);
  // What has come since the last call, in no order. One thread.
  void drain(FunctionRef<void(const TracedRequest&)> take);
  std::uint64_t dropped_count() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  // Of a second: it is drained as often.
  static constexpr std::size_t kSlots = 1U << 14U;

  // Free while `id` is 0; it is written last and cleared last.
  struct Slot {
    std::atomic<std::uint64_t> id = 0;
    std::uint32_t row = 0;
    bool is_failed = false;
    double latency_ms = 0;
  };

  std::uint64_t run_;
  std::uint64_t limit_;  // a random number up to this asks
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::array<Slot, kSlots> slots_;
};

}  // namespace proofload::k6
