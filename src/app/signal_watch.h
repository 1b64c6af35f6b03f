// SignalWatch: what SIGINT and SIGTERM mean while a run goes on.
#pragma once

#include <functional>

#include "base/error.h"
#include "runtime/loop.h"

namespace proofload::app {

// On the control loop: the first signal asks the run to end, the second one ends the process. Both
// have to be blocked in all threads.
class SignalWatch {
 public:
  SignalWatch(runtime::Loop& loop, std::function<void(int)> on_signal);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  runtime::Loop& loop_;
  int fd_ = -1;
  runtime::SocketId watch_;
  int count_ = 0;
};

// kExternalAbort, in k6's words.
Error signal_error(int signal);

}  // namespace proofload::app
