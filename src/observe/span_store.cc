#include "observe/span_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace proofload::observe {

void SpanStore::add(std::vector<evidence::Span> spans) {
  const std::lock_guard lock(mutex_);
  std::move(spans.begin(), spans.end(), std::back_inserter(spans_));
  while (spans_.size() > spans_max_) {
    spans_.pop_front();
    ++gone_count_;
  }
}

SpanStore::Page SpanStore::read(std::uint64_t from) const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t end = gone_count_ + spans_.size();
  const std::uint64_t start = std::clamp(from, gone_count_, end);
  Page page{.next = end, .missed_count = start - std::min(from, start)};
  page.spans.assign(spans_.begin() + static_cast<std::ptrdiff_t>(start - gone_count_),
                    spans_.end());
  return page;
}

std::vector<evidence::Span> SpanStore::trace(std::string_view trace_id) const {
  const std::lock_guard lock(mutex_);
  std::vector<evidence::Span> found;
  std::copy_if(spans_.begin(), spans_.end(), std::back_inserter(found),
               [&](const evidence::Span& span) { return span.trace_id == trace_id; });
  return found;
}

std::uint64_t SpanStore::count() const {
  const std::lock_guard lock(mutex_);
  return gone_count_ + spans_.size();
}

}  // namespace proofload::observe
