// CsvOutput: one row for each sample, as `k6 run --out csv` writes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "output/csv_options.h"
#include "output/file_sink.h"
#include "output/output.h"
#include "output/sample_text.h"
#include "output/text_cache.h"

namespace proofload::output {

// Renders rows; knows no file. The enabled system tags have a column each, in the order of their
// names; other tags stand in `extra_tags`, VU and iteration in `metadata`, both as k=v&k=v.
class CsvRows {
 public:
  CsvRows(metrics::SystemTagSet system_tags, TimeFormat time_format);

  void append_header(std::string& out) const;
  void append(std::string& out, const metrics::Sample& sample);

 private:
  void append_time(std::string& out, WallTime at);
  void append_tags(std::string& out, const metrics::TagSet& tags) const;

  std::vector<metrics::SystemTag> columns_;
  bool has_vu_;
  bool has_iteration_;
  TimeFormat time_format_;
  TimeText time_;
  TextCache tags_;  // from the comma after the value to the one before the metadata
};

class CsvOutput final : public Output {
 public:
  CsvOutput(CsvOptions options, TimeFormat time_format, const OutputContext& context);

  std::string description() const override;
  Duration flush_interval() const override { return options_.save_interval; }
  Result<void> start() override;
  void consume(std::span<const metrics::Sample> batch) override;
  void flush() override { sink_->flush(); }
  Result<void> finish() override { return sink_->close(); }
  std::uint64_t lost_count() const override { return sink_->lost_count(); }

 private:
  CsvOptions options_;
  CsvRows rows_;
  std::optional<FileSink> sink_;  // from start() on
};

}  // namespace proofload::output
