#include "runtime/stack_pool.h"

#include <sys/mman.h>

#include "base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace proofload::runtime {
namespace {

constexpr std::size_t kGuardBytes = 4096;

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102  // Linux 6.13; not in Debian 12's headers
#endif

}  // namespace

StackPool::~StackPool() {
  // exit() may come while fibers are suspended: their stacks stay mapped.
  if (free_.size() != slabs_.size() * kStacksPerSlab) return;
  for (std::byte* slab : slabs_) ::munmap(slab, stack_bytes_ * kStacksPerSlab);
}

std::span<std::byte> StackPool::take() {
  if (free_.empty()) add_slab();
  std::byte* base = free_.back();
  free_.pop_back();
  return {base + kGuardBytes, stack_bytes_ - kGuardBytes};
}

void StackPool::give_back(std::span<std::byte> stack) {
#if defined(__SANITIZE_ADDRESS__)
  ASAN_UNPOISON_MEMORY_REGION(stack.data(), stack.size());  // frames that were never left
#endif
  free_.push_back(stack.data() - kGuardBytes);
}

void StackPool::add_slab() {
  const std::size_t bytes = stack_bytes_ * kStacksPerSlab;
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  PL_CHECK(memory != MAP_FAILED);
  // Else the first touch of a stack may take a huge page of 2 MiB.
  ::madvise(memory, bytes, MADV_NOHUGEPAGE);
  auto* slab = static_cast<std::byte*>(memory);
  slabs_.push_back(slab);
  free_.reserve(slabs_.size() * kStacksPerSlab);
  for (std::size_t i = kStacksPerSlab; i-- > 0;) {
    std::byte* base = slab + i * stack_bytes_;
    ::madvise(base, kGuardBytes, MADV_GUARD_INSTALL);  // refused by older kernels: see above
    free_.push_back(base);
  }
}

}  // namespace proofload::runtime
