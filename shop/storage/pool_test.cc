#include "storage/pool.h"

#include <array>
#include <atomic>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace proofload::shop {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): 5ms

class PoolTest : public testing::Test {
 public:
  PoolTest() {
    std::string path = std::filesystem::temp_directory_path() / "proofload_pool_XXXXXX";
    folder_ = mkdtemp(path.data());
  }
  ~PoolTest() override { std::filesystem::remove_all(folder_); }

 protected:
  PoolOptions options(int size, std::chrono::milliseconds wait_max) const {
    return {"sqlite:" + folder_ + "/shop.db", size, wait_max};
  }

  static void wait_for_waiters(const Pool& pool, int count) {
    while (pool.stats().waiting != count) std::this_thread::yield();
  }

  std::string folder_;
};

TEST_F(PoolTest, OpensConnectionsWhenTheyAreNeededAndKeepsThem) {
  Pool pool(options(2, 1000ms));
  EXPECT_EQ(pool.stats().idle, 0);
  {
    const auto first = pool.acquire();
    const auto second = pool.acquire();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(pool.stats().in_use, 2);
  }
  EXPECT_EQ(pool.stats().in_use, 0);
  EXPECT_EQ(pool.stats().idle, 2);
}

TEST_F(PoolTest, TimesOutWhenEveryConnectionIsInUse) {
  Pool pool(options(1, 5ms));
  const auto held = pool.acquire();
  const auto late = pool.acquire();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, DatabaseError::Kind::kTimeout);
  EXPECT_EQ(late.error().message, "no free connection in the pool of 1 after 5 ms");
  EXPECT_EQ(pool.stats().waiting, 0);
}

TEST_F(PoolTest, ServesWhoCameFirst) {
  Pool pool(options(1, 30'000ms));
  auto held = std::make_unique<DatabaseResult<Pool::Lease>>(pool.acquire());
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::jthread> callers;
  callers.reserve(5);
  for (int i = 0; i < 5; ++i) {
    callers.emplace_back([&pool, &mutex, &order, i] {
      const auto lease = pool.acquire();
      const std::lock_guard lock(mutex);
      order.push_back(i);
    });
    wait_for_waiters(pool, i + 1);
  }
  held.reset();
  callers.clear();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

// How many leases there are at once, and were at most.
struct Usage {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
};

void lease_often(Pool& pool, Usage& usage) {
  for (int round = 0; round < 200; ++round) {
    const auto lease = pool.acquire();
    ASSERT_TRUE(lease);
    const int now = ++usage.now;
    if (now > usage.most) usage.most = now;
    ASSERT_TRUE((*lease)->execute("SELECT 1"));
    --usage.now;
  }
}

TEST_F(PoolTest, StaysWithinItsBoundUnderContention) {
  Pool pool(options(3, 30'000ms));
  Usage usage;
  {
    std::array<std::jthread, 8> callers;
    for (std::jthread& caller : callers) {
      caller = std::jthread([&pool, &usage] { lease_often(pool, usage); });
    }
  }
  EXPECT_LE(usage.most.load(), 3);
  EXPECT_LE(pool.stats().idle, 3);
  EXPECT_EQ(pool.stats().in_use, 0);
}

TEST_F(PoolTest, RollsBackWhatACallerLeftOpen) {
  Pool pool(options(1, 1000ms));
  ASSERT_TRUE((*pool.acquire())->execute("CREATE TABLE item (id int)"));
  {
    const auto careless = pool.acquire();
    ASSERT_TRUE((*careless)->execute("BEGIN"));
    ASSERT_TRUE((*careless)->execute("INSERT INTO item VALUES (1)"));
  }
  const auto next = pool.acquire();
  EXPECT_FALSE((*next)->is_in_transaction());
  EXPECT_TRUE((*next)->execute("SELECT * FROM item")->empty());
}

TEST_F(PoolTest, LosesRoomToALeakUntilItIsRecovered) {
  Pool pool(options(1, 5ms));
  pool.acquire()->leak();
  EXPECT_EQ(pool.stats().in_use, 1);
  EXPECT_FALSE(pool.acquire());
  pool.recover_leaks();
  EXPECT_EQ(pool.stats().in_use, 0);
  EXPECT_TRUE(pool.acquire());
}

TEST_F(PoolTest, ShrinksAsConnectionsComeBack) {
  Pool pool(options(3, 5ms));
  {
    const auto first = pool.acquire();
    {
      const auto second = pool.acquire();
      const auto third = pool.acquire();
    }
    EXPECT_EQ(pool.stats().idle, 2);
    pool.resize(1);
    EXPECT_EQ(pool.stats().idle, 0);
    EXPECT_FALSE(pool.acquire());
  }
  EXPECT_EQ(pool.stats().idle, 1);
}

TEST_F(PoolTest, LetsWaitersInWhenItGrows) {
  Pool pool(options(1, 30'000ms));
  const auto held = pool.acquire();
  std::jthread caller([&pool] { EXPECT_TRUE(pool.acquire()); });
  wait_for_waiters(pool, 1);
  pool.resize(2);
}

TEST_F(PoolTest, HasRoomAgainAfterItCouldNotConnect) {
  Pool pool({"sqlite:/nowhere/at/all.db", 1, 5ms});
  for (int round = 0; round < 2; ++round) {
    const auto refused = pool.acquire();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, DatabaseError::Kind::kUnavailable);
  }
  EXPECT_EQ(pool.stats().in_use, 0);
}

}  // namespace
}  // namespace proofload::shop
