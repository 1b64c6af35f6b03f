// The table of sockets and watches behind an IoBackend: stable addresses, reused names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/check.h"
#include "runtime/io.h"

namespace proofload::runtime {

// `Slot` has a `std::uint32_t generation`, which the table changes when a slot is released, so
// that an old SocketId or completion never reaches the slot's next user.
template <class Slot>
class IoSlots {
 public:
  std::uint32_t take() {
    if (free_.empty()) add_chunk();
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }

  // Resets the slot, whose operations have all completed.
  void release(std::uint32_t index) {
    Slot& slot = at(index);
    const std::uint32_t next = (slot.generation + 1) & kGenerationMask;
    slot = Slot{};
    slot.generation = next;
    free_.push_back(index);
  }

  Slot& at(std::uint32_t index) { return chunks_[index / kChunkSlots][index % kChunkSlots]; }
  const Slot& at(std::uint32_t index) const {
    return chunks_[index / kChunkSlots][index % kChunkSlots];
  }
  // Null for a name whose slot was released.
  Slot* find(SocketId id) {
    if (id.index >= size()) return nullptr;
    Slot& slot = at(id.index);
    return slot.generation == id.generation ? &slot : nullptr;
  }
  // For a name that must be valid.
  Slot& get(SocketId id) {
    Slot* slot = find(id);
    PL_CHECK(slot != nullptr);
    return *slot;
  }
  const Slot& get(SocketId id) const { return const_cast<IoSlots*>(this)->get(id); }

  std::uint32_t size() const { return static_cast<std::uint32_t>(chunks_.size()) * kChunkSlots; }

  // Completions carry 24 bits of it.
  static constexpr std::uint32_t kGenerationMask = 0xffffff;

 private:
  static constexpr std::uint32_t kChunkSlots = 256;

  void add_chunk() {
    const std::uint32_t first = size();
    chunks_.push_back(std::make_unique<Slot[]>(kChunkSlots));
    for (std::uint32_t i = kChunkSlots; i-- > 0;) free_.push_back(first + i);
  }

  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::vector<std::uint32_t> free_;
};

}  // namespace proofload::runtime
