// From four tiers of options to one valid test: precedence, shortcuts, checks.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "load/scenario.h"
#include "load/segment.h"
#include "options/options.h"
#include "options/runtime_options.h"

namespace proofload::options {

// For the log, at level warning.
struct Warning {
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
};

// One tier as read from JSON or the environment.
struct Tier {
  Options options;
  RuntimeOptions runtime;
  std::vector<Warning> warnings;
};

// Each error is of kind kInvalidConfig and holds all problems found: k6's own text if there is
// one, else a list under "There were problems with the specified script configuration:".

// `text` is JSON.stringify(options) of the script, or the options of an archive's metadata. Unknown
// options are warned about, all by name; unknown fields of a scenario are an error.
Result<Tier> read_script_options(std::string_view text);
// A config file: test options and some of the program's. Unknown keys are ignored, as in k6.
Result<Tier> read_config_file(std::string_view text);
// K6_* variables; `environment` holds whatever the process was given.
Result<Tier> read_environment(const StringMap& environment);

// Precedence of the program's options: config file < environment < flags. Needed before the script
// is loaded. Fails (kUsage) if one asks for what is not built yet: `not supported yet: ...`.
Result<RuntimeOptions> consolidate_runtime(const Tier& config_file, const Tier& environment,
                                           const RuntimeOptions& flags);

// The tiers in order of precedence, lowest first.
struct Tiers {
  Options config_file;
  Options script;
  Options environment;
  Options flags;
  bool no_thresholds = false;  // leaves the syntax of thresholds alone, as --no-thresholds does
};

struct TestOptions {
  // Scenarios derived and defaults of k6's own set, as `inspect --execution-requirements` and
  // exec.test.options show them; the shortcuts (vus, duration, ...) are still there.
  Options options;
  std::vector<load::Scenario> scenarios;  // valid, in load's order
  load::ExecutionTuple tuple;             // this instance's share
  StringMap run_tags;                     // tags of every sample: `tags`, and one per feature
};

// Merges the tiers, turns a shortcut into scenario `default`, checks everything; an empty
// `is_exported` skips the check that each scenario's function exists in the script. Warnings are
// added even when it fails, as k6 logs them before its error.
Result<TestOptions> consolidate(const Tiers& tiers, std::vector<Warning>& warnings,
                                const std::function<bool(std::string_view)>& is_exported = {});

}  // namespace proofload::options
