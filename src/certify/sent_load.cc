#include "certify/sent_load.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace proofload::certify {
namespace {

using evidence::ProfileResult;
using evidence::ProfileState;

// More of the seconds than this, or of the schedule, and a load is not what the plan said.
constexpr double kLateMax = 0.05;
constexpr double kDroppedMax = 0.01;
constexpr double kMixMax = 0.1;

class Judge {
 public:
  Judge(const SentLoad& sent, ProfileResult& result) : sent_(sent), result_(result) {}

  void judge() {
    count();
    result_.state = ProfileState::kValid;
    judge_end();
    judge_generator();
    judge_withheld();
    judge_dropped();
    if (sent_.is_mix_planned) {
      judge_journeys();
      judge_endpoints();
    }
  }

 private:
  const ProfileLog& log() const { return sent_.listener.log(); }

  void set(ProfileState state, std::string reason) {
    if (result_.state == ProfileState::kValid) result_.state = state;
    result_.reasons.push_back(std::move(reason));
  }

  void count() {
    result_.started_iterations = log().started_iterations();
    result_.dropped_iterations = log().dropped_iterations();
    result_.withheld_iterations = log().withheld_iterations();
    result_.scheduled_iterations = result_.started_iterations + result_.dropped_iterations;
  }

  void judge_end() {
    const LoadOutcome& outcome = sent_.outcome;
    if (outcome.was_stopped) {
      set(sent_.listener.was_asked_to_halt() ? ProfileState::kAborted : ProfileState::kHalted,
          sent_.listener.stop_reason());
    }
    if (outcome.was_aborted) set(ProfileState::kAborted, "aborted by a signal");
    if (outcome.error) set(ProfileState::kInvalid, outcome.error->message());
    if (sent_.versions.size() > 1) {
      set(ProfileState::kInvalid,
          fmt::format("deployed mid-run: versions {} answered", fmt::join(sent_.versions, ", ")));
    }
  }

  void judge_generator() {
    const std::size_t seconds = log().seconds().size();
    const bool is_late = static_cast<double>(log().late_seconds()) >
                         kLateMax * static_cast<double>(std::max<std::size_t>(seconds, 1));
    const bool is_short =
        static_cast<double>(log().late_dropped_iterations()) > kDroppedMax * scheduled();
    if (is_late) {
      set(ProfileState::kInvalid,
          fmt::format("the load generator itself was late in {} of {} seconds",
                      log().late_seconds(), seconds));
    } else if (is_short) {
      set(ProfileState::kInvalid,
          fmt::format(
              "less than {:.0f} % of the load was sent for the load generator's own reasons: "
              "{} of {} iterations were dropped in the {} seconds in which it was late",
              (1 - kDroppedMax) * 100, log().late_dropped_iterations(),
              result_.scheduled_iterations, log().late_seconds()));
    }
    if (!is_late && !is_short) return;
    for (const std::string& problem : sent_.outcome.generator_problems) {
      result_.reasons.push_back(problem);
    }
  }

  void judge_withheld() {
    if (sent_.listener.changes().empty() && result_.withheld_iterations == 0) return;
    const std::vector<std::string>& changes = sent_.listener.changes();
    set(ProfileState::kIncomplete,
        fmt::format("{}{}{} of {} iterations were withheld: the load was lighter than planned",
                    changes.empty() ? "" : changes.front(), changes.empty() ? "" : "; ",
                    result_.withheld_iterations, result_.scheduled_iterations));
    for (std::size_t i = 1; i < changes.size(); ++i) result_.reasons.push_back(changes[i]);
  }

  void judge_dropped() {
    const std::uint64_t dropped = result_.dropped_iterations -
                                  std::min(result_.dropped_iterations, result_.withheld_iterations);
    if (static_cast<double>(dropped) <= kDroppedMax * scheduled()) return;
    if (result_.state != ProfileState::kValid && result_.state != ProfileState::kIncomplete) return;
    set(ProfileState::kIncomplete,
        fmt::format("{} of {} iterations found no free VU: the service was too slow for the plan; "
                    "what was measured is a lower bound (or raise max_vus)",
                    dropped, result_.scheduled_iterations));
  }

  // What was cut short is not asked for its mix.
  bool has_mix() const {
    return result_.state == ProfileState::kValid || result_.state == ProfileState::kIncomplete;
  }

  void judge_journeys() {
    std::uint64_t all = 0;
    for (const auto& [name, started] : sent_.outcome.started) all += started;
    if (all == 0 || !has_mix()) return;
    for (const auto& [name, share] : plan::shares(sent_.plan.load.journeys)) {
      const auto found = sent_.outcome.started.find(name);
      const auto started =
          found == sent_.outcome.started.end() ? 0.0 : static_cast<double>(found->second);
      const double expected = share * static_cast<double>(all);
      // Schedules end in the middle of an iteration's turn.
      constexpr double kEnds = 2;
      if (std::abs(started - expected) <= std::max(kMixMax * expected, kEnds)) continue;
      set(ProfileState::kIncomplete,
          fmt::format(
              "the mix was not the plan's: {} was {:.1f} % of the journeys, planned {:.1f} % "
              "({:.0f} of {} iterations)",
              name, 100 * started / static_cast<double>(all), 100 * share, started, all));
    }
  }

  // By what the dry iterations of each journey requested. A script may throw dice, and three
  // iterations know little of them; so without failures only what they make very unlikely counts:
  // a request that all of them made and the load in less than a fifth of its iterations (0.2^3 is
  // under 1 %). With failures, which cut journeys short, it is the mix's ten per cent.
  void judge_endpoints() {
    if (!has_mix()) return;
    constexpr double kNearlyNone = 0.2;
    const bool has_failures =
        std::any_of(log().seconds().begin(), log().seconds().end(),
                    [](const evidence::Second& second) { return second.failed > 0; });
    const auto& endpoints = sent_.plan.service.endpoints;
    for (std::size_t row = 0; row < endpoints.size(); ++row) {
      const double expected = expected_requests(endpoints[row].name);
      constexpr double kEnough = 50;
      if (expected < kEnough) continue;
      const auto sent = static_cast<double>(log().requests(row));
      const double least = has_failures ? 1 - kMixMax : kNearlyNone;
      if (sent >= least * expected) continue;
      set(ProfileState::kIncomplete,
          fmt::format("the mix was not the plan's: {} was requested {:.0f} times, and the journeys "
                      "come to {:.0f}",
                      endpoints[row].name, sent, expected));
    }
  }

  // 0 unless every dry iteration of each journey did the same.
  double expected_requests(const std::string& endpoint) const {
    double expected = 0;
    for (const auto& [journey, started] : sent_.outcome.started) {
      const auto shape = sent_.shapes.find(journey);
      if (shape == sent_.shapes.end()) continue;
      const auto each = shape->second.requests.find(endpoint);
      if (each == shape->second.requests.end()) continue;
      if (each->second != std::floor(each->second)) return 0;
      expected += each->second * static_cast<double>(started);
    }
    return expected;
  }

  double scheduled() const {
    return static_cast<double>(std::max<std::uint64_t>(result_.scheduled_iterations, 1));
  }

  const SentLoad& sent_;
  ProfileResult& result_;
};

}  // namespace

void judge_sent_load(const SentLoad& sent, ProfileResult& result) {
  Judge(sent, result).judge();
}

}  // namespace proofload::certify
