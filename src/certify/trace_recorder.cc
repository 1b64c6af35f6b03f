#include "certify/trace_recorder.h"

#include <algorithm>
#include <random>
#include <span>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/pause.h"
#include "base/trace_context.h"
#include "certify/preflight.h"

namespace proofload::certify {
namespace {

// After the last request: SDKs of OpenTelemetry send every five seconds.
constexpr Duration kSettle = std::chrono::seconds(6);
// The other services of a trace send theirs a little later.
constexpr Duration kLastMoment = std::chrono::seconds(1);

}  // namespace

struct TraceRecorder::Asked {
  WantedTrace trace;
  bool is_random = false;
  bool is_asked = false;
  bool is_found = false;
};

std::vector<TraceRecorder::Asked> TraceRecorder::to_ask(const TraceSample& sample) {
  std::vector<Asked> all;
  std::unordered_set<std::uint64_t> ids;
  for (const WantedTrace& one : sample.random()) {
    all.push_back({.trace = one, .is_random = true});
    ids.insert(one.id);
  }
  for (const WantedTrace& one : sample.slowest()) {
    if (!ids.contains(one.id)) all.push_back({.trace = one});
  }
  return all;
}

// Listens before the certification's own listener does.
class TraceRecorder::Listener final : public LoadListener {
 public:
  Listener(TraceRecorder& recorder, LoadListener& next) : recorder_(recorder), next_(next) {}

  void on_requests(std::size_t row, const metrics::Histogram* answered,
                   std::uint64_t failed) override {
    requests_ += (answered == nullptr ? 0 : answered->count()) + failed;
    next_.on_requests(row, answered, failed);
  }
  void on_traced(const TracedRequest& request) override { traced_.push_back(request); }
  std::optional<std::string> on_second(const SecondFacts& facts) override {
    end_second();
    return next_.on_second(facts);
  }
  void end_second() {
    recorder_.end_second(traced_, std::exchange(requests_, 0));
    traced_.clear();
  }
  bool has_open_second() const { return !traced_.empty(); }

 private:
  TraceRecorder& recorder_;
  LoadListener& next_;
  std::uint64_t requests_ = 0;
  std::vector<TracedRequest> traced_;
};

TraceRecorder::TraceRecorder(LoadDriver& driver, const plan::Plan& plan, const TraceLayer& layer,
                             std::function<void(evidence::Span)> keep)
    : driver_(driver),
      plan_(plan),
      layer_(layer),
      keep_(std::move(keep)),
      limits_(slow_limits(plan)) {
  std::random_device random;
  run_ = (std::uint64_t{random()} << 32U) | random() | 1U;
  if (layer_.receiver == nullptr) return;
  next_span_ = layer_.receiver->spans().count();  // those before are the canaries'
  keeper_ = std::make_unique<TraceKeeper>(TraceKeeper::Options{
      .run = run_, .keep = keep_, .on_decided = [this](const WantedTrace& trace, bool is_found) {
        profiles_[trace.profile]->tally.note(trace, is_found, true);
      }});
}

TraceRecorder::~TraceRecorder() = default;

Result<LoadOutcome> TraceRecorder::run(const LoadOrder& order, LoadListener& listener) {
  if (layer_.source == nullptr || order.profile.empty()) return driver_.run(order, listener);
  begin(order.profile);
  LoadOrder traced = order;
  traced.trace_run = run_;
  Listener recorder(*this, listener);
  auto outcome = driver_.run(traced, recorder);
  if (recorder.has_open_second()) recorder.end_second();
  if (outcome && outcome->lost_traces > 0) {
    problems_.push_back(fmt::format("{} requests of {} that asked to be traced were not looked for",
                                    outcome->lost_traces, order.profile));
  }
  return outcome;
}

void TraceRecorder::begin(const std::string& profile) {
  if (!profiles_.empty() && profiles_.back()->name == profile) return;
  end_profile();
  profiles_.push_back(std::make_unique<Profile>());
  profiles_.back()->name = profile;
  if (keeper_) counted_ = keeper_->counts();
}

void TraceRecorder::end_second(const std::vector<TracedRequest>& traced, std::uint64_t requests) {
  Profile& profile = *profiles_.back();
  const TimePoint now = monotonic_now();
  const std::size_t second = profile.tally.seconds();
  profile.tally.add_second(requests, traced.size());
  for (WantedTrace& one : mark_slow(traced, limits_, second)) {
    one.profile = profiles_.size() - 1;
    if (keeper_) {
      keeper_->want(one, now);
    } else {
      profile.sample.offer(one);
    }
  }
  if (!keeper_) return;
  take_received();
  keeper_->decide(now);
}

void TraceRecorder::take_received() {
  const TimePoint now = monotonic_now();
  auto page = layer_.receiver->spans().read(next_span_);
  next_span_ = page.next;
  keeper_->count_lost(page.missed_count);
  for (evidence::Span& span : page.spans) keeper_->add(std::move(span), now);
}

void TraceRecorder::end_profile() {
  if (profiles_.empty()) return;
  Profile& profile = *profiles_.back();
  if (!keeper_) return look_for_sample(profile);
  const TraceKeeper::Counts& now = keeper_->counts();
  profile.counts = {now.spans - counted_.spans, now.kept - counted_.kept, now.lost - counted_.lost};
}

void TraceRecorder::look_for_sample(Profile& profile) {
  std::vector<Asked> all = to_ask(profile.sample);
  const TimePoint deadline = monotonic_now() + kSettle;
  pause_thread(kLastMoment);
  // A sampler that drops most would be asked in vain: less and less often.
  for (Duration wait = std::chrono::milliseconds(500);; wait *= 2) {
    if (const auto looked = look(profile, all); !looked) {
      problems_.push_back(
          fmt::format("traces of {} are missing: {}", profile.name, looked.error().message()));
      break;
    }
    const Duration left = deadline - monotonic_now();
    if (std::ranges::all_of(all, &Asked::is_found) || left <= Duration::zero()) break;
    pause_thread(std::min(wait, left));
  }
  for (const Asked& one : all) {
    if (one.is_asked) profile.tally.note(one.trace, one.is_found, one.is_random);
  }
}

// A few at a time, so that one that fails costs the others nothing.
Result<void> TraceRecorder::look(Profile& profile, std::vector<Asked>& all) {
  constexpr std::size_t kAtOnce = 32;
  std::vector<Asked*> missing;
  for (Asked& one : all) {
    if (!one.is_found) missing.push_back(&one);
  }
  for (std::size_t first = 0; first < missing.size(); first += kAtOnce) {
    const auto some =
        std::span(missing).subspan(first).first(std::min(kAtOnce, missing.size() - first));
    std::vector<std::string> ids;
    for (const Asked* one : some) ids.push_back(to_string(TraceId{run_, one->trace.id}));
    auto traces = PL_TRY(layer_.source->traces(ids, kProbeTimeout));
    for (std::size_t i = 0; i < some.size(); ++i) {
      some[i]->is_asked = true;
      some[i]->is_found = !traces[i].empty();
      profile.counts.spans += traces[i].size();
      profile.counts.kept += traces[i].size();
      for (evidence::Span& span : traces[i]) keep_(std::move(span));
    }
  }
  return {};
}

void TraceRecorder::wait_for_received() {
  TimePoint deadline = monotonic_now() + kSettle;
  bool is_last_moment = false;
  while (true) {
    take_received();
    const TimePoint now = monotonic_now();
    if (keeper_->has_all() && !is_last_moment) {
      is_last_moment = true;
      deadline = std::min(deadline, now + kLastMoment);
    }
    if (now >= deadline) break;
    pause_thread(std::chrono::milliseconds(100));
  }
  keeper_->decide_all();
}

std::vector<evidence::TraceResult> TraceRecorder::finish(std::vector<std::string>& problems) {
  if (keeper_ && !profiles_.empty()) wait_for_received();
  end_profile();
  std::vector<evidence::TraceResult> results;
  for (const auto& profile : profiles_) {
    evidence::TraceResult result = profile->tally.result(plan_.observe.min_sampling);
    result.profile = profile->name;
    result.source = layer_.source->name();
    result.spans = profile->counts.spans;
    result.kept_spans = profile->counts.kept;
    result.lost_spans = profile->counts.lost;
    results.push_back(std::move(result));
  }
  problems.insert(problems.end(), problems_.begin(), problems_.end());
  return results;
}

}  // namespace proofload::certify
