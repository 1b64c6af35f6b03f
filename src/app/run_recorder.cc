#include "app/run_recorder.h"

#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metrics/histogram.h"
#include "metrics/histogram_codec.h"

namespace proofload::app {
namespace {

// Listens before the certification's own listener does.
class Listener final : public certify::LoadListener {
 public:
  Listener(const certify::LoadOrder& order, certify::LoadListener& next, store::RunWriter& store,
           Duration& kept)
      : order_(order),
        next_(next),
        store_(store),
        kept_(kept),
        rows_(order.plan.service.endpoints.size() + 1) {}

  void on_requests(std::size_t row, const metrics::Histogram* answered,
                   std::uint64_t failed) override {
    for (Block* one : {&rows_.at(row), &all_}) {
      if (answered != nullptr) one->answered.merge(*answered, slab_);
      one->failed += failed;
    }
    next_.on_requests(row, answered, failed);
  }

  std::optional<std::string> on_second(const certify::SecondFacts& facts) override {
    keep_endpoints();
    store_.add(order_.profile, {.since_start = kept_,
                                .requests = all_.answered.count() + all_.failed,
                                .failed = all_.failed,
                                .dropped_iterations = facts.dropped_iterations,
                                .vus = facts.vus,
                                .p50 = all_.answered.percentile(0.50),
                                .p95 = all_.answered.percentile(0.95),
                                .p99 = all_.answered.percentile(0.99)});
    clear(all_);
    kept_ += std::chrono::seconds(1);
    for (const std::string& notice : facts.notices) {
      store_.add({.at = wall_now(), .profile = order_.profile, .text = notice});
    }
    auto reason = next_.on_second(facts);
    if (reason)
      store_.add({.at = wall_now(), .profile = order_.profile, .text = "stopped: " + *reason});
    return reason;
  }

  int wanted_permille() override { return next_.wanted_permille(); }

 private:
  struct Block {
    metrics::Histogram answered;
    std::uint64_t failed = 0;
  };

  void clear(Block& block) {
    block.answered.clear(slab_);
    block.failed = 0;
  }

  void keep_endpoints() {
    const auto& endpoints = order_.plan.service.endpoints;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      Block& block = rows_[row];
      const std::uint64_t requests = block.answered.count() + block.failed;
      if (requests == 0) continue;
      store_.add({.profile = order_.profile,
                  .endpoint = row < endpoints.size() ? endpoints[row].name : "(other)",
                  .since_start = kept_,
                  .requests = requests,
                  .failed = block.failed,
                  .latencies = metrics::encode_histogram(block.answered)});
      clear(block);
    }
  }

  const certify::LoadOrder& order_;
  certify::LoadListener& next_;
  store::RunWriter& store_;
  Duration& kept_;
  metrics::PageSlab slab_;
  std::vector<Block> rows_;
  Block all_;
};

std::string ending(const Result<certify::LoadOutcome>& outcome) {
  if (!outcome) return "could not be started: " + outcome.error().message();
  if (outcome->error) return "failed: " + outcome->error->message();
  return fmt::format("{} after {:.0f} s", outcome->was_aborted ? "aborted by a signal" : "ended",
                     to_seconds(outcome->took));
}

}  // namespace

Result<certify::LoadOutcome> RunRecorder::run(const certify::LoadOrder& order,
                                              certify::LoadListener& listener) {
  const auto note = [&](std::string text) {
    store_.add(evidence::Event{wall_now(), order.profile, std::move(text)});
  };
  note("load begins");
  Listener recorder(order, listener, store_, kept_[order.profile]);
  auto outcome = driver_.run(order, recorder);
  note("load " + ending(outcome));
  return outcome;
}

}  // namespace proofload::app
