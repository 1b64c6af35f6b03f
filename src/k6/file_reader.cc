#include "k6/file_reader.h"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace proofload::k6 {
namespace {

// Go writes the system's errors in lower case.
std::string go_error(int number) {
  std::string text = std::strerror(number);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

Result<std::string> read_disk(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return Error(ErrorKind::kUsage, fmt::format("read {}: is a directory", path));
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Error(ErrorKind::kUsage,
                 fmt::format("stat {}: {}", path, go_error(errno == 0 ? EIO : errno)));
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) {
    return Error(ErrorKind::kUsage, fmt::format("read {}: {}", path, std::strerror(errno)));
  }
  return text;
}

}  // namespace

void FileReader::replace_with(std::map<std::string, Content> archived) {
  const std::lock_guard lock(mutex_);
  contents_ = std::move(archived);
  is_archive_ = true;
}

Result<FileReader::Content> FileReader::read(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto found = contents_.find(path); found != contents_.end()) return found->second;
  if (const auto failed = failures_.find(path); failed != failures_.end()) return failed->second;
  if (is_archive_) {
    return Error(ErrorKind::kUsage, fmt::format("open {}: not in the archive", path));
  }
  if (is_locked_) {
    return Error(ErrorKind::kScript,
                 fmt::format("open {}: only files read in the first init can be read again", path))
        .with_hint("read the file unconditionally at the top level of the script");
  }
  Result<std::string> text = read_disk(path);
  if (!text) {
    failures_.emplace(path, text.error());
    return text.error();
  }
  auto content = std::make_shared<const std::string>(*std::move(text));
  contents_.emplace(path, content);
  return content;
}

void FileReader::provide(const std::string& path, std::string content) {
  const std::lock_guard lock(mutex_);
  contents_[path] = std::make_shared<const std::string>(std::move(content));
}

void FileReader::lock() {
  const std::lock_guard lock(mutex_);
  is_locked_ = true;
}

std::map<std::string, FileReader::Content> FileReader::recorded() const {
  const std::lock_guard lock(mutex_);
  return contents_;
}

std::string absolute_path(const std::string& path, const std::string& base_folder) {
  return (std::filesystem::path(base_folder) / path).lexically_normal().string();
}

}  // namespace proofload::k6
