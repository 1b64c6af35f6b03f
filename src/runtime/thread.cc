#include "runtime/thread.h"

#include <utility>

#include <pthread.h>
#include <sched.h>
#include <signal.h>

namespace proofload::runtime {

Thread Thread::start(const ThreadOptions& options, std::function<void()> entry) {
  // A thread inherits the mask of the one that starts it, so there is no moment in which a signal
  // could reach it.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  Thread result;
  result.thread_ = std::thread([name = options.name.substr(0, 15), run = std::move(entry)] {
    pthread_setname_np(pthread_self(), name.c_str());
    run();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (options.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(options.cpu), &set);
    pthread_setaffinity_np(result.thread_.native_handle(), sizeof set, &set);
  }
  return result;
}

Thread::~Thread() {
  if (thread_.joinable()) thread_.join();
}

Thread& Thread::operator=(Thread&& other) noexcept {
  if (thread_.joinable()) thread_.join();
  thread_ = std::move(other.thread_);
  return *this;
}

std::vector<int> usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
    }
  }
  if (cpus.empty()) cpus.push_back(0);
  return cpus;
}

}  // namespace proofload::runtime
