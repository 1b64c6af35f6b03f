#include "output/sample_writer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace proofload::output {
namespace {

void log_losses(const WriterReport& report) {
  if (report.dropped_count > 0) {
    log(LogLevel::kWarning, "the outputs were too slow and are incomplete",
        {{"dropped_samples", fmt::to_string(report.dropped_count)}});
  }
  for (const auto& outcome : report.outputs) {
    if (outcome.lost_count == 0 && !outcome.error) continue;
    log(LogLevel::kError, "an output is incomplete",
        {{"output", outcome.description},
         {"lost_samples", fmt::to_string(outcome.lost_count)},
         {"error", outcome.error ? std::string_view(outcome.error->message()) : ""}});
  }
}

}  // namespace

bool WriterReport::is_complete() const {
  return dropped_count == 0 && std::all_of(outputs.begin(), outputs.end(), [](const auto& output) {
           return output.lost_count == 0 && !output.error;
         });
}

SampleWriter::SampleWriter(metrics::SampleQueue& queue,
                           std::vector<std::unique_ptr<Output>> outputs)
    : queue_(queue), outputs_(std::move(outputs)) {}

SampleWriter::~SampleWriter() {
  if (thread_.is_joinable()) finish();
}

std::vector<std::string> SampleWriter::descriptions() const {
  std::vector<std::string> out;
  for (const auto& output : outputs_) out.push_back(output->description());
  return out;
}

Result<void> SampleWriter::start() {
  for (const auto& output : outputs_) {
    if (auto started = output->start(); !started) return started;
  }
  flushed_at_.assign(outputs_.size(), monotonic_now());
  thread_ = runtime::Thread::start({.name = "outputs"}, [this] { run(); });
  return {};
}

void SampleWriter::run() {
  std::unique_lock lock(mutex_);
  while (!is_finishing_) {
    wake_.wait_for(lock, kPeriod, [this] { return is_finishing_; });
    lock.unlock();
    write_waiting();
    flush_due(monotonic_now());
    lock.lock();
  }
  lock.unlock();
  // What came after the last look, or before the first one of a short run.
  write_waiting();
  close_outputs();
}

void SampleWriter::close_outputs() {
  for (const auto& output : outputs_) {
    OutputOutcome outcome{output->description(), 0, std::nullopt};
    if (auto finished = output->finish(); !finished) outcome.error = finished.error();
    outcome.lost_count = output->lost_count();
    report_.outputs.push_back(std::move(outcome));
  }
}

void SampleWriter::write_waiting() {
  for (auto& chunk : queue_.take()) {
    for (const auto& output : outputs_) output->consume(chunk);
    queue_.recycle(std::move(chunk));
  }
}

void SampleWriter::flush_due(TimePoint now) {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (now - flushed_at_[i] < outputs_[i]->flush_interval()) continue;
    outputs_[i]->flush();
    flushed_at_[i] = now;
  }
}

WriterReport SampleWriter::finish() {
  {
    const std::lock_guard lock(mutex_);
    is_finishing_ = true;
  }
  wake_.notify_one();
  if (thread_.is_joinable()) thread_.join();

  report_.dropped_count = queue_.dropped_count();
  log_losses(report_);
  return std::move(report_);
}

}  // namespace proofload::output
