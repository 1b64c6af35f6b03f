// The settings of the CSV output: the argument of --out csv=... over the environment's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace proofload::output {

enum class TimeFormat : std::uint8_t {
  kUnix,
  kUnixMilli,
  kUnixMicro,
  kUnixNano,
  kRfc3339,
  kRfc3339Nano
};

// The defaults are k6's.
struct CsvOptions {
  std::string file_name = "file.csv";
  Duration save_interval = std::chrono::seconds(1);
  std::string time_format = "unix";
};

// `argument` is a file name, or `fileName=a.csv,saveInterval=1s,timeFormat=unix` in any order; what
// it does not set stays as in `defaults`. Error texts are k6's.
Result<CsvOptions> parse_csv_options(std::string_view argument, CsvOptions defaults);

// unix, unix_milli, unix_micro, unix_nano, rfc3339, rfc3339_nano.
Result<TimeFormat> parse_time_format(std::string_view name);

}  // namespace proofload::output
