// Thread: the only way to start one. Named, with every signal blocked, optionally on one core.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace proofload::runtime {

struct ThreadOptions {
  std::string name;  // shown by ps and debuggers; the kernel keeps 15 bytes
  int cpu = -1;      // pins the thread to this core; -1 does not. A core we may not use is ignored
};

// Joined when destroyed.
class Thread {
 public:
  Thread() = default;
  // `entry` must not throw.
  static Thread start(const ThreadOptions& options, std::function<void()> entry);
  ~Thread();
  Thread(Thread&&) = default;
  Thread& operator=(Thread&& other) noexcept;

  bool is_joinable() const { return thread_.joinable(); }
  void join() { thread_.join(); }

 private:
  std::thread thread_;
};

// The cores this process may run on (its affinity mask), ascending; never empty.
std::vector<int> usable_cpus();

}  // namespace proofload::runtime
