#include "runtime/timer.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace proofload::runtime {
namespace {

using std::chrono::seconds;

constexpr TimePoint at(int second) {
  return TimePoint(seconds(second));
}

TEST(TimerQueue, FiresInTheOrderOfDueTimesNotOfArming) {
  TimerQueue queue;
  std::string fired;
  Timer a([&] { fired += 'a'; });
  Timer b([&] { fired += 'b'; });
  Timer c([&] { fired += 'c'; });
  queue.arm(c, at(3));
  queue.arm(a, at(1));
  queue.arm(b, at(2));

  queue.fire_due(at(2));
  EXPECT_EQ(fired, "ab");
  queue.fire_due(at(3));

  EXPECT_EQ(fired, "abc");
  EXPECT_EQ(queue.next_due(), Timer::kNever);
}

TEST(TimerQueue, DoesNotFireBeforeTheDueTime) {
  TimerQueue queue;
  int fired = 0;
  Timer timer([&] { ++fired; });
  queue.arm(timer, at(5));

  queue.fire_due(at(5) - Duration(1));

  EXPECT_EQ(fired, 0);
  EXPECT_EQ(queue.next_due(), at(5));
}

TEST(TimerQueue, ATimerMovedLaterFiresOnceAtItsLastTime) {
  TimerQueue queue;
  int fired = 0;
  Timer timer([&] { ++fired; });
  for (int second = 60; second < 100; ++second) queue.arm(timer, at(second));

  queue.fire_due(at(98));
  EXPECT_EQ(fired, 0);
  EXPECT_EQ(queue.next_due(), at(99));
  queue.fire_due(at(99));

  EXPECT_EQ(fired, 1);
}

TEST(TimerQueue, ATimerMovedEarlierFiresEarlier) {
  TimerQueue queue;
  int fired = 0;
  Timer timer([&] { ++fired; });
  queue.arm(timer, at(60));
  queue.arm(timer, at(2));

  queue.fire_due(at(2));

  EXPECT_EQ(fired, 1);
}

TEST(TimerQueue, AnArmedAndDisarmedTimeoutKeepsOneHeapEntry) {
  TimerQueue queue;
  int fired = 0;
  Timer timeout([&] { ++fired; });
  for (int request = 0; request < 1000; ++request) {
    queue.arm(timeout, at(60 + request));
    queue.disarm(timeout);
  }
  EXPECT_EQ(queue.entry_count(), 1U);

  queue.fire_due(at(60));

  EXPECT_EQ(fired, 0);
  EXPECT_EQ(queue.entry_count(), 0U);
}

TEST(TimerQueue, ACallbackThatRearmsItselfInThePastFiresInTheNextCall) {
  TimerQueue queue;
  int fired = 0;
  Timer* self = nullptr;
  Timer timer([&] {
    ++fired;
    queue.arm(*self, at(0));
  });
  self = &timer;
  queue.arm(timer, at(1));

  queue.fire_due(at(1));
  EXPECT_EQ(fired, 1);
  queue.fire_due(at(1) + Duration(1));

  EXPECT_EQ(fired, 2);
}

TEST(TimerQueue, ACallbackMayDestroyAnotherTimerThatIsDue) {
  TimerQueue queue;
  int fired = 0;
  auto second = std::make_unique<Timer>([&] { ++fired; });
  Timer first([&] { second.reset(); });
  queue.arm(first, at(1));
  queue.arm(*second, at(2));

  queue.fire_due(at(3));

  EXPECT_EQ(fired, 0);
}

TEST(TimerQueue, FiresEveryTimerLeftAfterRandomArmingAndRemoval) {
  TimerQueue queue;
  std::mt19937 random(7);
  std::vector<int> fired(500, 0);
  std::vector<std::unique_ptr<Timer>> timers;
  int last = 0;
  bool ordered = true;
  for (int i = 0; i < 500; ++i) {
    timers.push_back(
        std::make_unique<Timer>([&fired, i] { ++fired[static_cast<std::size_t>(i)]; }));
    queue.arm(*timers.back(), at(static_cast<int>(random() % 1000)));
  }
  for (std::size_t i = 0; i < 500; i += 2) queue.remove(*timers[i]);
  EXPECT_EQ(queue.entry_count(), 250U);

  while (queue.next_due() != Timer::kNever) {
    const auto due = static_cast<int>(
        std::chrono::duration_cast<seconds>(queue.next_due().time_since_epoch()).count());
    ordered = ordered && due >= last;
    last = due;
    queue.fire_due(queue.next_due());
  }

  EXPECT_TRUE(ordered);
  for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(fired[i], i % 2 == 0 ? 0 : 1) << i;
}

}  // namespace
}  // namespace proofload::runtime
