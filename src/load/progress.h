// k6's progress lines, from the merged counters of a scenario's machines.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/scenario_state.h"

namespace proofload::load {

enum class ProgressStatus : std::uint8_t { kRunning, kWaiting, kStopping, kInterrupted, kDone };

struct ScenarioProgress {
  std::string name;
  ProgressStatus status = ProgressStatus::kRunning;
  double fraction = 0;             // 0..1; also exec.scenario.progress
  std::vector<std::string> right;  // columns: `2 VUs`, `00m01.0s/10m0s`, `4/6 shared iters`
};

// Pure; from any thread, best from the control thread. Before launch(): 0 % and no columns.
ScenarioProgress scenario_progress(const ScenarioState& state, TimePoint now);

// VUs that the scenario makes active now: what the `vus` metric and the first progress line add up.
// An arrival rate counts VUs in an iteration only, as k6 does.
std::int64_t active_vus(const ScenarioState& state);

// k6's fixed-width clock: `1.0s`, `01.0s`, `0m01.0s`, `00m01.0s`, `0h00m01.0s`, ... by the size of
// `longest`.
std::string fixed_length_duration(Duration value, Duration longest);

struct RunStatus {
  bool is_paused = false;
  std::optional<Duration> elapsed;  // since the test clock started; empty before
  Duration duration_max{};          // end_offset() of the plan
  std::int64_t active_vus = 0;
  std::int64_t initialized_vus = 0;
  std::int64_t possible_vus = 0;  // gives the width of both
  std::int64_t complete = 0;
  std::int64_t interrupted = 0;
};
// `running (00m01.0s), 2/2 VUs, 4 complete and 0 interrupted iterations`.
std::string run_status_text(const RunStatus& status);

struct ProgressStyle {
  int bar_width = 0;  // with brackets, 40 on a wide terminal; 8 or less prints `[  67% ]` instead
  bool is_colored = false;
};
// One line per scenario, aligned, each ended by '\n' (callers on a terminal put their erase codes
// before it): `browse ✓ [ 100% ] 2 VUs    3s      `. Names are cut to 30 characters.
std::vector<std::string> progress_lines(std::span<const ScenarioProgress> scenarios,
                                        const ProgressStyle& style);

}  // namespace proofload::load
