// The bounded worker pool of a service: so many requests run at a time, so many more may wait.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace proofload::shop {

struct WorkerStats {
  int workers = 0;
  int active = 0;
  int queued = 0;
};

// Any thread. First come, first served.
class WorkerPool {
 public:
  WorkerPool(int workers, int queue_max);
  ~WorkerPool();  // after the tasks that run; queued ones are forgotten
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full. `task` must not throw.
  bool submit(std::function<void()> task);
  // How many run at a time; takes effect as tasks end.
  void resize(int workers);
  WorkerStats stats() const;

 private:
  void run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  std::size_t queue_max_;
  int workers_ = 0;
  int active_ = 0;
  bool is_closing_ = false;
};

}  // namespace proofload::shop
