#include "k6/request_traces.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/thread.h"

namespace proofload::k6 {
namespace {

// Too large for a stack.
std::unique_ptr<RequestTraces> traces(double share) {
  return std::make_unique<RequestTraces>(0xabcd, share);
}

std::vector<TracedRequest> drained(RequestTraces& all) {
  std::vector<TracedRequest> requests;
  all.drain([&](const TracedRequest& one) { requests.push_back(one); });
  return requests;
}

TEST(RequestTraces, TheirIdsBeginWithTheRunsAndDoNotRepeat) {
  const auto all = traces(1);
  std::set<std::string> ids;
  TraceParent header;
  for (const std::uint64_t vu : {1, 2}) {
    std::uint64_t seed = all->seed_of(vu);
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t id = all->next(seed, header);
      ASSERT_EQ(header.view().substr(3, 32), to_string(TraceId{0xabcd, id}));
      EXPECT_TRUE(header.view().ends_with("-01"));
      ids.insert(to_string(TraceId{0xabcd, id}));
    }
  }
  EXPECT_EQ(ids.size(), 2000);
}

TEST(RequestTraces, TheShareOfThePlanAsksAndNoneAtZero) {
  const auto tenth = traces(0.1);
  const auto none = traces(0);
  std::uint64_t seed = tenth->seed_of(1);
  TraceParent header;
  int count = 0;
  int none_count = 0;
  for (int i = 0; i < 100'000; ++i) {
    count += tenth->next(seed, header) != 0 ? 1 : 0;
    none_count += none->next(seed, header) != 0 ? 1 : 0;
  }
  EXPECT_NEAR(count, 10'000, 400);  // four standard deviations
  EXPECT_EQ(none_count, 0);
}

TEST(RequestTraces, GivesEachRequestOnce) {
  const auto all = traces(1);
  all->add({.id = 7, .row = 2, .is_failed = true, .latency_ms = 12.5});

  const auto first = drained(*all);

  ASSERT_EQ(first.size(), 1);
  EXPECT_EQ(first[0].id, 7);
  EXPECT_EQ(first[0].row, 2);
  EXPECT_TRUE(first[0].is_failed);
  EXPECT_EQ(first[0].latency_ms, 12.5);
  EXPECT_THAT(drained(*all), testing::IsEmpty());
}

TEST(RequestTraces, CountsWhatHasNoRoom) {
  const auto all = traces(1);
  for (std::uint64_t i = 1; i <= 20'000; ++i) all->add({.id = 2 * i + 1});
  EXPECT_EQ(drained(*all).size() + all->dropped_count(), 20'000);
  EXPECT_GT(all->dropped_count(), 0);
  all->add({.id = 1});
  EXPECT_EQ(drained(*all).size(), 1);
}

TEST(RequestTraces, LosesNothingUncountedBetweenThreads) {
  constexpr std::uint64_t kEach = 50'000;
  const auto all = traces(1);
  std::size_t seen = 0;
  {
    std::vector<runtime::Thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.push_back(runtime::Thread::start({.name = "adds"}, [&] {
        for (std::uint64_t id = 1; id <= kEach; ++id) all->add({.id = 2 * id + 1});
      }));
    }
    for (int i = 0; i < 20; ++i) seen += drained(*all).size();
  }
  seen += drained(*all).size();
  EXPECT_EQ(seen + all->dropped_count(), 3 * kEach);
}

}  // namespace
}  // namespace proofload::k6
