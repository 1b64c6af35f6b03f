#include "runtime/loop.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include "runtime/blocking.h"
#include "runtime/thread.h"
#include "runtime/waiter.h"

namespace proofload::runtime {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Every claim holds on both backends.
class LoopTest : public testing::TestWithParam<IoKind> {
 protected:
  void SetUp() override {
    auto created = Loop::create(GetParam());
    if (!created) GTEST_SKIP() << created.error().message();
    loop_ = std::move(*created);
  }

  // Runs `body` on a fiber and the loop until it returns.
  void run(std::function<void()> body) {
    Fiber fiber;
    loop_->spawn(fiber, [&] {
      body();
      loop_->stop();
    });
    loop_->run();
  }

  // From a fiber: waits until `fiber` has returned.
  void finish(const Fiber& fiber) {
    while (!fiber.is_idle()) loop_->sleep_for(microseconds(10));
  }

  std::unique_ptr<Loop> loop_;
};

TEST_P(LoopTest, RunsReadyFibersInTheOrderTheyBecameReady) {
  std::string trace;
  Fiber a;
  Fiber b;
  loop_->spawn(a, [&] { trace += 'a'; });
  loop_->spawn(b, [&] { trace += 'b'; });
  run([&] { trace += 'c'; });

  EXPECT_EQ(trace, "abc");
}

TEST_P(LoopTest, YieldLetsOtherReadyFibersRunFirst) {
  std::string trace;
  Fiber a;
  Fiber b;
  loop_->spawn(a, [&] {
    trace += "a1 ";
    loop_->yield();
    trace += "a2 ";
  });
  loop_->spawn(b, [&] { trace += "b "; });
  run([] {});

  EXPECT_EQ(trace, "a1 b a2 ");
}

TEST_P(LoopTest, YieldTurnsTheLoopEvenWhenNobodyElseIsReady) {
  bool had_others = true;
  run([&] {
    had_others = loop_->has_ready();
    loop_->yield();
  });

  EXPECT_FALSE(had_others);
  EXPECT_EQ(loop_->take_stats().resumed_count, 2U);
}

TEST_P(LoopTest, SleepersWakeInTheOrderOfTheirTimesAndNotEarly) {
  std::string trace;
  bool any_early = false;
  const TimePoint start = monotonic_now();
  std::vector<std::unique_ptr<Fiber>> fibers;
  for (const int ms : {3, 1, 2}) {
    fibers.push_back(std::make_unique<Fiber>());
    loop_->spawn(*fibers.back(), [&, ms] {
      loop_->sleep_until(start + milliseconds(ms));
      any_early = any_early || monotonic_now() < start + milliseconds(ms);
      trace += static_cast<char>('0' + ms);
      if (ms == 3) loop_->stop();
    });
  }
  loop_->run();

  EXPECT_EQ(trace, "123");
  EXPECT_FALSE(any_early);
}

TEST_P(LoopTest, CancelEndsASleepAndEveryLaterOne) {
  Fiber sleeper;
  bool first = true;
  bool second = true;
  loop_->spawn(sleeper, [&] {
    first = loop_->sleep_for(seconds(3600));
    second = loop_->sleep_for(seconds(3600));
    loop_->stop();
  });
  loop_->post([&] { loop_->cancel(sleeper); });
  loop_->run();

  EXPECT_FALSE(first);
  EXPECT_FALSE(second);
}

TEST_P(LoopTest, AFiberThatClearsItsCancellationSleepsAgain) {
  Fiber sleeper;
  bool slept = false;
  loop_->spawn(sleeper, [&] {
    loop_->sleep_for(seconds(3600));
    sleeper.clear_cancel();
    slept = loop_->sleep_for(microseconds(10));
    loop_->stop();
  });
  loop_->post([&] { loop_->cancel(sleeper); });
  loop_->run();

  EXPECT_TRUE(slept);
}

TEST_P(LoopTest, PostedFunctionsFromAnotherThreadRunHereInOrder) {
  std::string trace;
  Thread other = Thread::start({.name = "poster"}, [&] {
    for (const char c : {'a', 'b', 'c'}) loop_->post([&trace, c] { trace += c; });
    loop_->post([this] { loop_->stop(); });
  });
  loop_->run();

  EXPECT_EQ(trace, "abc");
}

TEST_P(LoopTest, StopFromAnotherThreadEndsAnIdleLoop) {
  Thread other = Thread::start({.name = "stopper"}, [&] { loop_->stop(); });
  loop_->run();

  EXPECT_FALSE(loop_->has_ready());
}

TEST_P(LoopTest, RunBlockingSuspendsTheFiberWhileOthersRun) {
  std::string trace;
  Fiber other;
  loop_->spawn(other, [&] {
    for (int i = 0; i < 3; ++i) {
      trace += 'o';
      loop_->sleep_for(microseconds(1));
    }
  });
  bool on_another_thread = false;
  run([&] {
    Loop* const here = Loop::current();
    run_blocking([&] { on_another_thread = Loop::current() != here; });
    trace += 'd';
    finish(other);
  });

  EXPECT_TRUE(on_another_thread);
  EXPECT_EQ(trace.front(), 'o');
}

TEST_P(LoopTest, FibersThatYieldForEverDoNotKeepATimerFromFiring) {
  Fiber busy;
  Fiber partner;
  bool is_awake = false;
  const auto spin = [&] {
    while (!is_awake) loop_->yield();
  };
  loop_->spawn(busy, spin);
  loop_->spawn(partner, spin);
  run([&] {
    is_awake = loop_->sleep_for(microseconds(50));
    finish(busy);
    finish(partner);
  });

  EXPECT_TRUE(is_awake);
}

TEST_P(LoopTest, StatsCountResumesAndTheirDelays) {
  std::vector<std::unique_ptr<Fiber>> fibers;
  for (int i = 0; i < 200; ++i) {
    fibers.push_back(std::make_unique<Fiber>());
    loop_->spawn(*fibers.back(), [] {});
  }
  run([] {});
  const LoopStats stats = loop_->take_stats();
  std::uint64_t delays = 0;
  for (const std::uint64_t count : stats.ready_to_resumed) delays += count;

  EXPECT_EQ(stats.resumed_count, 201U);
  EXPECT_EQ(delays, 201U);
  EXPECT_GE(stats.turn_count, 4U);  // at most 64 a turn
  EXPECT_GE(stats.ready_to_resumed_max, stats.ready_to_resumed_quantile(0.5));
  EXPECT_EQ(loop_->take_stats().resumed_count, 0U);
}

TEST_P(LoopTest, WaiterCountsANotificationThatCameBeforeTheWait) {
  Waiter waiter(*loop_);
  WaitResult result = WaitResult::kTimeout;
  run([&] {
    waiter.notify();
    result = waiter.wait(monotonic_now() + seconds(3600));
  });

  EXPECT_EQ(result, WaitResult::kNotified);
}

TEST_P(LoopTest, WaiterTimesOutAtItsDeadline) {
  Waiter waiter(*loop_);
  WaitResult result = WaitResult::kNotified;
  const TimePoint deadline = monotonic_now() + milliseconds(1);
  TimePoint ended;
  run([&] {
    result = waiter.wait(deadline);
    ended = monotonic_now();
  });

  EXPECT_EQ(result, WaitResult::kTimeout);
  EXPECT_GE(ended, deadline);
}

TEST_P(LoopTest, WaitsWithADeadlineLeaveOneTimerEntry) {
  Waiter waiter(*loop_);
  std::size_t entries = 0;
  run([&] {
    for (int i = 0; i < 100; ++i) {
      loop_->post([&] { waiter.notify(); });
      waiter.wait(monotonic_now() + seconds(60));
    }
    entries = loop_->timers().entry_count();
  });

  EXPECT_EQ(entries, 1U);
}

INSTANTIATE_TEST_SUITE_P(Backends, LoopTest, testing::Values(IoKind::kEpoll, IoKind::kUring),
                         [](const auto& param) {
                           return param.param == IoKind::kEpoll ? "Epoll" : "Uring";
                         });

TEST(Loop, AutoFindsABackend) {
  const auto loop = Loop::create(IoKind::kAuto);

  ASSERT_TRUE(loop);
  EXPECT_EQ(Loop::current(), loop->get());
  EXPECT_TRUE((*loop)->name() == "io_uring" || (*loop)->name() == "epoll");
}

TEST(RunBlocking, CallsTheFunctionDirectlyOutsideALoop) {
  bool called = false;
  run_blocking([&] { called = true; });

  EXPECT_TRUE(called);
}

TEST(Thread, CarriesItsNameAndTakesNoSignals) {
  char name[16] = {};
  sigset_t blocked;
  sigemptyset(&blocked);
  Thread thread = Thread::start({.name = "a-name-longer-than-15"}, [&] {
    pthread_getname_np(pthread_self(), name, sizeof name);
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  });
  thread.join();

  EXPECT_STREQ(name, "a-name-longer-t");
  EXPECT_EQ(sigismember(&blocked, SIGINT), 1);
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
}

}  // namespace
}  // namespace proofload::runtime
