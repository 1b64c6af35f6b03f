// JsonOutput: one line of JSON for each sample, as `k6 run --out json` writes it.
#pragma once

#include <optional>
#include <string>

#include "output/file_sink.h"
#include "output/output.h"
#include "output/sample_text.h"
#include "output/text_cache.h"

namespace proofload::output {

// Renders lines; knows no file. A metric is described in a line of its own before its first point.
class JsonLines {
 public:
  explicit JsonLines(const OutputContext& context);

  void append(std::string& out, const metrics::Sample& sample);

 private:
  void append_metadata(std::string& out, const metrics::SampleOrigin& origin) const;
  void describe(std::string& out, const metrics::Metric& metric) const;

  const metrics::Thresholds* thresholds_;
  bool has_vu_;
  bool has_iteration_;
  TimeText time_;
  TextCache metrics_;  // {"metric":...,"time":"
  TextCache tags_;     // ,"tags":{...}
};

class JsonOutput final : public Output {
 public:
  JsonOutput(std::string path, const OutputContext& context);

  std::string description() const override;
  Result<void> start() override;
  void consume(std::span<const metrics::Sample> batch) override;
  void flush() override { sink_->flush(); }
  Result<void> finish() override { return sink_->close(); }
  std::uint64_t lost_count() const override { return sink_->lost_count(); }

 private:
  std::string path_;
  JsonLines lines_;
  std::optional<FileSink> sink_;  // from start() on
};

}  // namespace proofload::output
