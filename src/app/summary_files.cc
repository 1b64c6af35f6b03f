#include "app/summary_files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/log.h"

namespace proofload::app {
namespace {

bool is_regular_target(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
}

bool write_all(const std::string& path, const std::string& content) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  return !out.fail();
}

void log_failure(const std::string& path) {
  log(LogLevel::kError, "could not write the summary to a file",
      {{"file", path}, {"error", errno ? std::strerror(errno) : "write failed"}});
}

void write_file(const std::string& path, const std::string& content) {
  // A device or a pipe cannot be renamed over.
  const bool is_replaced = is_regular_target(path);
  const std::string target = is_replaced ? path + ".part" : path;
  if (!write_all(target, content)) {
    log_failure(path);
    std::error_code ignored;
    if (is_replaced) std::filesystem::remove(target, ignored);
    return;
  }
  if (!is_replaced) return;
  std::error_code error;
  std::filesystem::rename(target, path, error);
  if (error) log_failure(path);
}

}  // namespace

void write_summary_files(const k6::SummaryFiles& files, Presenter& presenter) {
  for (const auto& [name, content] : files) {
    if (name == "stdout") {
      presenter.print(content);
    } else if (name == "stderr") {
      presenter.print_error(content);
    } else {
      write_file(name, content);
    }
  }
}

}  // namespace proofload::app
