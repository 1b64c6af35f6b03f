#include "service/worker_pool.h"

#include <utility>

namespace proofload::shop {

WorkerPool::WorkerPool(int workers, int queue_max)
    : queue_max_(static_cast<std::size_t>(queue_max)) {
  resize(workers);
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::submit(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::resize(int workers) {
  const std::lock_guard lock(mutex_);
  workers_ = workers;
  while (static_cast<int>(threads_.size()) < workers) threads_.emplace_back([this] { run(); });
  changed_.notify_all();
}

WorkerStats WorkerPool::stats() const {
  const std::lock_guard lock(mutex_);
  return {workers_, active_, static_cast<int>(queue_.size())};
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_closing_ || (active_ < workers_ && !queue_.empty()); });
    if (is_closing_) return;
    const std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    ++active_;
    lock.unlock();
    task();
    lock.lock();
    --active_;
    // After a resize more threads than workers wait: one of them may have slept through a submit.
    if (!queue_.empty()) changed_.notify_one();
  }
}

}  // namespace proofload::shop
