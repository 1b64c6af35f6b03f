// Where raw samples go while a test runs: one Output for each --out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "metrics/sample_queue.h"
#include "metrics/tags.h"
#include "metrics/threshold.h"
#include "output/csv_options.h"

namespace proofload::output {

// Created and started on the control thread; from then on everything happens on the writer's thread
// (sample_writer.h), one call at a time.
class Output {
 public:
  virtual ~Output() = default;

  // For the line `output:` of the banner: "json (out.ndjson)".
  virtual std::string description() const = 0;
  // How long written samples may stay in memory before flush() is called.
  virtual Duration flush_interval() const { return std::chrono::milliseconds(200); }

  // Opens the file or connection. Called once, first. The error ends the command.
  virtual Result<void> start() = 0;
  // `batch` is valid only during the call. May block on the disk. A failure is logged once and
  // counted, and never stops the load.
  virtual void consume(std::span<const metrics::Sample> batch) = 0;
  virtual void flush() = 0;
  // Writes what is left and closes; called once, last. The first error there was.
  virtual Result<void> finish() = 0;
  // Samples that were consumed but got lost.
  virtual std::uint64_t lost_count() const = 0;
};

// What outputs need to know about the run.
struct OutputContext {
  metrics::SystemTagSet system_tags = metrics::SystemTagSet::defaults();
  // For the JSON output, which repeats them; may be null. Must outlive the outputs.
  const metrics::Thresholds* thresholds = nullptr;
  // What the environment sets (K6_CSV_...).
  CsvOptions csv;
};

// From the value of --out: "json", "json=out.ndjson.gz", "csv=fileName=a.csv,saveInterval=1s". "-"
// or nothing is standard output (for csv: file.csv), a name ending in .gz is compressed. Opens
// nothing. Errors are kUsage, with k6's texts for what k6 does not know or has removed.
Result<std::unique_ptr<Output>> create_output(std::string_view spec, const OutputContext& context);

}  // namespace proofload::output
