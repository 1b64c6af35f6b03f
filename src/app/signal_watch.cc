#include "app/signal_watch.h"

#include <csignal>
#include <sys/signalfd.h>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/log.h"

namespace proofload::app {
namespace {

// As for the first one: an external abort.
constexpr int kSecondSignalExitCode = 105;

}  // namespace

SignalWatch::SignalWatch(runtime::Loop& loop, std::function<void(int)> on_signal) : loop_(loop) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd_ < 0) return;
  watch_ = loop_.io().watch(fd_, POLLIN, [this, on_signal = std::move(on_signal)](short) {
    signalfd_siginfo info{};
    if (read(fd_, &info, sizeof info) != sizeof info) return;
    if (++count_ > 1) {
      log(LogLevel::kError, "aborted at the second signal; nothing more is written");
      _exit(kSecondSignalExitCode);
    }
    on_signal(static_cast<int>(info.ssi_signo));
  });
}

SignalWatch::~SignalWatch() {
  if (fd_ < 0) return;
  loop_.io().unwatch(watch_);
  close(fd_);
}

Error signal_error(int signal) {
  return Error(ErrorKind::kExternalAbort,
               fmt::format("test run was aborted because k6 received a '{}' signal",
                           signal == SIGINT ? "interrupt" : "terminated"));
}

}  // namespace proofload::app
