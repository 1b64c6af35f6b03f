// Fiber stacks: address space reserved in slabs, one per thread's pool, reused for ever.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace proofload::runtime {

// Stacks of one thread. A page costs memory only once it is touched.
//
// Slabs of 64 keep the number of mappings far below vm.max_map_count (65,530), which a mapping and
// a guard page per stack would exceed at 32,743 fibers. The guard is MADV_GUARD_INSTALL, which
// splits no mapping; kernels before 6.13 do not have it, and there only the limit that JavaScript
// checks itself protects the neighbour.
class StackPool {
 public:
  static constexpr std::size_t kStacksPerSlab = 64;

  // Stacks of `stack_bytes` (whole pages), guard page included.
  explicit StackPool(std::size_t stack_bytes) : stack_bytes_(stack_bytes) {}
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // The usable part, without the guard page. Aborts the process when no address space is left.
  std::span<std::byte> take();
  void give_back(std::span<std::byte> stack);

 private:
  void add_slab();

  std::size_t stack_bytes_;
  std::vector<std::byte*> slabs_;
  std::vector<std::byte*> free_;  // the guard page of each free stack
};

}  // namespace proofload::runtime
