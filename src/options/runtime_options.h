// The options of the program rather than of the test: where output goes, how the engine runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "options/options.h"

namespace proofload::options {

// One tier, or all after consolidate_runtime(). Absent = not set; the comment says what then holds.
struct RuntimeOptions {
  std::optional<bool> include_system_env_vars;    // true for run, false for archive and inspect
  std::optional<std::string> compatibility_mode;  // "extended" or "base"
  std::optional<std::string> type;                // "js" or "archive"; told by the file
  std::optional<StringMap> env;                   // from -e; see script_environment()
  std::optional<bool> no_thresholds;
  std::optional<std::string> summary_mode;  // "compact", "full" or "disabled"; compact
  std::optional<std::string> summary_export;
  std::optional<bool> new_machine_readable_summary;
  std::optional<std::string> traces_output;     // "none"
  std::optional<std::vector<std::string>> out;  // "json=file", in the order given
  std::optional<bool> linger;
  std::optional<bool> no_usage_report;  // accepted; there is no usage report
  std::optional<bool> web_dashboard;
  std::optional<std::string> collectors;  // JSON text of the config file's `collectors`

  std::optional<std::string> config;
  std::optional<std::string> log_output;  // "stderr", "stdout", "none", "file=path[,level=..]"
  std::optional<std::string> log_format;  // "default", "json" or "raw"
  std::optional<bool> no_color;
  std::optional<bool> verbose;
  std::optional<bool> quiet;
  std::optional<std::string> address;
  std::optional<bool> profiling_enabled;
  std::optional<std::vector<std::string>> secret_source;

  std::optional<std::int64_t> cores;     // engine threads; affinity and cgroup quota
  std::optional<std::string> io;         // "uring" or "epoll"; told by what the kernel permits
  std::optional<std::string> isolation;  // "auto", "light" or "full"; auto

  std::optional<bool> execution_requirements;  // inspect
  std::optional<std::string> archive_out;      // archive; archive.tar
  std::optional<bool> exclude_env_vars;        // archive
  std::optional<bool> help;                    // -h, --help
};

// What a script sees as __ENV: the environment if `include_system_env_vars` (else the command's
// default, `include_by_default`), then the -e pairs over it.
StringMap script_environment(const RuntimeOptions& runtime, const StringMap& environment,
                             bool include_by_default);

}  // namespace proofload::options
