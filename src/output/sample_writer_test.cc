#include "output/sample_writer.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "output/sample_test_values.h"

namespace proofload::output {
namespace {

// What a FakeOutput saw; outlives it.
struct Seen {
  std::vector<double> values;
  bool is_finished = false;
};

class FakeOutput final : public Output {
 public:
  explicit FakeOutput(Seen& seen) : seen_(seen) {}

  // Makes start() or finish() fail.
  std::string start_error;
  std::string finish_error;

  std::string description() const override { return "fake"; }
  Result<void> start() override {
    if (!start_error.empty()) return Error(ErrorKind::kUsage, start_error);
    return {};
  }
  void consume(std::span<const metrics::Sample> batch) override {
    for (const auto& sample : batch) seen_.values.push_back(sample.value);
  }
  void flush() override {}
  Result<void> finish() override {
    seen_.is_finished = true;
    if (!finish_error.empty()) return Error(ErrorKind::kUsage, finish_error);
    return {};
  }
  std::uint64_t lost_count() const override { return finish_error.empty() ? 0 : 2; }

 private:
  Seen& seen_;
};

void push(metrics::SampleQueue& queue, std::initializer_list<double> values) {
  metrics::SampleQueue::Chunk chunk;
  for (const double value : values) chunk.push_back({nullptr, nullptr, value, TimePoint(), {}});
  queue.push(chunk);
}

std::vector<std::unique_ptr<Output>> list(std::unique_ptr<Output> a,
                                          std::unique_ptr<Output> b = nullptr) {
  std::vector<std::unique_ptr<Output>> out;
  out.push_back(std::move(a));
  if (b) out.push_back(std::move(b));
  return out;
}

TEST(SampleWriter, GivesEverySampleToEveryOutputInOrder) {
  metrics::SampleQueue queue;
  Seen a;
  Seen b;
  SampleWriter writer(queue,
                      list(std::make_unique<FakeOutput>(a), std::make_unique<FakeOutput>(b)));
  ASSERT_TRUE(writer.start());
  push(queue, {1, 2});
  push(queue, {3});
  const auto report = writer.finish();
  EXPECT_TRUE(report.is_complete());
  EXPECT_EQ(a.values, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(b.values, a.values);
  EXPECT_TRUE(a.is_finished);
}

TEST(SampleWriter, FinishesWhenItIsDestroyed) {
  metrics::SampleQueue queue;
  Seen seen;
  {
    SampleWriter writer(queue, list(std::make_unique<FakeOutput>(seen)));
    ASSERT_TRUE(writer.start());
    push(queue, {1});
  }
  EXPECT_EQ(seen.values, std::vector<double>{1});
  EXPECT_TRUE(seen.is_finished);
}

TEST(SampleWriter, DoesNotRunWhenAnOutputCannotStart) {
  metrics::SampleQueue queue;
  Seen seen;
  auto output = std::make_unique<FakeOutput>(seen);
  output->start_error = "open a.csv: permission denied";
  SampleWriter writer(queue, list(std::move(output)));
  const auto started = writer.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().message(), "open a.csv: permission denied");
}

TEST(SampleWriter, ReportsAnOutputThatLostSamples) {
  metrics::SampleQueue queue;
  Seen seen;
  auto output = std::make_unique<FakeOutput>(seen);
  output->finish_error = "write a.csv: no space left on device";
  SampleWriter writer(queue, list(std::move(output)));
  ASSERT_TRUE(writer.start());
  const auto report = writer.finish();
  EXPECT_FALSE(report.is_complete());
  ASSERT_EQ(report.outputs.size(), 1U);
  EXPECT_EQ(report.outputs[0].lost_count, 2U);
  EXPECT_EQ(report.outputs[0].error->message(), "write a.csv: no space left on device");
}

TEST(SampleWriter, CountsSamplesThatTheQueueHadNoRoomFor) {
  metrics::SampleQueue queue(2);
  push(queue, {1, 2});
  push(queue, {3, 4, 5});
  Seen seen;
  SampleWriter writer(queue, list(std::make_unique<FakeOutput>(seen)));
  ASSERT_TRUE(writer.start());
  const auto report = writer.finish();
  EXPECT_EQ(report.dropped_count, 3U);
  EXPECT_FALSE(report.is_complete());
  EXPECT_EQ(seen.values, (std::vector<double>{1, 2}));
}

}  // namespace
}  // namespace proofload::output
