#include "certify/trace_canaries.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/pause.h"
#include "base/split_mix.h"
#include "base/trace_context.h"
#include "certify/preflight.h"
#include "certify/preflight_probes.h"
#include "observe/http_get.h"

namespace proofload::certify {
namespace {

using evidence::CheckResult;

constexpr std::size_t kEach = 20;   // with the flag, and without
constexpr std::size_t kAtOnce = 8;  // requests to the service

// One request that was sent, and whether its trace was found.
struct Canary {
  std::string id;
  observe::HttpRequest request;
  Duration took{};
  bool is_sampled = false;
  bool is_slow = false;
  bool is_found = false;
};

class Canaries {
 public:
  Canaries(const plan::Plan& plan, observe::TraceSource& source) : source_(source) {
    std::uint64_t seed = (std::uint64_t{std::random_device()()} << 32U) | std::random_device()();
    const std::uint64_t run = next_random(seed) | 1U;
    const auto add = [&](const std::string& url, bool is_sampled, bool is_slow) {
      const TraceId id{run, next_random(seed)};
      TraceParent parent;
      parent.set(id, next_random(seed) | 1U, is_sampled);
      Canary canary{.id = to_string(id),
                    .request = {.url = url},
                    .is_sampled = is_sampled,
                    .is_slow = is_slow};
      canary.request.headers.emplace_back("traceparent", parent.view());
      canary.request.timeout = kProbeTimeout;
      all_.push_back(std::move(canary));
    };
    const plan::Service& service = plan.service;
    const std::string& slow = plan.observe.slow_request;
    if (!slow.empty()) add(service.base_url + slow, true, true);
    for (std::size_t i = 0; i < 2 * kEach; ++i) add(safe_url(service), i % 2 == 0, false);
  }

  Result<void> send() {
    observe::HttpClient client;
    for (std::size_t first = 0; first < all_.size(); first += kAtOnce) {
      std::vector<observe::HttpRequest> requests;
      const std::size_t end = std::min(first + kAtOnce, all_.size());
      for (std::size_t i = first; i < end; ++i) requests.push_back(all_[i].request);
      const auto responses = client.fetch_all(requests);
      for (std::size_t i = 0; i < responses.size(); ++i) {
        if (!responses[i]) return responses[i].error();
        all_[first + i].took = responses[i]->took;
      }
    }
    return {};
  }

  // Until those with the flag are there, and a moment more for those without it.
  Result<void> find(Duration wait) {
    constexpr Duration kPause = std::chrono::milliseconds(200);
    constexpr Duration kMoment = std::chrono::seconds(1);
    constexpr Duration kLeastLook = std::chrono::seconds(2);
    TimePoint deadline = monotonic_now() + wait;
    bool is_last_moment = false;
    while (true) {
      // A last look, too, gets the time that it needs.
      PL_TRY(look(std::clamp<Duration>(deadline - monotonic_now(), kLeastLook, kProbeTimeout)));
      const bool has_all_sampled = found(true) == kEach && !misses_slow();
      if (has_all_sampled && !is_last_moment) {
        is_last_moment = true;
        deadline = std::min(deadline, monotonic_now() + kMoment);
      }
      const bool has_all = has_all_sampled && found(false) == kEach;
      if (has_all || monotonic_now() >= deadline) return {};
      pause_thread(kPause);
    }
  }

  std::size_t found(bool is_sampled) const {
    return static_cast<std::size_t>(std::ranges::count_if(all_, [&](const Canary& one) {
      return !one.is_slow && one.is_sampled == is_sampled && one.is_found;
    }));
  }
  // Null without one.
  const Canary* slow() const { return all_.front().is_slow ? &all_.front() : nullptr; }

 private:
  bool misses_slow() const { return slow() != nullptr && !slow()->is_found; }

  Result<void> look(Duration timeout) {
    std::vector<std::string> ids;
    std::vector<Canary*> wanted;
    for (Canary& one : all_) {
      if (one.is_found) continue;
      ids.push_back(one.id);
      wanted.push_back(&one);
    }
    const auto traces = PL_TRY(source_.traces(ids, timeout));
    for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i]->is_found = !traces[i].empty();
    return {};
  }

  observe::TraceSource& source_;
  std::vector<Canary> all_;
};

std::string slow_text(const Canary* slow) {
  if (slow == nullptr) {
    return "tail sampling is not provable: the plan names no `slow_request`";
  }
  return fmt::format("a request of {:.0f} ms was {}", to_milliseconds(slow->took),
                     slow->is_found ? "found, too" : "NOT found: tail sampling does not keep it");
}

// What the service does about our flag.
std::string flag_text(std::size_t with, std::size_t without) {
  const std::string counts = fmt::format(
      "of {} requests with the sampled flag {} were found, "
      "of {} without it {}",
      kEach, with, kEach, without);
  const bool obeys = with >= kEach * 9 / 10;
  if (!obeys) return counts + ": the service samples by itself, whatever our flag says";
  if (without <= kEach / 10) return counts + ": the service obeys the flag, so the load carries it";
  return counts + (without >= kEach * 9 / 10 ? ": every trace is kept"
                                             : ": without the flag the service samples by itself");
}

CheckResult failure(const Error& error) {
  return failed(error.message(), error.hint());
}

CheckResult judge(const Canaries& canaries, const TraceLayer& layer, const plan::Observe& observe,
                  Duration wait) {
  const std::string source = layer.source->name();
  const std::size_t with = canaries.found(true);
  const std::size_t without = canaries.found(false);
  const Canary* slow = canaries.slow();
  const std::string evidence =
      fmt::format("{}: {}; {}", source, flag_text(with, without), slow_text(slow));
  if (with + without == 0) {
    return failed(fmt::format("{}: none of {} traces was found within {}", source, 2 * kEach,
                              to_string(wait)),
                  layer.receiver == nullptr
                      ? "does the service take over `traceparent`, and do its spans arrive there?"
                      : fmt::format("let the services export OTLP over HTTP to {}, and take over "
                                    "`traceparent`",
                                    layer.receiver->url()));
  }
  const auto sum = static_cast<double>(with + without);
  const double share =
      with >= kEach * 9 / 10 ? 1 : upper_share(sum, static_cast<double>(2 * kEach));
  if (share < observe.min_sampling) {
    return failed(evidence,
                  fmt::format("sample {:.3g} % or more under load", 100 * observe.min_sampling));
  }
  if (slow != nullptr && !slow->is_found) {
    return warned(evidence, "let the collector keep slow traces, or wait less before it decides");
  }
  return passed(evidence);
}

}  // namespace

double upper_share(double found, double asked) {
  constexpr double kZ = 1.959964;
  const double share = found / asked;
  const double square = kZ * kZ / asked;
  const double spread = kZ * std::sqrt(share * (1 - share) / asked + square / (4 * asked));
  return (share + square / 2 + spread) / (1 + square);
}

CheckResult check_trace_sampling(const plan::Plan& plan, const TraceLayer& layer, Duration wait) {
  if (layer.problem) return failure(*layer.problem);
  if (const auto there = layer.source->probe(kProbeTimeout); !there) return failure(there.error());
  Canaries canaries(plan, *layer.source);
  if (const auto sent = canaries.send(); !sent) return failure(sent.error());
  if (const auto looked = canaries.find(wait); !looked) return failure(looked.error());
  return judge(canaries, layer, plan.observe, wait);
}

}  // namespace proofload::certify
