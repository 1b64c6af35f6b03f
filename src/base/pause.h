// Blocks the calling thread; for threads on which no loop runs.
#pragma once

#include <chrono>

#include <poll.h>

#include "base/clock.h"

namespace proofload {

// Rounded up to whole milliseconds; a signal may end it early.
inline void pause_thread(Duration duration) {
  ::poll(nullptr, 0,
         static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

}  // namespace proofload
