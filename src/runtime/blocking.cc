#include "runtime/blocking.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/fiber.h"
#include "runtime/loop.h"
#include "runtime/thread.h"
#include "runtime/waiter.h"

namespace proofload::runtime {
namespace {

class BlockingPool {
 public:
  ~BlockingPool() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    wake_.notify_all();
    threads_.clear();
  }

  void submit(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    if (idle_count_ < queue_.size() && threads_.size() < kBlockingThreadsMax) {
      threads_.push_back(Thread::start({.name = "pl-blocking"}, [this] { work_until_stopped(); }));
    }
    wake_.notify_one();
  }

 private:
  void work_until_stopped() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_count_;
      wake_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
      --idle_count_;
      if (queue_.empty()) return;
      auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::size_t idle_count_ = 0;
  bool is_stopping_ = false;
  std::vector<Thread> threads_;
};

BlockingPool& pool() {
  static BlockingPool instance;
  return instance;
}

}  // namespace

void run_blocking(std::function<void()> function) {
  Loop* loop = Loop::current();
  Fiber* self = Fiber::current();
  if (loop == nullptr || self == nullptr) {
    function();
    return;
  }
  bool is_done = false;  // written and read on the loop's thread only
  pool().submit([&] {
    function();
    loop->post([&is_done, self, loop] {
      is_done = true;
      loop->make_ready(*self);
    });
  });
  while (!is_done) Fiber::suspend();
}

}  // namespace proofload::runtime
