#include "run/memory_watch.h"

#include <fstream>

#include <unistd.h>

namespace proofload::run {
namespace {

// cgroup v1 writes "no limit" as a number near 2^63.
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;

std::optional<std::uint64_t> read_number(const std::string& path) {
  std::ifstream in(path);
  std::uint64_t number = 0;
  if (!(in >> number) || number >= kNoLimit) return std::nullopt;
  return number;
}

}  // namespace

MemoryWatch::MemoryWatch(std::string root) : root_(std::move(root)) {
  limit_bytes_ = read_number(root_ + "sys/fs/cgroup/memory.max");
  if (!limit_bytes_)
    limit_bytes_ = read_number(root_ + "sys/fs/cgroup/memory/memory.limit_in_bytes");
}

std::uint64_t MemoryWatch::used_bytes() const {
  std::ifstream in(root_ + "proc/self/statm");  // pages: size, resident, ...
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(in >> size >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

bool MemoryWatch::is_nearly_full() const {
  return limit_bytes_ &&
         static_cast<double>(used_bytes()) > kUsedMax * static_cast<double>(*limit_bytes_);
}

}  // namespace proofload::run
