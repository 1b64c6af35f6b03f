// Memory that a service never gives back, as a list of listeners that nobody takes off would be.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace proofload::shop {

// Any thread.
class KeptMemory {
 public:
  // 0 forgets everything.
  void set_kb_per_request(int kb) {
    kb_per_request_ = kb;
    if (kb > 0) return;
    const std::lock_guard lock(mutex_);
    std::vector<std::string>().swap(kept_);
  }

  // Keeps so much more, and goes through all of it: such a list is told of each request.
  void on_request() {
    constexpr std::size_t kLine = 64;  // of the CPU's caches
    const int kb = kb_per_request_;
    if (kb == 0) return;
    const std::lock_guard lock(mutex_);
    kept_.emplace_back(static_cast<std::size_t>(kb) * 1024, 'x');
    for (std::string& one : kept_) {
      for (std::size_t at = 0; at < one.size(); at += kLine) ++one[at];
    }
  }

 private:
  std::atomic<int> kb_per_request_ = 0;
  std::mutex mutex_;
  std::vector<std::string> kept_;
};

}  // namespace proofload::shop
