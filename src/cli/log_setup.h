// Where log lines go: --log-output, --log-format, --console-output, as the options say.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/log.h"
#include "cli/log_format.h"
#include "cli/terminal.h"
#include "options/runtime_options.h"

namespace proofload::cli {

// Installed for the life of the process.
class CliLogSink final : public LogSink {
 public:
  struct Options {
    enum class Target : std::uint8_t { kStderr, kStdout, kNone, kFile };
    Target target = Target::kStderr;
    std::string file;
    LogLevel level_min = LogLevel::kDebug;  // of the file, `file=path,level=warning`
    LogFormat format = LogFormat::kText;
    bool has_color = true;     // also decides the terminal's form, as in k6
    std::string console_file;  // where console.log goes instead; empty: with the rest
  };

  // Opens the files. The error names the one that cannot be written.
  static Result<std::unique_ptr<CliLogSink>> create(Terminal& terminal, Options options);
  void write(const LogRecord& record) override;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  CliLogSink(Terminal& terminal, Options options);
  static Result<File> open_file(const std::string& path);
  std::string line(const LogRecord& record) const;

  Terminal& terminal_;
  Options options_;
  File file_;
  File console_;
  WallTime started_;
};

// From --log-output and --log-format. The error names the flag.
Result<CliLogSink::Options> log_options(const options::RuntimeOptions& runtime);

}  // namespace proofload::cli
