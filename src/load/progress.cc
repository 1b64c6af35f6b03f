#include "load/progress.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/duration.h"

namespace proofload::load {

using proofload::to_string;  // of a Duration

namespace {

constexpr std::size_t kNameMax = 30;
constexpr int kBarWidthMin = 8;  // narrower bars say less than the percentage
constexpr int kBarWidthMax = 40;

struct Counts {
  std::int64_t active = 0;
  std::int64_t activated = 0;
  std::int64_t running = 0;
  std::int64_t done = 0;
};

// `is_frozen`: as they were when the regular duration ended, or the test was aborted.
Counts merged_counts(const ScenarioState& state, bool is_frozen) {
  const auto read = [](const std::atomic<std::int64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  Counts sum;
  for (std::uint32_t t = 0; t < state.thread_count(); ++t) {
    const ThreadCell& cell = state.cell(t);
    const bool use_frozen = is_frozen && cell.is_stopping.load(std::memory_order_acquire);
    sum.active += read(use_frozen ? cell.active_vus_at_stop : cell.active_vus);
    sum.activated += read(cell.activated_vus);
    sum.running += read(use_frozen ? cell.running_vus_at_stop : cell.running_vus);
    sum.done += read(use_frozen ? cell.done_iterations_at_stop : cell.done_iterations);
  }
  return sum;
}

std::size_t digits(std::int64_t value) {
  return std::to_string(value).size();
}

std::string vus_of(std::int64_t now, std::int64_t all, std::int64_t max) {
  return fmt::format("{0:0{2}}/{1:0{2}} VUs", now, all, digits(max));
}

std::string rate_text(double rate, double max) {
  const std::size_t width =
      4 + static_cast<std::size_t>(max >= 10 ? std::log10(max) : 0.0);  // "9.99"
  return fmt::format("{:0{}.2f} iters/s", rate, width);
}

// One executor's columns. `spent` is frozen with the counts.
class Columns {
 public:
  Columns(const ScenarioState& state, Duration spent, const Counts& counts,
          ScenarioProgress& progress)
      : state_(state),
        spent_(spent),
        counts_(counts),
        is_over_(spent >= state.regular_duration()),
        out_(progress) {}

  void operator()(const SharedIterationsConfig& /*config*/) {
    out_.fraction = share_done(state_.iterations());
    out_.right = {vus(),
                  fmt::format("{}/{}", fixed_length_duration(spent_, state_.regular_duration()),
                              to_string(state_.regular_duration())),
                  fmt::format("{:0{}}/{} shared iters", counts_.done, digits(state_.iterations()),
                              state_.iterations())};
  }
  void operator()(const PerVuIterationsConfig& /*config*/) {
    const std::int64_t total = state_.vus() * state_.iterations();
    out_.fraction = is_over_ ? 1 : share_done(total);
    out_.right = {vus(), clock(),
                  fmt::format("{:0{}}/{} iters, {} per VU", counts_.done, digits(total), total,
                              state_.iterations())};
  }
  void operator()(const ConstantVusConfig& /*config*/) {
    out_.fraction = share_spent();
    out_.right = {vus(), clock()};
  }
  void operator()(const RampingVusConfig& /*config*/) {
    const Duration whole = state_.regular_duration();
    out_.fraction = share_spent();
    // The only one whose second clock is as wide as the first.
    out_.right = {vus_of(counts_.active, state_.vus(), state_.vus()),
                  is_over_ ? to_string(whole)
                           : fmt::format("{}/{}", fixed_length_duration(spent_, whole),
                                         fixed_length_duration(whole, whole))};
  }
  void operator()(const ConstantArrivalRateConfig& config) {
    const double rate = per_second(config.rate.value_or(0), config.time_unit) * instance_share();
    arrival_columns(rate, rate);
  }
  void operator()(const RampingArrivalRateConfig& config) {
    const double share = state_.tuple().segment().length_as_double();
    const double start = per_second(config.start_rate.value_or(0), config.time_unit) * share;
    const double max =
        per_second(stages_max(config.start_rate.value_or(0), config.stages), config.time_unit) *
        share;
    arrival_columns(rate_of_next_tick().value_or(start), max);
  }

 private:
  std::string vus() const { return fmt::format("{} VUs", state_.vus()); }
  std::string clock() const {
    const Duration whole = state_.regular_duration();
    if (is_over_) return to_string(whole);
    return fmt::format("{}/{}", fixed_length_duration(spent_, whole), to_string(whole));
  }
  double share_spent() const {
    if (is_over_) return 1;
    return to_seconds(spent_) / to_seconds(state_.regular_duration());
  }
  double share_done(std::int64_t total) const {
    return static_cast<double>(counts_.done) / static_cast<double>(total);
  }
  double instance_share() const { return state_.iteration_tuple().segment().length_as_double(); }
  void arrival_columns(double rate, double max_rate) {
    out_.fraction = share_spent();
    out_.right = {vus_of(counts_.running, counts_.activated, state_.vus()), clock(),
                  rate_text(rate, max_rate)};
  }
  // From the distance between the tick to come and the one before it, as k6 shows a ramp's rate;
  // none without ticks.
  std::optional<double> rate_of_next_tick() const {
    const ArrivalSchedule& schedule = state_.schedule();
    if (schedule.tick_count() == 0) return std::nullopt;
    const std::int64_t next = std::min(schedule.ticks_before(spent_), schedule.tick_count() - 1);
    const Duration period =
        schedule.due(next) - (next == 0 ? Duration::zero() : schedule.due(next - 1));
    return period > Duration::zero() ? 1 / to_seconds(period) : 0.0;
  }

  const ScenarioState& state_;
  Duration spent_;
  Counts counts_;
  bool is_over_;
  ScenarioProgress& out_;
};

ProgressStatus status_of(const ScenarioState& state, TimePoint now) {
  if (state.aborted_at() != TimePoint::max()) return ProgressStatus::kInterrupted;
  if (state.is_finished()) return ProgressStatus::kDone;
  const bool has_grace = state.graceful_end() > state.regular_end();
  if (now >= state.regular_end() && has_grace) return ProgressStatus::kStopping;
  return ProgressStatus::kRunning;
}

std::string_view mark(ProgressStatus status) {
  switch (status) {
    case ProgressStatus::kRunning:
      return " ";
    case ProgressStatus::kWaiting:
      return "•";
    case ProgressStatus::kStopping:
      return "↓";
    case ProgressStatus::kInterrupted:
      return "✗";
    case ProgressStatus::kDone:
      return "✓";
  }
  return " ";
}

std::string colored_mark(ProgressStatus status) {
  switch (status) {
    case ProgressStatus::kWaiting:
      return fmt::format("\x1b[2m{}\x1b[22m", mark(status));
    case ProgressStatus::kInterrupted:
      return fmt::format("\x1b[31m{}\x1b[0m", mark(status));
    case ProgressStatus::kDone:
      return fmt::format("\x1b[32m{}\x1b[0m", mark(status));
    case ProgressStatus::kRunning:
    case ProgressStatus::kStopping:
      break;
  }
  return std::string(mark(status));
}

std::string bar(double fraction, const ProgressStyle& style) {
  if (style.bar_width <= kBarWidthMin) return fmt::format("[ {:3.0f}% ]", fraction * 100);
  const int space = std::min(style.bar_width, kBarWidthMax) - 2;
  const int filled = static_cast<int>(space * fraction);
  std::string fill(static_cast<std::size_t>(filled), '=');
  if (filled > 0 && filled < space) fill.back() = '>';
  const std::string rest(static_cast<std::size_t>(space - filled), '-');
  return style.is_colored ? fmt::format("[{}\x1b[2m{}\x1b[22m]", fill, rest)
                          : fmt::format("[{}{}]", fill, rest);
}

std::string short_name(const std::string& name) {
  return name.size() <= kNameMax ? name : name.substr(0, kNameMax - 3) + "...";
}

}  // namespace

ScenarioProgress scenario_progress(const ScenarioState& state, TimePoint now) {
  ScenarioProgress progress;
  progress.name = state.scenario().name;
  if (!state.is_launched()) return progress;
  const Duration start = state.scenario().start_offset();
  if (now < state.begin() || state.aborted_at() < state.begin()) {
    progress.status = ProgressStatus::kWaiting;
    progress.right = {"waiting", fixed_length_duration(state.begin() - now, start)};
    return progress;
  }
  progress.status = status_of(state, now);
  TimePoint at = std::min(now, state.aborted_at());
  if (progress.status == ProgressStatus::kDone) at = std::min(at, state.finished_at());
  const bool is_frozen = progress.status == ProgressStatus::kStopping ||
                         progress.status == ProgressStatus::kInterrupted;
  std::visit(Columns(state, at - state.begin(), merged_counts(state, is_frozen), progress),
             state.scenario().executor);
  progress.fraction = std::clamp(progress.fraction, 0.0, 1.0);
  if (progress.status == ProgressStatus::kDone && progress.fraction < 1) {
    progress.status = ProgressStatus::kInterrupted;
  }
  return progress;
}

std::int64_t active_vus(const ScenarioState& state) {
  const Counts counts = merged_counts(state, false);
  const ExecutorType type = state.scenario().type();
  const bool is_arrival_rate =
      type == ExecutorType::kConstantArrivalRate || type == ExecutorType::kRampingArrivalRate;
  return is_arrival_rate ? counts.running : counts.active;
}

std::string fixed_length_duration(Duration value, Duration longest) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  using Tenths = std::chrono::duration<std::int64_t, std::deci>;
  // chrono's round would go to even; Go rounds halves away from zero.
  const auto rounded = [](Duration d) {
    return std::chrono::floor<Tenths>(std::chrono::abs(d) + std::chrono::milliseconds(50));
  };
  const Tenths tenths = rounded(value);
  const Tenths max = std::max(tenths, rounded(longest));
  const std::int64_t t = tenths.count();
  const std::int64_t tenth = t % 10;
  const std::int64_t second = t / 10 % 60;
  const std::int64_t minute = t / 600 % 60;
  const std::int64_t hour = t / 36'000 % 24;
  if (max < seconds(10)) return fmt::format("{}.{}s", second % 10, tenth);
  if (max < minutes(1)) return fmt::format("{:02}.{}s", second, tenth);
  const std::string tail = fmt::format("{:02}.{}s", second, tenth);
  if (max < minutes(10)) return fmt::format("{}m{}", minute % 10, tail);
  if (max < hours(1)) return fmt::format("{:02}m{}", minute, tail);
  if (max < hours(10)) return fmt::format("{}h{:02}m{}", hour % 10, minute, tail);
  if (max < hours(24)) return fmt::format("{:02}h{:02}m{}", hour, minute, tail);
  const auto width = digits(max / hours(24));
  return fmt::format("{:0{}}d{:02}h{:02}m{}", t / 864'000, width, hour, minute, tail);
}

std::string run_status_text(const RunStatus& status) {
  std::string head = status.is_paused ? "paused" : "running";
  if (status.elapsed) {
    head += fmt::format(" ({})", fixed_length_duration(*status.elapsed, status.duration_max));
  }
  return fmt::format("{}, {}, {} complete and {} interrupted iterations", head,
                     vus_of(status.active_vus, status.initialized_vus, status.possible_vus),
                     status.complete, status.interrupted);
}

std::vector<std::string> progress_lines(std::span<const ScenarioProgress> scenarios,
                                        const ProgressStyle& style) {
  std::size_t name_width = 0;
  std::size_t column_widths[2] = {0, 0};  // the last column of a line has nothing to align
  for (const ScenarioProgress& scenario : scenarios) {
    name_width = std::max(name_width, short_name(scenario.name).size());
    for (std::size_t i = 0; i + 1 < scenario.right.size(); ++i) {
      column_widths[i] = std::max(column_widths[i], scenario.right[i].size());
    }
  }
  std::vector<std::string> lines;
  for (const ScenarioProgress& scenario : scenarios) {
    std::string line = fmt::format(
        "{:<{}} {} {}", short_name(scenario.name), name_width,
        style.is_colored ? colored_mark(scenario.status) : std::string(mark(scenario.status)),
        bar(scenario.fraction, style));
    for (std::size_t i = 0; i < scenario.right.size(); ++i) {
      line += fmt::format(" {:<{}}", scenario.right[i], (i < 2 ? column_widths[i] : 0) + 1);
    }
    lines.push_back(line + '\n');
  }
  return lines;
}

}  // namespace proofload::load
