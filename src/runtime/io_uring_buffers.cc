#include "runtime/io_uring_buffers.h"

#include <cerrno>
#include <sys/mman.h>

namespace proofload::runtime {

UringBuffers::~UringBuffers() {
  if (ring_ != nullptr) ::munmap(ring_, kMappedBytes);
}

int UringBuffers::register_with(io_uring& ring) {
  static_assert(kRingBytes % 4096 == 0, "the ring fills whole pages, as the kernel wants it");
  void* memory =
      ::mmap(nullptr, kMappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return -errno;
  ring_ = static_cast<io_uring_buf_ring*>(memory);
  pool_ = static_cast<std::byte*>(memory) + kRingBytes;
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
  registration.ring_entries = kCount;
  registration.bgid = kGroup;
  const int result = io_uring_register_buf_ring(&ring, &registration, 0);
  if (result < 0) return result;
  io_uring_buf_ring_init(ring_);
  for (unsigned i = 0; i < kCount; ++i) {
    io_uring_buf_ring_add(ring_, pool_ + i * kBytes, kBytes, static_cast<unsigned short>(i),
                          kCount - 1, static_cast<int>(i));
  }
  io_uring_buf_ring_advance(ring_, kCount);
  return 0;
}

}  // namespace proofload::runtime
