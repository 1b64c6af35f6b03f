#include "run/self_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::run {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

runtime::LoopStats stats(Duration cpu, std::size_t delay_bucket) {
  runtime::LoopStats stats;
  stats.cpu = cpu;
  stats.resumed_count = 1000;
  stats.ready_to_resumed[delay_bucket] = 1000;
  stats.ready_to_resumed_max = std::chrono::microseconds(std::int64_t{1} << delay_bucket);
  return stats;
}

TEST(SelfWatch, ABusyCoreThatAnswersInTimeIsNotSaturated) {
  SelfWatch watch;
  watch.add(stats(990ms, 5), 1s);  // below 32 us
  EXPECT_THAT(watch.warnings(), IsEmpty());
}

TEST(SelfWatch, ABusyCoreThatResumesLateIsSaturated) {
  SelfWatch watch;
  watch.add(stats(990ms, 5), 1s);
  watch.add(stats(990ms, 16), 1s);  // up to 65 ms
  ASSERT_EQ(watch.warnings().size(), 1);
  EXPECT_THAT(watch.warnings()[0], HasSubstr("saturated in 1 of 2"));
}

TEST(SelfWatch, ReportsALoopThatStoodStill) {
  SelfWatch watch;
  runtime::LoopStats stopped = stats(100ms, 3);
  stopped.longest_stop = 25ms;
  watch.add(stopped, 1s);
  ASSERT_EQ(watch.warnings().size(), 1);
  EXPECT_THAT(watch.warnings()[0], HasSubstr("25ms"));
}

}  // namespace
}  // namespace proofload::run
