// SampleWriter: the thread that carries raw samples from the queue to the outputs.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "metrics/sample_queue.h"
#include "output/output.h"
#include "runtime/thread.h"

namespace proofload::output {

// What became of one output.
struct OutputOutcome {
  std::string description;
  std::uint64_t lost_count = 0;  // samples that reached the output and not its file
  std::optional<Error> error;    // of the first write that failed
};

struct WriterReport {
  std::uint64_t dropped_count = 0;  // samples no output saw, because the outputs were too slow
  std::vector<OutputOutcome> outputs;

  bool is_complete() const;
};

// Belongs to the control thread.
class SampleWriter {
 public:
  // `queue` must outlive the writer. The outputs have not been started.
  SampleWriter(metrics::SampleQueue& queue, std::vector<std::unique_ptr<Output>> outputs);
  // Finishes if that was not done.
  ~SampleWriter();
  SampleWriter(const SampleWriter&) = delete;
  SampleWriter& operator=(const SampleWriter&) = delete;

  // "json (a.ndjson)", one for each output.
  std::vector<std::string> descriptions() const;
  // Starts the outputs and then the thread. After an error nothing runs.
  Result<void> start();
  // After the recorders have handed over their last samples: writes those, closes all outputs and
  // ends the thread. Blocks as long as that takes. Logs what is incomplete. Once, after start().
  WriterReport finish();

 private:
  void run();
  void write_waiting();
  void flush_due(TimePoint now);
  void close_outputs();

  // A tenth of what the queue holds at a million samples a second; and k6's rhythm, which whoever
  // follows the file is used to.
  static constexpr Duration kPeriod = std::chrono::milliseconds(200);

  metrics::SampleQueue& queue_;
  std::vector<std::unique_ptr<Output>> outputs_;
  std::vector<TimePoint> flushed_at_;  // by output
  runtime::Thread thread_;
  WriterReport report_;  // the thread's until it has ended
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_finishing_ = false;  // under mutex_
};

}  // namespace proofload::output
