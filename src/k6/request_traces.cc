#include "k6/request_traces.h"

#include <algorithm>

#include "base/split_mix.h"

namespace proofload::k6 {
namespace {

constexpr std::uint64_t kClaimed = 2;  // by whoever is writing the slot; an id is odd

}  // namespace

RequestTraces::RequestTraces(std::uint64_t run, double share)
    : run_(run),
      // 2^64 itself is no 64-bit number.
      limit_(share >= 1 ? std::numeric_limits<std::uint64_t>::max()
                        : static_cast<std::uint64_t>(std::max(share, 0.0) * 0x1p64)) {}

std::uint64_t RequestTraces::seed_of(std::uint64_t vu) const {
  std::uint64_t seed = run_ ^ vu;
  return next_random(seed);
}

std::uint64_t RequestTraces::next(std::uint64_t& seed, TraceParent& header) const {
  if (next_random(seed) > limit_) return 0;
  const std::uint64_t id = next_random(seed) | 1U;
  header.set({run_, id}, next_random(seed) | 1U, true);
  return id;
}

void RequestTraces::add(const TracedRequest& request) {
  Slot& slot = slots_[next_.fetch_add(1, std::memory_order_relaxed) % kSlots];
  std::uint64_t free = 0;
  if (!slot.id.compare_exchange_strong(free, kClaimed, std::memory_order_acquire)) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  slot.row = request.row;
  slot.is_failed = request.is_failed;
  slot.latency_ms = request.latency_ms;
  slot.id.store(request.id, std::memory_order_release);
}

void RequestTraces::drain(FunctionRef<void(const TracedRequest&)> take) {
  for (Slot& slot : slots_) {
    const std::uint64_t id = slot.id.load(std::memory_order_acquire);
    if (id == 0 || id == kClaimed) continue;
    take({.id = id, .row = slot.row, .is_failed = slot.is_failed, .latency_ms = slot.latency_ms});
    slot.id.store(0, std::memory_order_release);
  }
}

}  // namespace proofload::k6
