#include "cli/log_setup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace proofload::cli {
namespace {

using Options = CliLogSink::Options;

Result<LogLevel> parse_level(std::string_view name) {
  if (name == "debug" || name == "trace") return LogLevel::kDebug;
  if (name == "info") return LogLevel::kInfo;
  if (name == "warn" || name == "warning") return LogLevel::kWarning;
  if (name == "error" || name == "fatal" || name == "panic") return LogLevel::kError;
  return Error(ErrorKind::kUsage, fmt::format("--log-output: unknown level '{}'", name))
      .with_hint("the levels are debug, info, warning and error");
}

// "path,level=warning", what follows `file=`.
Result<void> parse_file(std::string_view text, Options& options) {
  options.target = Options::Target::kFile;
  const std::size_t comma = std::min(text.find(','), text.size());
  options.file = text.substr(0, comma);
  if (options.file.empty()) {
    return Error(ErrorKind::kUsage, "--log-output: filepath must not be empty");
  }
  std::string_view rest = text.substr(std::min(comma + 1, text.size()));
  if (rest.empty()) return {};
  constexpr std::string_view kLevel = "level=";
  if (!rest.starts_with(kLevel)) {
    return Error(ErrorKind::kUsage, fmt::format("--log-output: unknown logfile config key {}",
                                                rest.substr(0, rest.find('='))));
  }
  options.level_min = PL_TRY(parse_level(rest.substr(kLevel.size())));
  return {};
}

}  // namespace

Result<CliLogSink::Options> log_options(const options::RuntimeOptions& runtime) {
  Options options;
  options.has_color = !runtime.no_color.value_or(false);
  const std::string format = runtime.log_format.value_or("default");
  if (format == "json") options.format = LogFormat::kJson;
  if (format == "raw") options.format = LogFormat::kRaw;
  const std::string output = runtime.log_output.value_or("stderr");
  if (output == "stderr") return options;
  if (output == "stdout") {
    options.target = Options::Target::kStdout;
  } else if (output == "none") {
    options.target = Options::Target::kNone;
  } else if (output.starts_with("file=")) {
    PL_TRY(parse_file(std::string_view(output).substr(5), options));
  } else if (output.starts_with("loki")) {
    return Error(ErrorKind::kUsage, "not supported yet: --log-output loki");
  } else {
    return Error(ErrorKind::kUsage, fmt::format("unsupported log output '{}'", output))
        .with_hint("--log-output is stderr, stdout, none or file=path");
  }
  return options;
}

CliLogSink::CliLogSink(Terminal& terminal, Options options)
    : terminal_(terminal), options_(std::move(options)), started_(wall_now()) {}

Result<std::unique_ptr<CliLogSink>> CliLogSink::create(Terminal& terminal, Options options) {
  auto sink = std::unique_ptr<CliLogSink>(new CliLogSink(terminal, std::move(options)));
  if (!sink->options_.file.empty()) sink->file_ = PL_TRY(open_file(sink->options_.file));
  if (!sink->options_.console_file.empty()) {
    sink->console_ = PL_TRY(open_file(sink->options_.console_file));
  }
  return sink;
}

Result<CliLogSink::File> CliLogSink::open_file(const std::string& path) {
  File file(std::fopen(path.c_str(), "ae"));
  if (!file) {
    return Error(ErrorKind::kUsage,
                 fmt::format("failed to open logfile {}: {}", path, std::strerror(errno)));
  }
  std::setvbuf(file.get(), nullptr, _IOLBF, 0);
  return file;
}

std::string CliLogSink::line(const LogRecord& record) const {
  const bool is_terminal = options_.target == Options::Target::kStdout ? terminal_.stdout_is_tty()
                                                                       : terminal_.stderr_is_tty();
  // Without colours k6 writes the plain form on terminals too.
  if (options_.format != LogFormat::kText || !is_terminal || !options_.has_color ||
      options_.target == Options::Target::kFile) {
    return format_log(record, options_.format);
  }
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(record.at - started_);
  return format_log_for_terminal(record, age.count(), true);
}

void CliLogSink::write(const LogRecord& record) {
  if (console_) {
    const bool is_console =
        std::find(record.fields.begin(), record.fields.end(),
                  std::pair<std::string, std::string>("source", "console")) != record.fields.end();
    if (is_console) {
      std::fputs(format_log(record, options_.format).c_str(), console_.get());
      return;
    }
  }
  switch (options_.target) {
    case Options::Target::kNone:
      return;
    case Options::Target::kFile:
      if (record.level >= options_.level_min) std::fputs(line(record).c_str(), file_.get());
      return;
    case Options::Target::kStderr:
    case Options::Target::kStdout:
      terminal_.print_log(line(record), options_.target == Options::Target::kStdout);
  }
}

}  // namespace proofload::cli
