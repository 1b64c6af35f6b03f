// Runs what can only block (files, libraries without an event interface) off the loop.
#pragma once

#include <functional>

namespace proofload::runtime {

// Runs `function` on one of a few process-wide threads (started at the first call, at most
// kBlockingThreadsMax) while the calling fiber is suspended, and returns when it has finished; a
// cancellation does not shorten it. On a thread without a loop, or outside a fiber, it simply
// calls `function`. `function` must not throw and must not touch the loop.
void run_blocking(std::function<void()> function);

// Work here waits for disks, not for cores; more threads would only queue in the kernel.
inline constexpr int kBlockingThreadsMax = 4;

}  // namespace proofload::runtime
