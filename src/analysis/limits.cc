#include "analysis/limits.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace proofload::analysis {
namespace {

using evidence::Finding;
using evidence::ProfileResult;
using evidence::Result;
using evidence::Signal;
using evidence::SloState;

// When SLOs were broken: from the first breach to the end of the profile.
struct BadTime {
  const ProfileResult* profile = nullptr;
  WallTime from{};
  WallTime to{};
};

std::vector<BadTime> bad_times(const Result& result) {
  std::vector<BadTime> times;
  for (const ProfileResult& profile : result.profiles) {
    std::optional<Duration> first;
    bool is_broken = profile.state == evidence::ProfileState::kHalted;
    for (const evidence::SloResult& slo : profile.slos) {
      if (slo.state != SloState::kBroken) continue;
      is_broken = true;
      if (slo.first_breach && (!first || *slo.first_breach < *first)) first = slo.first_breach;
    }
    if (!is_broken) continue;
    const auto clock = [&](Duration at) {
      return profile.started + std::chrono::duration_cast<WallTime::duration>(at);
    };
    times.push_back({&profile, clock(first.value_or(Duration::zero())), clock(profile.took)});
  }
  return times;
}

// The highest point in that time; null without one.
const Signal::Point* peak(const Signal& signal, const BadTime& time) {
  const Signal::Point* found = nullptr;
  for (const Signal::Point& point : signal.points) {
    if (point.at < time.from || point.at > time.to) continue;
    if (found == nullptr || point.value > found->value) found = &point;
  }
  return found;
}

const Signal* sibling(const Result& result, const Signal& signal, std::string_view name) {
  const auto found =
      std::find_if(result.signals.begin(), result.signals.end(), [&](const Signal& one) {
        return one.name == name && one.component == signal.component &&
               one.object == signal.object && one.instance == signal.instance;
      });
  return found == result.signals.end() ? nullptr : &*found;
}

std::string clock_text(WallTime at) {
  return fmt::format("{:%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

std::string name_of(const Signal& signal) {
  return signal.object.empty() ? signal.component
                               : fmt::format("{} of {}", signal.object, signal.component);
}

// Callers wait for a connection although every one is in use.
void add_pool(const Result& result, const Signal& waiting, const BadTime& time,
              std::vector<Finding>& findings) {
  const Signal::Point* most = peak(waiting, time);
  if (most == nullptr || most->value < 1) return;
  const Signal* busy = sibling(result, waiting, "pool busy");
  const Signal* max = sibling(result, waiting, "pool size");
  const Signal* wait = sibling(result, waiting, "pool wait");
  const Signal::Point* busy_most = busy == nullptr ? nullptr : peak(*busy, time);
  const Signal::Point* size = max == nullptr ? nullptr : peak(*max, time);
  const Signal::Point* longest = wait == nullptr ? nullptr : peak(*wait, time);
  Finding finding;
  finding.sentence = fmt::format("connection pool {} exhausted", name_of(waiting));
  if (busy_most != nullptr && size != nullptr) {
    finding.sentence += fmt::format(" ({:.0f} of {:.0f} busy, {:.0f} waiting)", busy_most->value,
                                    size->value, most->value);
  } else {
    finding.sentence += fmt::format(" ({:.0f} waiting)", most->value);
  }
  finding.sentence += fmt::format(" at {} in {}", clock_text(most->at), time.profile->name);
  if (longest != nullptr && longest->value > 0) {
    finding.sentence +=
        fmt::format("; a connection was waited for {:.0f} ms", longest->value * 1000);
  }
  finding.confidence = "medium";
  finding.impact_seconds = most->value;
  finding.evidence.push_back(waiting.id);
  for (const Signal* other : {busy, max, wait}) {
    if (other != nullptr) finding.evidence.push_back(other->id);
  }
  if (size != nullptr) {
    finding.recommendation = fmt::format(
        "if the time a connection is held has not grown, raise {} from {:.0f} to {:.0f}: "
        "busy and waiting together (Little's law)",
        name_of(waiting), size->value, std::ceil(size->value + most->value));
  }
  findings.push_back(std::move(finding));
}

// Time in which threads were kept from running by their quota.
void add_throttling(const Signal& throttled, const BadTime& time, std::vector<Finding>& findings) {
  constexpr double kMuch = 0.1;  // seconds each second
  const Signal::Point* most = peak(throttled, time);
  if (most == nullptr || most->value < kMuch) return;
  Finding finding{
      .sentence = fmt::format(
          "CPU quota of {} reached: its threads were kept from running for {:.2f} s each "
          "second at {} in {}",
          name_of(throttled), most->value, clock_text(most->at), time.profile->name),
      .confidence = "medium",
      .impact_seconds = most->value,
      .evidence = {throttled.id}};
  finding.recommendation = fmt::format("raise the CPU limit of {} by at least {:.1f} cores",
                                       name_of(throttled), std::max(most->value, 0.1));
  findings.push_back(std::move(finding));
}

}  // namespace

std::vector<Finding> find_limits(const Result& result) {
  std::vector<Finding> findings;
  for (const BadTime& time : bad_times(result)) {
    for (const Signal& signal : result.signals) {
      if (signal.name == "pool waiting") add_pool(result, signal, time, findings);
      if (signal.name == "CPU throttled") add_throttling(signal, time, findings);
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.impact_seconds > b.impact_seconds;
  });
  for (std::size_t i = 0; i < findings.size(); ++i) findings[i].id = fmt::format("F{}", i + 1);
  return findings;
}

}  // namespace proofload::analysis
