// SpanStore: the latest spans, in memory that has an end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <vector>

#include "evidence/span.h"

namespace proofload::observe {

// Any thread. When it is full the oldest spans go; who wants all reads often enough.
class SpanStore {
 public:
  // A span with its attributes takes about a kilobyte.
  static constexpr std::size_t kSpansMax = 200'000;

  explicit SpanStore(std::size_t spans_max = kSpansMax) : spans_max_(spans_max) {}

  void add(std::vector<evidence::Span> spans);

  struct Page {
    std::vector<evidence::Span> spans;
    std::uint64_t next = 0;          // for the next call
    std::uint64_t missed_count = 0;  // gone before they were read
  };
  // Copies of the spans from number `from` on, which counts all that ever came from 0.
  Page read(std::uint64_t from) const;
  // In the order they came; looks through all.
  std::vector<evidence::Span> trace(std::string_view trace_id) const;
  // Of all that ever came.
  std::uint64_t count() const;

 private:
  std::size_t spans_max_;
  mutable std::mutex mutex_;
  std::deque<evidence::Span> spans_;
  std::uint64_t gone_count_ = 0;
};

}  // namespace proofload::observe
