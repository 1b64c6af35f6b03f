// K6Samples: raw samples of k6, as it or others wrote them, turned into a result that can be
// reported.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/result.h"
#include "metrics/histogram.h"

namespace proofload::app {

struct K6Sample {
  std::string metric;
  WallTime at{};
  double value = 0;
  std::map<std::string, std::string> tags;
};

// What a line is written in.
enum class SampleFormat : std::uint8_t {
  kJson,         // k6's --out json: one object a line
  kCsv,          // k6's --out csv, with its header
  kLineProtocol  // InfluxDB's, as k6 writes it: the field `value`, nanoseconds
};
// By the first line; an error when it is none of them.
Result<SampleFormat> sample_format(std::string_view first_line);

class K6Samples {
 public:
  K6Samples() = default;
  ~K6Samples();
  K6Samples(const K6Samples&) = delete;
  K6Samples& operator=(const K6Samples&) = delete;

  // Reads all lines. The error names the line that is none; half of a last line, as a killed run
  // leaves it, is left out.
  Result<void> read(std::istream& lines);
  void add(const K6Sample& sample);

  // Requests by second and by their `name`; latencies as k6 measured them, which is from sending
  // and not from the intended time. Nothing is judged in it: the profile is incomplete, and the run
  // partial.
  evidence::Result result() const;

 private:
  struct Block {
    metrics::Histogram latencies;  // of answered requests, ms
    std::uint64_t failed = 0;
    std::uint64_t dropped = 0;
    std::int64_t vus = 0;
  };
  Block& block(std::map<std::string, std::unique_ptr<Block>>& blocks, const std::string& name);

  metrics::PageSlab slab_;
  std::map<std::int64_t, std::unique_ptr<Block>> seconds_;  // since 1970
  std::map<std::string, std::unique_ptr<Block>> endpoints_;
  std::uint64_t iterations_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace proofload::app
