#include "certify/run_folder.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <utility>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace proofload::certify {
namespace {

constexpr const char* kHaltFile = "halt";

Error cannot(std::string_view what, const std::string& path, int error) {
  return Error(ErrorKind::kUsage, fmt::format("cannot {} {}: {}", what, path, std::strerror(error)))
      .with_hint(error == ENOSPC ? "the disk is full" : "--store FOLDER keeps runs elsewhere");
}

// "20261124-101530-checkout-api"; what else a name holds becomes a dash.
std::string id_of(std::string_view name, WallTime now) {
  std::string id =
      fmt::format("{:%Y%m%d-%H%M%S}-", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  for (const char c : name.substr(0, 40)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    id += is_plain ? c : '-';
  }
  return id;
}

std::string lock_path(const std::string& store) {
  return store + "/lock";
}

// The run whose id the lock file holds.
std::string id_in(int lock) {
  std::array<char, 256> id{};
  const ssize_t size = ::pread(lock, id.data(), id.size(), 0);
  return {id.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view content) {
  const std::string aside = path + ".new";
  const int file = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return cannot("write", aside, errno);
  int error = 0;
  while (!content.empty() && error == 0) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) error = errno;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(aside.c_str());
  return cannot("write", path, error);
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return cannot("read", path, errno);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<RunFolder> RunFolder::create(const std::string& store, std::string_view name, WallTime now) {
  RunFolder folder;
  std::error_code error;
  std::filesystem::create_directories(store + "/runs", error);
  if (error) return cannot("make", store + "/runs", error.value());
  const std::string lock = lock_path(store);
  folder.lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (folder.lock_ < 0) return cannot("write", lock, errno);
  if (::flock(folder.lock_, LOCK_EX | LOCK_NB) != 0) {
    return Error(ErrorKind::kUsage,
                 fmt::format("another certification is under way: {}", id_in(folder.lock_)))
        .with_hint("two at once would measure each other; wait, or stop it with `proofload halt`");
  }
  const std::string id = id_of(name, now);
  for (int number = 1; folder.path_.empty(); ++number) {
    folder.id_ = number == 1 ? id : fmt::format("{}-{}", id, number);
    const std::string path = store + "/runs/" + folder.id_;
    if (std::filesystem::create_directory(path, error)) folder.path_ = path;
    if (error) return cannot("make", path, error.value());
  }
  if (::ftruncate(folder.lock_, 0) != 0 ||
      ::pwrite(folder.lock_, folder.id_.data(), folder.id_.size(), 0) < 0) {
    return cannot("write", lock, errno);
  }
  return folder;
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : id_(std::move(other.id_)),
      path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)) {}

RunFolder::~RunFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<void> RunFolder::write(const std::string& name, std::string_view content) const {
  const std::filesystem::path path = std::filesystem::path(path_) / name;
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  return write_file(path, content);
}

std::optional<std::string> RunFolder::halt_request() const {
  const std::string path = path_ + "/" + kHaltFile;
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  const auto text = read_file(path);
  return text ? *text : std::string("somebody asked for it");
}

std::string run_under_way(const std::string& store) {
  const int lock = ::open(lock_path(store).c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) return {};
  const bool is_held = ::flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  std::string id = is_held ? id_in(lock) : std::string();
  ::close(lock);
  return id;
}

Result<void> request_halt(const std::string& folder, const std::string& by,
                          const std::string& reason) {
  return write_file(folder + "/" + kHaltFile, fmt::format("{}: {}", by, reason));
}

}  // namespace proofload::certify
