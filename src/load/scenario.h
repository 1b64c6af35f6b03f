// Scenarios as the script's options give them: six executors, their fields, defaults and checks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "load/segment.h"

namespace proofload::load {

// Defaults and limits are k6's. A field left out stays empty here, because k6 prints it as null,
// describes the scenario without it, or refuses it as missing; the accessors give the value in use.
inline constexpr Duration kGracefulStopDefault = std::chrono::seconds(30);
inline constexpr Duration kGracefulRampDownDefault = std::chrono::seconds(30);
inline constexpr Duration kMaxDurationDefault = std::chrono::minutes(10);
inline constexpr Duration kTimeUnitDefault = std::chrono::seconds(1);
inline constexpr Duration kDurationMin = std::chrono::seconds(1);
inline constexpr std::int64_t kRampingVusMax = 100'000'000;

struct Stage {
  std::optional<Duration> duration;
  std::optional<std::int64_t> target;
};

struct SharedIterationsConfig {
  std::optional<std::int64_t> vus;         // 1
  std::optional<std::int64_t> iterations;  // 1, over all VUs
  std::optional<Duration> max_duration;    // 10m

  Duration max_duration_or_default() const { return max_duration.value_or(kMaxDurationDefault); }
};

struct PerVuIterationsConfig {
  std::optional<std::int64_t> vus;         // 1
  std::optional<std::int64_t> iterations;  // 1, of each VU
  std::optional<Duration> max_duration;    // 10m

  Duration max_duration_or_default() const { return max_duration.value_or(kMaxDurationDefault); }
};

struct ConstantVusConfig {
  std::optional<std::int64_t> vus;   // 1
  std::optional<Duration> duration;  // required
};

struct RampingVusConfig {
  std::optional<std::int64_t> start_vus;  // 1
  std::vector<Stage> stages;
  std::optional<Duration> graceful_ramp_down;  // 30s

  std::int64_t start_vus_or_default() const { return start_vus.value_or(1); }
  Duration graceful_ramp_down_or_default() const {
    return graceful_ramp_down.value_or(kGracefulRampDownDefault);
  }
};

struct ConstantArrivalRateConfig {
  std::optional<std::int64_t> rate;               // required, iterations per time_unit
  std::optional<Duration> time_unit;              // 1s
  std::optional<Duration> duration;               // required
  std::optional<std::int64_t> pre_allocated_vus;  // required
  std::optional<std::int64_t> max_vus;            // pre_allocated_vus

  std::int64_t max_vus_or_default() const {
    return max_vus.value_or(pre_allocated_vus.value_or(0));
  }
};

struct RampingArrivalRateConfig {
  std::optional<std::int64_t> start_rate;  // 0, iterations per time_unit
  std::optional<Duration> time_unit;       // 1s
  std::vector<Stage> stages;               // targets are rates
  std::optional<std::int64_t> pre_allocated_vus;
  std::optional<std::int64_t> max_vus;

  std::int64_t max_vus_or_default() const {
    return max_vus.value_or(pre_allocated_vus.value_or(0));
  }
};

// In the order of the alternatives of ExecutorConfig.
enum class ExecutorType : std::uint8_t {
  kSharedIterations,
  kPerVuIterations,
  kConstantVus,
  kRampingVus,
  kConstantArrivalRate,
  kRampingArrivalRate
};

using ExecutorConfig =
    std::variant<SharedIterationsConfig, PerVuIterationsConfig, ConstantVusConfig, RampingVusConfig,
                 ConstantArrivalRateConfig, RampingArrivalRateConfig>;

// An ExecutorConfig of this type with nothing set.
ExecutorConfig empty_config(ExecutorType type);

struct Scenario {
  std::string name;
  std::optional<std::string> exec;        // "default"
  std::optional<Duration> start_time;     // 0s, from the launch of all scenarios (after setup)
  std::optional<Duration> graceful_stop;  // 30s
  std::optional<std::map<std::string, std::string>> env;
  std::optional<std::map<std::string, std::string>> tags;
  std::string options_json;  // the `options` object as it was written; empty without one
  ExecutorConfig executor;

  ExecutorType type() const { return static_cast<ExecutorType>(executor.index()); }
  std::string_view exec_or_default() const { return exec ? std::string_view(*exec) : "default"; }
  Duration start_offset() const { return start_time.value_or(Duration::zero()); }
  Duration graceful_period() const { return graceful_stop.value_or(kGracefulStopDefault); }
};

// `constant-arrival-rate`, as in the script.
std::string_view to_string(ExecutorType type);
// Empty for an unknown name; the caller's error is k6's `unknown executor type 'x'`.
std::optional<ExecutorType> parse_executor_type(std::string_view name);

// What options needs to read and write a scenario's JSON: the fields in the order k6 prints them.
enum class FieldType : std::uint8_t { kText, kInteger, kDuration, kStages, kTextMap, kJson };
struct ScenarioField {
  std::string_view name;
  FieldType type;
};
// `executor` (kText) first; shared by all executors and printed before their own.
std::span<const ScenarioField> common_fields();
std::span<const ScenarioField> own_fields(ExecutorType type);

// Every mistake in one scenario, in k6's words; empty when it may run. Whether `exec` names an
// exported function is for the caller to check.
std::vector<std::string> validate(const Scenario& scenario);
// `scenario NAME has configuration errors: a, b`, one text for each faulty scenario.
std::vector<std::string> validate(std::span<const Scenario> scenarios);

// By start time, then name: the order of display, of planning and of every index below.
void sort_scenarios(std::vector<Scenario>& scenarios);

Duration stages_duration(std::span<const Stage> stages);
// The highest target, or `start` if that is higher.
std::int64_t stages_max(std::int64_t start, std::span<const Stage> stages);
double per_second(std::int64_t count, const std::optional<Duration>& time_unit);

// How long new iterations may start: duration, maxDuration or the sum of all stages.
Duration regular_duration(const Scenario& scenario);
// The most VUs at once that this instance may use for the scenario.
std::int64_t max_vus(const Scenario& scenario, const ExecutionTuple& tuple);
// shared-iterations: this instance's share; per-vu-iterations: of each VU; else 0.
std::int64_t scaled_iterations(const Scenario& scenario, const ExecutionTuple& tuple);
// False when the segment leaves this instance nothing of the scenario: it is listed but not run.
bool has_work(const Scenario& scenario, const ExecutionTuple& tuple);

// k6's line in the banner, without the name: `6 iterations shared among 2 VUs (maxDuration: 10m0s,
// gracefulStop: 30s)`. Numbers are this instance's share.
std::string describe(const Scenario& scenario, const ExecutionTuple& tuple);

}  // namespace proofload::load
