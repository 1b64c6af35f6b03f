#include "report/timestamp.h"

#include <cstdint>
#include <ctime>

#include <fmt/format.h>

namespace proofload::report {

std::string rfc3339(WallTime at) {
  const auto since = std::chrono::duration_cast<Duration>(at.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t epoch = seconds.count();
  std::tm utc{};
  gmtime_r(&epoch, &utc);
  std::string fraction = fmt::format(".{:09}", (since - seconds).count());
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (fraction == ".") fraction.clear();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, fraction);
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  const std::string copy(text);
  std::tm utc{};
  const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  if (rest == nullptr) return std::nullopt;
  // What a clock of 64-bit nanoseconds can hold, in whole years.
  constexpr int kFirstYear = 1678;
  constexpr int kLastYear = 2261;
  const int year = utc.tm_year + 1900;
  if (year < kFirstYear || year > kLastYear) return std::nullopt;
  std::int64_t nanoseconds = 0;
  if (*rest == '.') {
    std::int64_t unit = 100'000'000;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) {
      nanoseconds += (*rest - '0') * unit;
    }
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return WallTime(std::chrono::seconds(timegm(&utc)) + Duration(nanoseconds));
}

}  // namespace proofload::report
