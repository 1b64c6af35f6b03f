// Tells the address and thread sanitizers about stack switches; nothing in other builds.
#pragma once

#include <cstddef>
#include <span>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace proofload::runtime::sanitizer {

#if defined(__SANITIZE_ADDRESS__)

// The stack of the loop, learnt when a fiber is entered, needed to switch back.
struct LoopStack {
  const void* bottom = nullptr;
  std::size_t bytes = 0;
};
inline thread_local LoopStack loop_stack;

inline void* create_fiber() {
  return nullptr;
}
inline void destroy_fiber(void*) {}

class SwitchToFiber {
 public:
  SwitchToFiber(void*, std::span<std::byte> stack) {
    __sanitizer_start_switch_fiber(&fake_stack_, stack.data(), stack.size());
  }
  void returned() { __sanitizer_finish_switch_fiber(fake_stack_, nullptr, nullptr); }

 private:
  void* fake_stack_ = nullptr;
};

inline void entered_fiber(void* fake_stack) {
  __sanitizer_finish_switch_fiber(fake_stack, &loop_stack.bottom, &loop_stack.bytes);
}
inline void leaving_fiber(void*& fake_stack) {
  __sanitizer_start_switch_fiber(&fake_stack, loop_stack.bottom, loop_stack.bytes);
}

#elif defined(__SANITIZE_THREAD__)

inline thread_local void* loop_fiber = nullptr;

inline void* create_fiber() {
  return __tsan_create_fiber(0);
}
inline void destroy_fiber(void* fiber) {
  __tsan_destroy_fiber(fiber);
}

class SwitchToFiber {
 public:
  SwitchToFiber(void* fiber, std::span<std::byte>) {
    loop_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber, 0);
  }
  void returned() {}
};

inline void entered_fiber(void*) {}
inline void leaving_fiber(void*&) {
  __tsan_switch_to_fiber(loop_fiber, 0);
}

#else

inline void* create_fiber() {
  return nullptr;
}
inline void destroy_fiber(void*) {}

class SwitchToFiber {
 public:
  SwitchToFiber(void*, std::span<std::byte>) {}
  void returned() {}
};

inline void entered_fiber(void*) {}
inline void leaving_fiber(void*&) {}

#endif

}  // namespace proofload::runtime::sanitizer
