#include "metrics/sample_queue.h"

#include <gtest/gtest.h>

namespace proofload::metrics {
namespace {

SampleQueue::Chunk chunk_of(std::initializer_list<double> values) {
  SampleQueue::Chunk chunk;
  for (const double value : values) chunk.push_back({.value = value});
  return chunk;
}

TEST(SampleQueue, HandsOverChunksInOrder) {
  SampleQueue queue;
  auto first = chunk_of({1, 2});
  auto second = chunk_of({3});
  queue.push(first);
  queue.push(second);

  const auto taken = queue.take();

  ASSERT_EQ(taken.size(), 2U);
  ASSERT_EQ(taken[0].size(), 2U);
  EXPECT_EQ(taken[0][1].value, 2);
  EXPECT_EQ(taken[1][0].value, 3);
  EXPECT_TRUE(queue.take().empty());
}

TEST(SampleQueue, LeavesTheProducerAnEmptyChunkWithRoom) {
  SampleQueue queue;
  auto chunk = chunk_of({1});

  queue.push(chunk);

  EXPECT_TRUE(chunk.empty());
  EXPECT_GE(chunk.capacity(), SampleQueue::kChunkSamples);
}

TEST(SampleQueue, UsesTheMemoryOfRecycledChunksAgain) {
  SampleQueue queue;
  SampleQueue::Chunk chunk;
  queue.push(chunk);
  const Sample* memory = chunk.data();
  chunk.push_back({.value = 1});
  queue.push(chunk);
  for (auto& taken : queue.take()) queue.recycle(std::move(taken));

  chunk.push_back({.value = 2});
  queue.push(chunk);

  EXPECT_EQ(chunk.data(), memory);
}

TEST(SampleQueue, DropsAndCountsWhatDoesNotFit) {
  SampleQueue queue(3);
  auto fits = chunk_of({1, 2});
  auto too_much = chunk_of({3, 4});
  queue.push(fits);
  queue.push(too_much);

  EXPECT_EQ(queue.dropped_count(), 2U);
  EXPECT_TRUE(too_much.empty());
  EXPECT_EQ(queue.take().size(), 1U);

  auto fits_again = chunk_of({5, 6});
  queue.push(fits_again);
  EXPECT_EQ(queue.take().size(), 1U);
  EXPECT_EQ(queue.dropped_count(), 2U);
}

}  // namespace
}  // namespace proofload::metrics
