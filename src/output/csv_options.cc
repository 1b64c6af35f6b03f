#include "output/csv_options.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"

namespace proofload::output {
namespace {

constexpr std::array<std::pair<std::string_view, TimeFormat>, 6> kTimeFormats = {{
    {"unix", TimeFormat::kUnix},
    {"unix_milli", TimeFormat::kUnixMilli},
    {"unix_micro", TimeFormat::kUnixMicro},
    {"unix_nano", TimeFormat::kUnixNano},
    {"rfc3339", TimeFormat::kRfc3339},
    {"rfc3339_nano", TimeFormat::kRfc3339Nano},
}};

}  // namespace

Result<CsvOptions> parse_csv_options(std::string_view argument, CsvOptions defaults) {
  CsvOptions out = std::move(defaults);
  if (argument.empty()) return out;
  if (argument.find('=') == std::string_view::npos) {
    out.file_name = argument;
    return out;
  }
  for (std::string_view rest = argument; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::string_view key = pair.substr(0, pair.find('='));
    const std::string_view value = pair.substr(std::min(pair.size(), key.size() + 1));
    if (value.empty()) {
      return Error(ErrorKind::kUsage,
                   fmt::format("couldn't parse \"{}\" as argument for csv output", argument));
    }
    if (key == "fileName") {
      out.file_name = value;
    } else if (key == "saveInterval") {
      out.save_interval = PL_TRY(parse_duration(value));
    } else if (key == "timeFormat") {
      out.time_format = value;
    } else {
      return Error(ErrorKind::kUsage,
                   fmt::format("unknown key \"{}\" as argument for csv output", key))
          .with_hint("the keys are fileName, saveInterval and timeFormat");
    }
  }
  return out;
}

Result<TimeFormat> parse_time_format(std::string_view name) {
  const auto* known = std::find_if(kTimeFormats.begin(), kTimeFormats.end(),
                                   [&](const auto& entry) { return entry.first == name; });
  if (known != kTimeFormats.end()) return known->second;
  return Error(ErrorKind::kUsage, fmt::format("{} does not belong to TimeFormat values", name))
      .with_hint(
          "the time formats are unix, unix_milli, unix_micro, unix_nano, rfc3339 and rfc3339_nano");
}

}  // namespace proofload::output
