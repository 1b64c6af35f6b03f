#include "output/output.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "output/csv_output.h"
#include "output/json_output.h"

namespace proofload::output {
namespace {

// What k6 lists as available.
constexpr std::string_view kAvailable =
    "cloud, csv, experimental-opentelemetry, experimental-prometheus-rw, influxdb, json, "
    "opentelemetry, statsd, web-dashboard";

constexpr std::array<std::string_view, 6> kNotSupportedYet = {"cloud",
                                                              "experimental-opentelemetry",
                                                              "experimental-prometheus-rw",
                                                              "influxdb",
                                                              "opentelemetry",
                                                              "web-dashboard"};

// What k6 had once, and its words for what became of it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kRemoved = {{
    {"statsd",
     "the statsd output was deprecated in k6 v0.47.0 and removed in k6 v0.55.0, please use the new "
     "xk6 statsd output extension instead. It can be found at "
     "https://github.com/LeonAdato/xk6-output-statsd and more info at "
     "https://github.com/grafana/k6/issues/2982"},
    {"kafka",
     "the kafka output was deprecated in k6 v0.32.0 and removed in k6 v0.34.0, please use the new "
     "xk6 kafka output extension instead - https://github.com/k6io/xk6-output-kafka"},
    {"datadog",
     "the datadog output was deprecated in k6 v0.32.0 and removed in k6 v0.34.0, please use the "
     "statsd output extension https://github.com/LeonAdato/xk6-output-statsd with environment "
     "variable K6_STATSD_ENABLE_TAGS=true or an experimental opentelemetry output instead"},
}};

Error usage(std::string text) {
  return {ErrorKind::kUsage, std::move(text)};
}

Error could_not_create(std::string_view type, std::string_view why) {
  return usage(fmt::format("could not create the '{}' output: {}", type, why));
}

Result<std::unique_ptr<Output>> create_csv(std::string_view argument,
                                           const OutputContext& context) {
  auto options = PL_TRY(parse_csv_options(argument, context.csv));
  const auto time_format = PL_TRY(parse_time_format(options.time_format));
  return std::make_unique<CsvOutput>(std::move(options), time_format, context);
}

Error cannot_create(std::string_view type) {
  const auto* removed = std::find_if(kRemoved.begin(), kRemoved.end(),
                                     [&](const auto& entry) { return entry.first == type; });
  if (removed != kRemoved.end()) return could_not_create(type, removed->second);
  if (std::find(kNotSupportedYet.begin(), kNotSupportedYet.end(), type) != kNotSupportedYet.end()) {
    return usage(fmt::format("not supported yet: {}", type))
        .with_hint("the outputs there are: csv, json");
  }
  return usage(fmt::format("invalid output type '{}', available types are: {}", type, kAvailable));
}

}  // namespace

Result<std::unique_ptr<Output>> create_output(std::string_view spec, const OutputContext& context) {
  const std::string_view type = spec.substr(0, spec.find('='));
  const std::string_view argument = spec.substr(std::min(spec.size(), type.size() + 1));
  if (type == "json") return std::make_unique<JsonOutput>(std::string(argument), context);
  if (type != "csv") return cannot_create(type);
  auto csv = create_csv(argument, context);
  if (!csv) {
    auto hint = csv.error().hint();
    return could_not_create(type, csv.error().message()).with_hint(std::move(hint));
  }
  return csv;
}

}  // namespace proofload::output
