// Memory that a service never gives back, as a list of listeners that nobody takes off would be.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <sys/mman.h>
#include <vector>

namespace proofload::shop {

// Any thread.
class KeptMemory {
 public:
  // 0 gives all of it back to the system.
  void set_kb_per_request(int kb) {
    kb_per_request_ = kb;
    if (kb > 0) return;
    const std::lock_guard lock(mutex_);
    kept_.clear();
  }

  // Keeps so much more, and goes through all of it: such a list is told of each request.
  void on_request() {
    constexpr std::size_t kLine = 64;  // of the CPU's caches
    const std::size_t size = static_cast<std::size_t>(kb_per_request_) * 1024;
    if (size == 0) return;
    void* memory =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    const std::lock_guard lock(mutex_);
    kept_.emplace_back(static_cast<char*>(memory), Unmap{size});
    for (const Block& block : kept_) {
      for (std::size_t at = 0; at < block.get_deleter().size; at += kLine) ++block.get()[at];
    }
  }

 private:
  // Not the allocator's, which would keep for itself what is freed.
  struct Unmap {
    std::size_t size;
    void operator()(char* memory) const { ::munmap(memory, size); }
  };
  using Block = std::unique_ptr<char, Unmap>;

  std::atomic<int> kb_per_request_ = 0;
  std::mutex mutex_;
  std::vector<Block> kept_;
};

}  // namespace proofload::shop
