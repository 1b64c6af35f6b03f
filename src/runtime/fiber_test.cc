#include "runtime/fiber.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/stack_pool.h"

namespace proofload::runtime {
namespace {

TEST(Fiber, ContinuesWhereItSuspended) {
  Fiber fiber;
  std::string trace;
  fiber.start([&] {
    trace += 'a';
    Fiber::suspend();
    trace += 'c';
  });

  fiber.resume();
  trace += 'b';
  fiber.resume();

  EXPECT_EQ(trace, "abc");
  EXPECT_TRUE(fiber.is_idle());
}

TEST(Fiber, RunsAnotherFunctionOnTheSameStackAfterOneReturned) {
  Fiber fiber;
  int runs = 0;
  fiber.start([&] { ++runs; });
  fiber.resume();
  const std::byte* stack = fiber.stack().data();

  fiber.start([&] { runs += 10; });
  fiber.resume();

  EXPECT_EQ(runs, 11);
  EXPECT_EQ(fiber.stack().data(), stack);
}

TEST(Fiber, KnowsItselfWhileItRunsAndNobodyOutside) {
  Fiber fiber;
  Fiber* seen = nullptr;
  fiber.start([&] { seen = Fiber::current(); });
  fiber.resume();

  EXPECT_EQ(seen, &fiber);
  EXPECT_EQ(Fiber::current(), nullptr);
}

TEST(Fiber, ItsLocalsLieWithinItsStack) {
  Fiber fiber;
  bool is_inside = false;
  fiber.start([&] {
    std::byte local{};
    const std::byte* address = &local;
#if defined(__SANITIZE_ADDRESS__)
    address = static_cast<std::byte*>(__builtin_frame_address(0));
#endif
    is_inside =
        address >= fiber.stack().data() && address < fiber.stack().data() + fiber.stack().size();
  });
  fiber.resume();

  EXPECT_TRUE(is_inside);
  EXPECT_EQ(fiber.stack().size(), Fiber::kStackBytes - 4096);
}

TEST(Fiber, FreesWhatItsFunctionCapturedWhenItReturns) {
  Fiber fiber;
  auto captured = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = captured;
  fiber.start([held = std::move(captured)] { Fiber::suspend(); });
  fiber.resume();
  EXPECT_FALSE(watch.expired());
  fiber.resume();

  EXPECT_TRUE(watch.expired());
}

class RecordingHook final : public FiberSwitchHook {
 public:
  void on_enter(Fiber& fiber) override { trace += *static_cast<std::string*>(fiber.owner) + "<"; }
  void on_leave(Fiber& fiber) override { trace += *static_cast<std::string*>(fiber.owner) + ">"; }
  std::string trace;
};

TEST(FiberSwitchHook, SeesEverySwitchOfFibersThatHaveAnOwner) {
  RecordingHook hook;
  std::string owner = "vu1";
  Fiber owned;
  Fiber helper;
  owned.owner = &owner;
  set_fiber_switch_hook(&hook);
  owned.start([] { Fiber::suspend(); });
  helper.start([] {});

  owned.resume();
  helper.resume();
  owned.resume();
  set_fiber_switch_hook(nullptr);

  EXPECT_EQ(hook.trace, "vu1<vu1>vu1<vu1>");
}

int sum_on_stack(int depth) {
  volatile char frame[512] = {1};
  return depth == 0 ? frame[0] : frame[0] + sum_on_stack(depth - 1);
}

TEST(Fiber, HasRoomForDeepRecursion) {
  Fiber fiber;
  int sum = 0;
  fiber.start([&] { sum = sum_on_stack(800); });
  fiber.resume();

  EXPECT_EQ(sum, 801);
}

#if defined(__SANITIZE_ADDRESS__)
constexpr int kManyFibers = 1'000;  // each costs 128 KiB of shadow memory there
#else
constexpr int kManyFibers = 40'000;  // more than one mapping and one guard each would allow
#endif

TEST(Fiber, ManySuspendedFibersFitIntoTheKernelsMappingLimit) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a fiber is a thread to the thread sanitizer, which takes 8,128 of them";
#endif
  std::vector<std::unique_ptr<Fiber>> fibers;
  int finished = 0;
  for (int i = 0; i < kManyFibers; ++i) {
    fibers.push_back(std::make_unique<Fiber>());
    fibers.back()->start([&] {
      Fiber::suspend();
      ++finished;
    });
    fibers.back()->resume();
  }
  for (const auto& fiber : fibers) fiber->resume();

  EXPECT_EQ(finished, kManyFibers);
}

TEST(StackPool, GivesBackStacksAgainBeforeReservingMore) {
  StackPool pool(std::size_t{64} * 1024);
  const auto first = pool.take();
  pool.give_back(first);

  const auto second = pool.take();

  EXPECT_EQ(second.data(), first.data());
  pool.give_back(second);
}

}  // namespace
}  // namespace proofload::runtime
