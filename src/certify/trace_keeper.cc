#include "certify/trace_keeper.h"

#include <chrono>

#include "base/trace_context.h"

namespace proofload::certify {

TraceKeeper::Trace& TraceKeeper::trace(const std::string& id, TimePoint now) {
  const auto [found, is_new] = traces_.try_emplace(id);
  if (is_new) order_.emplace_back(now, id);
  return found->second;
}

void TraceKeeper::want(const WantedTrace& wanted, TimePoint now) {
  Trace& one = trace(to_string(TraceId{options_.run, wanted.id}), now);
  one.wanted = wanted;
  if (!one.is_found) ++missing_;
}

void TraceKeeper::add(evidence::Span span, TimePoint now) {
  ++counts_.spans;
  const bool has_room = pending_ < options_.pending_max;
  if (!has_room) ++counts_.lost;
  // Without room an unknown trace must not take any.
  if (!has_room && !traces_.contains(span.trace_id)) return;
  Trace& one = trace(span.trace_id, now);
  if (one.wanted && !one.is_found) --missing_;
  one.is_found = true;
  if (!has_room) return;
  ++pending_;
  one.spans.push_back(std::move(span));
}

void TraceKeeper::decide_on(Trace trace, std::size_t& others_left) {
  pending_ -= trace.spans.size();
  if (trace.wanted) {
    if (!trace.is_found) --missing_;
    options_.on_decided(*trace.wanted, trace.is_found);
  }
  if (trace.spans.empty()) return;
  const bool is_slow = trace.wanted && trace.wanted->is_slow;
  if (!is_slow && others_left == 0) return;
  if (!is_slow) --others_left;
  for (evidence::Span& span : trace.spans) {
    if (counts_.kept >= options_.kept_max) {
      ++counts_.lost;
      continue;
    }
    ++counts_.kept;
    options_.keep(std::move(span));
  }
}

void TraceKeeper::decide(TimePoint now, std::size_t others) {
  while (!order_.empty() && now - order_.front().first >= options_.wait) {
    auto node = traces_.extract(order_.front().second);
    order_.pop_front();
    decide_on(std::move(node.mapped()), others);
  }
}

void TraceKeeper::decide(TimePoint now) {
  decide(now, options_.others_max);
}

void TraceKeeper::decide_all() {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options_.wait).count();
  decide(TimePoint::max(), options_.others_max * static_cast<std::size_t>(seconds));
}

}  // namespace proofload::certify
