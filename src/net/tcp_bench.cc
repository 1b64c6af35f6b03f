// How many request/answer pairs per second does one loop carry on loopback, io_uring against
// epoll, with the answering peers on the same loop (so each pair is two sends and two receives)?
// Compare only runs that alternate on a quiet machine. CPU time, busy 2-core VM, -O2, one
// connection: 49,000-55,000 a CPU second with epoll, 60,000 with io_uring.
#include "net/tcp.h"

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "net/test_listener.h"
#include "runtime/loop.h"

namespace proofload::net {
namespace {

using runtime::Fiber;
using runtime::IoKind;
using runtime::Loop;

// Answers every request at once, in the reap phase.
class Answerer final : public StreamHandler {
 public:
  explicit Answerer(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {
    stream_->start(*this);
  }
  void on_data(std::span<const std::byte>, TimePoint) override { stream_->write(kAnswer); }
  void on_closed(const StreamEnd&) override {}

 private:
  static constexpr std::array<std::byte, 353> kAnswer{};
  std::unique_ptr<Stream> stream_;
};

// A fiber that asks, waits for the answer, and asks again.
class Asker final : public StreamHandler {
 public:
  Asker(Loop& loop, std::unique_ptr<Stream> stream)
      : loop_(loop), waiter_(loop), stream_(std::move(stream)) {
    stream_->start(*this);
    loop_.spawn(fiber_, [this] {
      while (!is_stopping) {
        stream_->write(kRequest);
        if (waiter_.wait(loop_.now() + std::chrono::seconds(60)) !=
            runtime::WaitResult::kNotified) {
          return;
        }
        ++answer_count;
      }
    });
  }
  void on_data(std::span<const std::byte> bytes, TimePoint) override {
    received_ += bytes.size();
    if (received_ < 353) return;
    received_ = 0;
    waiter_.notify();
  }
  void on_closed(const StreamEnd&) override { waiter_.notify(); }
  bool is_done() const { return fiber_.is_idle(); }

  bool is_stopping = false;
  std::int64_t answer_count = 0;

 private:
  static constexpr std::array<std::byte, 43> kRequest{};
  Loop& loop_;
  runtime::Waiter waiter_;
  std::unique_ptr<Stream> stream_;
  std::size_t received_ = 0;
  Fiber fiber_;
};

void ping_pong(benchmark::State& state, IoKind kind) {
  const auto loop = std::move(*Loop::create(kind));
  TestListener listener(*loop);
  std::vector<std::unique_ptr<Answerer>> answerers;
  std::vector<std::unique_ptr<Asker>> askers;
  std::int64_t total = 0;
  Fiber driver;
  loop->spawn(driver, [&] {
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      auto stream = connect_tcp(*loop, listener.endpoint(), runtime::Timer::kNever);
      answerers.push_back(std::make_unique<Answerer>(adopt_tcp(*loop, listener.accept())));
      askers.push_back(std::make_unique<Asker>(*loop, std::move(*stream)));
    }
    for (auto _ : state) loop->sleep_for(std::chrono::milliseconds(1));
    for (const auto& asker : askers) asker->is_stopping = true;
    for (const auto& asker : askers) {
      while (!asker->is_done()) loop->sleep_for(std::chrono::microseconds(100));
      total += asker->answer_count;
    }
    loop->stop();
  });
  loop->run();
  state.counters["pairs/s"] =
      benchmark::Counter(static_cast<double>(total), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(ping_pong, epoll, IoKind::kEpoll)->Arg(1)->Arg(64)->Arg(1000);
BENCHMARK_CAPTURE(ping_pong, io_uring, IoKind::kUring)->Arg(1)->Arg(64)->Arg(1000);

}  // namespace
}  // namespace proofload::net
