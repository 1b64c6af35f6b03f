#include <array>

#include "options/option_table.h"
#include "options/row_functions.h"

namespace proofload::options {
namespace {

using enum FlagKind;
using enum Group;

constexpr std::uint8_t kRunOnly = static_cast<std::uint8_t>(Command::kRun);
constexpr std::uint8_t kArchiveOnly = static_cast<std::uint8_t>(Command::kArchive);
constexpr std::uint8_t kInspectOnly = static_cast<std::uint8_t>(Command::kInspect);
constexpr std::uint8_t kHelpOnly = 0;

template <auto kMember, class Codec>
constexpr RuntimeRow runtime(RuntimeRow row) {
  return make_row<RuntimeOptions, kMember, Codec>(row);
}

using SummaryMode = Checked<TextCodec, check_summary_mode>;
using CompatibilityMode = Checked<TextCodec, check_compatibility_mode>;
using Type = Checked<TextCodec, check_type>;
using LogOutput = Checked<TextCodec, check_log_output>;
using LogFormat = Checked<TextCodec, check_log_format>;
using Io = Checked<TextCodec, check_io>;
using Isolation = Checked<TextCodec, check_isolation>;
using Cores = BoundedInt<1, 1024>;
using R = RuntimeOptions;

// clang-format off
// One line per option reads better here than one per field.
constexpr auto kRows = std::to_array<RuntimeRow>({
  runtime<&R::include_system_env_vars, BoolCodec>({.group = kScript, .env = "K6_INCLUDE_SYSTEM_ENV_VARS", .flag = "include-system-env-vars", .kind = kBool, .default_text = "true for run, else false",
    .help = "pass the environment to the script as __ENV"}),
  runtime<&R::env, EnvCodec>({.group = kScript, .flag = "env", .short_flag = 'e', .kind = kArray, .value_name = "NAME=value",
    .help = "add a variable to the script's __ENV"}),
  runtime<&R::compatibility_mode, CompatibilityMode>({.group = kScript, .env = "K6_COMPATIBILITY_MODE", .flag = "compatibility-mode", .kind = kValue, .value_name = "string", .default_text = "extended",
    .help = "extended, or base without the alias `global`"}),
  runtime<&R::type, Type>({.group = kScript, .env = "K6_TYPE", .flag = "type", .short_flag = 't', .kind = kValue, .value_name = "string",
    .help = "what the file is, js or archive; told by itself"}),
  runtime<&R::secret_source, TextListCodec>({.group = kScript, .env = "K6_SECRET_SOURCE", .flag = "secret-source", .kind = kArray, .value_name = "source",
    .help = "where k6/secrets reads from", .unsupported = "secret sources"}),
  runtime<&R::no_thresholds, BoolCodec>({.group = kMetrics, .env = "K6_NO_THRESHOLDS", .flag = "no-thresholds", .kind = kBool, .commands = kRunAndArchive,
    .help = "don't evaluate thresholds"}),
  runtime<&R::summary_mode, SummaryMode>({.group = kSummary, .env = "K6_SUMMARY_MODE", .flag = "summary-mode", .kind = kValue, .commands = kRunAndArchive, .value_name = "string", .default_text = "compact",
    .help = "compact, full or disabled"}),
  runtime<&R::summary_export, TextCodec>({.group = kSummary, .env = "K6_SUMMARY_EXPORT", .flag = "summary-export", .kind = kValue, .commands = kRunAndArchive, .value_name = "file",
    .help = "write the summary to this file, as JSON"}),
  runtime<&R::new_machine_readable_summary, BoolCodec>({.group = kSummary, .env = "K6_NEW_MACHINE_READABLE_SUMMARY", .flag = "new-machine-readable-summary", .kind = kBool, .commands = kRunAndArchive,
    .help = "the newer JSON for --summary-export and handleSummary()"}),
  runtime<&R::out, TextListCodec>({.group = kOutput, .key = "out", .env = "K6_OUT", .flag = "out", .short_flag = 'o', .kind = kArray, .commands = kRunOnly, .value_name = "type=arg",
    .help = "send samples there, e.g. json=file"}),
  runtime<&R::traces_output, TextCodec>({.group = kOutput, .env = "K6_TRACES_OUTPUT", .flag = "traces-output", .kind = kValue, .commands = kRunAndArchive, .value_name = "string", .default_text = "none",
    .help = "send traces of the run there", .unsupported = "traces of the run"}),
  runtime<&R::web_dashboard, BoolCodec>({.group = kOutput, .key = "webDashboard", .env = "K6_WEB_DASHBOARD", .commands = kHelpOnly,
    .help = "serve k6's web dashboard", .unsupported = "the web dashboard"}),
  runtime<&R::collectors, RawJsonCodec>({.group = kOutput, .key = "collectors", .commands = kHelpOnly,
    .help = "settings of outputs by their names"}),
  runtime<&R::linger, BoolCodec>({.group = kOther, .key = "linger", .env = "K6_LINGER", .flag = "linger", .short_flag = 'l', .kind = kBool, .commands = kRunOnly,
    .help = "keep the REST API alive after the test", .unsupported = "lingering after the test"}),
  runtime<&R::no_usage_report, BoolCodec>({.group = kOther, .key = "noUsageReport", .env = "K6_NO_USAGE_REPORT", .flag = "no-usage-report", .kind = kBool, .commands = kRunOnly,
    .help = "accepted; no usage report is ever sent"}),
  runtime<&R::address, TextCodec>({.group = kOther, .env = "K6_ADDRESS", .flag = "address", .short_flag = 'a', .kind = kValue, .value_name = "host:port",
    .help = "serve the REST API there", .unsupported = "the REST API"}),
  runtime<&R::profiling_enabled, BoolCodec>({.group = kOther, .env = "K6_PROFILING_ENABLED", .flag = "profiling-enabled", .kind = kBool,
    .help = "serve profiles with the REST API", .unsupported = "profiling"}),
  runtime<&R::config, TextCodec>({.group = kOther, .env = "K6_CONFIG", .flag = "config", .short_flag = 'c', .kind = kValue, .value_name = "file", .default_text = "k6/config.json in the user's configuration folder",
    .help = "JSON file with options, below the script's"}),
  runtime<&R::log_output, LogOutput>({.group = kTerminal, .env = "K6_LOG_OUTPUT", .flag = "log-output", .kind = kValue, .value_name = "string", .default_text = "stderr",
    .help = "stderr, stdout, none or file=PATH"}),
  runtime<&R::log_format, LogFormat>({.group = kTerminal, .env = "K6_LOG_FORMAT", .flag = "log-format", .kind = kValue, .value_name = "string", .default_text = "default",
    .help = "default, json or raw"}),
  runtime<&R::no_color, BoolCodec>({.group = kTerminal, .env = "K6_NO_COLOR,NO_COLOR", .flag = "no-color", .kind = kBool,
    .help = "no colours in the output"}),
  runtime<&R::verbose, BoolCodec>({.group = kTerminal, .flag = "verbose", .short_flag = 'v', .kind = kBool,
    .help = "log debug messages too"}),
  runtime<&R::quiet, BoolCodec>({.group = kTerminal, .flag = "quiet", .short_flag = 'q', .kind = kBool,
    .help = "no progress, no banner"}),
  runtime<&R::cores, Cores>({.group = kEngine, .flag = "cores", .kind = kValue, .commands = kRunOnly, .value_name = "int", .default_text = "CPUs this process may use",
    .help = "engine threads"}),
  runtime<&R::io, Io>({.group = kEngine, .flag = "io", .kind = kValue, .commands = kRunOnly, .value_name = "string", .default_text = "uring where permitted, else epoll",
    .help = "uring or epoll"}),
  runtime<&R::isolation, Isolation>({.group = kEngine, .flag = "isolation", .kind = kValue, .commands = kRunOnly, .value_name = "string", .default_text = "auto",
    .help = "JavaScript of VUs: light shares built-ins, full shares nothing, auto is light unless the script changes built-ins"}),
  runtime<&R::archive_out, TextCodec>({.group = kOutput, .flag = "archive-out", .short_flag = 'O', .kind = kValue, .commands = kArchiveOnly, .value_name = "file", .default_text = "archive.tar",
    .help = "the archive to write"}),
  runtime<&R::exclude_env_vars, BoolCodec>({.group = kScript, .flag = "exclude-env-vars", .kind = kBool, .commands = kArchiveOnly,
    .help = "don't put -e variables into the archive"}),
  runtime<&R::execution_requirements, BoolCodec>({.group = kOther, .flag = "execution-requirements", .kind = kBool, .commands = kInspectOnly,
    .help = "print the options of all tiers, the VUs needed and the duration"}),
  runtime<&R::help, BoolCodec>({.group = kOther, .flag = "help", .short_flag = 'h', .kind = kBool,
    .help = "print this"}),
});
// clang-format on

}  // namespace

std::span<const RuntimeRow> runtime_rows() {
  return kRows;
}

}  // namespace proofload::options
