#include "service/worker_pool.h"

#include <atomic>
#include <future>
#include <latch>

#include <gtest/gtest.h>

namespace proofload::shop {
namespace {

// Holds a worker until released, and says when it has one.
struct Blocker {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::latch has_begun{1};

  std::function<void()> task() {
    return [this] {
      has_begun.count_down();
      released.wait();
    };
  }
};

TEST(WorkerPool, RunsWhatIsSubmittedInOrder) {
  std::vector<int> order;
  {
    WorkerPool pool(1, 100);
    std::latch done(10);
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(pool.submit([&, i] {
        order.push_back(i);
        done.count_down();
      }));
    }
    done.wait();
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(WorkerPool, RefusesWhatDoesNotFitIntoTheQueue) {
  Blocker blocker;
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.submit(blocker.task()));
  blocker.has_begun.wait();
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_FALSE(pool.submit([] {}));
  EXPECT_EQ(pool.stats().active, 1);
  EXPECT_EQ(pool.stats().queued, 2);
  blocker.release.set_value();
}

TEST(WorkerPool, TakesWaitingTasksAsSoonAsItHasMoreWorkers) {
  Blocker blocker;
  WorkerPool pool(1, 10);
  ASSERT_TRUE(pool.submit(blocker.task()));
  blocker.has_begun.wait();
  std::latch done(1);
  ASSERT_TRUE(pool.submit([&] { done.count_down(); }));
  pool.resize(2);
  done.wait();  // although the first task still runs
  EXPECT_EQ(pool.stats().workers, 2);
  blocker.release.set_value();
}

TEST(WorkerPool, RunsNoMoreAtATimeThanItsWorkersAfterItShrank) {
  WorkerPool pool(4, 100);
  pool.resize(1);
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::latch done(50);
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(pool.submit([&] {
      most = std::max(most.load(), ++running);
      --running;
      done.count_down();
    }));
  }
  done.wait();
  EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace proofload::shop
