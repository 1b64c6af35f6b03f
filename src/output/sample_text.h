// Values and instants as the raw outputs write them; made for a million a second.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace proofload::output {

// Shortest digits that read back, in Go's %g: 20.44574, 1e-05, 1.234567e+06.
void append_shortest(std::string& out, double value);

void append_integer(std::string& out, std::int64_t value);

// Six decimals: 20.445740.
void append_six_decimals(std::string& out, double value);

// `text` as a JSON string with its quotes. Only what JSON demands is escaped (not < > &), and what
// is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// RFC 3339 in the local zone: 2026-11-23T13:59:46.301336043Z. Keeps what is common to a second, so
// that samples in order cost little.
class TimeText {
 public:
  // As many digits of a second as are needed, none for a whole one, as in Go's RFC3339Nano.
  void append_nanoseconds(std::string& out, WallTime at) { append(out, at, true); }
  // No fraction.
  void append_seconds(std::string& out, WallTime at) { append(out, at, false); }

 private:
  void append(std::string& out, WallTime at, bool with_fraction);
  void render(std::time_t second);

  std::time_t second_ = 0;
  std::string prefix_;  // up to the seconds
  std::string zone_;    // "Z" or "+01:00"
};

}  // namespace proofload::output
