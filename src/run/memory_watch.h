// MemoryWatch: whether this process comes close to the memory it may use, before the kernel ends
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace proofload::run {

// Reads small files of /proc and /sys: for the control thread, once a second.
class MemoryWatch {
 public:
  // Beyond this share of the limit a run is stopped while it can still say why.
  static constexpr double kUsedMax = 0.95;

  // `root` is "/" but for tests. The limit is the cgroup's (v2, else v1); none if there is no such
  // file or it says "max".
  explicit MemoryWatch(std::string root = "/");

  std::optional<std::uint64_t> limit_bytes() const { return limit_bytes_; }
  // Resident memory of this process; 0 if it cannot be read.
  std::uint64_t used_bytes() const;
  bool is_nearly_full() const;

 private:
  std::string root_;
  std::optional<std::uint64_t> limit_bytes_;
};

}  // namespace proofload::run
