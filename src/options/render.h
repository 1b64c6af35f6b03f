// Options as JSON: for `inspect`, for archive metadata, for exec.test.options.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "options/consolidate.h"
#include "options/options.h"

namespace proofload::options {

// Every option in k6's order and form, null where not set; `cloud` only if set. Archive metadata.
Json to_json(const Options& options);
// JSON of what `consolidated` has other than `script`, for the script's own `options` object; empty
// if that is nothing. Without what every run has (scenarios, systemTags, summaryTrendStats).
std::string overrides_text(const Options& script, const Options& consolidated);

// What `inspect --execution-requirements` adds.
struct ExecutionRequirements {
  Duration total_duration{};
  std::int64_t max_vus = 0;
};

// From the plan of a consolidated test.
ExecutionRequirements execution_requirements(const TestOptions& test);

// `inspect`'s output: two spaces, no newline at the end, `<`, `>` and `&` escaped as Go does.
std::string inspect_text(const Options& options,
                         const std::optional<ExecutionRequirements>& requirements = std::nullopt);

// JSON text of exec.test.options: without vus, iterations, duration and stages, with consoleOutput
// and localIPs.
std::string test_options_text(const Options& options);

}  // namespace proofload::options
