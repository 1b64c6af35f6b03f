#include "run/self_watch.h"

#include <fmt/format.h>

#include "base/duration.h"

namespace proofload::run {

void SelfWatch::add(const runtime::LoopStats& stats, Duration interval) {
  if (interval <= Duration::zero()) return;
  intervals_++;
  const double busy = to_seconds(stats.cpu) / to_seconds(interval);
  const bool is_late = stats.ready_to_resumed_quantile(0.99) > kDelayMax;
  if (busy > kBusyMax && is_late) saturated_intervals_++;
  total_.merge(stats);
}

std::vector<std::string> SelfWatch::warnings() const {
  std::vector<std::string> texts;
  if (saturated_intervals_ > 0) {
    texts.push_back(
        fmt::format("the load generator was saturated in {} of {} thread-seconds: response times "
                    "contain its own "
                    "queue; use fewer VUs, more --cores or a faster machine",
                    saturated_intervals_, intervals_));
  }
  if (total_.longest_stop > kDelayMax) {
    texts.push_back(fmt::format("the load generator's loop stood still for up to {}",
                                to_string(total_.longest_stop)));
  }
  return texts;
}

}  // namespace proofload::run
