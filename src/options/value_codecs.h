// Codecs of the options that are more than a number or a text: stages, thresholds, TLS, DNS, ...
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "load/scenario.h"
#include "load/segment.h"
#include "metrics/threshold.h"
#include "options/codec.h"
#include "options/options.h"

namespace proofload::options {

struct StagesCodec {
  using Value = std::vector<load::Stage>;
  static Result<Value> from_json(const Json& value);      // unknown fields of a stage are an error
  static Result<Value> from_text(std::string_view text);  // `10s:5,1m:10`
  static Result<Value> from_flag(std::span<const std::string> texts);
  static Json to_json(const Value& stages);
};

// The option `stages`: a stage may have unknown fields.
struct ShortcutStagesCodec : StagesCodec {
  static Result<Value> from_json(const Json& value);
};

// Strict: an unknown field is an error, as in k6. All problems of all scenarios in one error.
struct ScenariosCodec {
  using Value = std::vector<load::Scenario>;
  static Result<Value> from_json(const Json& value);
  static Json to_json(const Value& scenarios);
};

struct ThresholdsCodec {
  using Value = metrics::ThresholdConfigs;
  static Result<Value> from_json(const Json& value);
  static Result<Value> from_text(std::string_view text);  // JSON
  static Json to_json(const Value& thresholds);
};

struct DnsCodec {
  using Value = DnsOptions;
  static Result<DnsOptions> from_json(const Json& value);
  static Result<DnsOptions> from_text(std::string_view text);  // `ttl=5m,select=random`
  static Json to_json(const DnsOptions& dns);
};

struct TlsVersionsCodec {
  using Value = TlsVersions;
  static Result<TlsVersions> from_json(const Json& value);
  static Json to_json(const TlsVersions& versions);
};

struct TlsAuthCodec {
  using Value = std::vector<TlsAuth>;
  static Result<Value> from_json(const Json& value);
  static Result<Value> from_text(std::string_view text);  // JSON
  static Json to_json(const Value& entries);
};

struct SegmentCodec {
  using Value = load::ExecutionSegment;
  static Result<Value> from_json(const Json& value);
  static Result<Value> from_text(std::string_view text);
  static Json to_json(const Value& segment);
};

struct SegmentSequenceCodec {
  using Value = load::ExecutionSegmentSequence;
  static Result<Value> from_json(const Json& value);
  static Result<Value> from_text(std::string_view text);
  static Json to_json(const Value& sequence);
};

// Tags: `--tag name=value`, commas allowed in the value.
struct TagsCodec : TextMapCodec {
  static Result<StringMap> from_flag(std::span<const std::string> texts);
};

// -e NAME=VALUE.
struct EnvCodec : TextMapCodec {
  static Result<StringMap> from_flag(std::span<const std::string> texts);
};

// --blacklist-ip; the error names the element.
struct NetworksCodec : TextListCodec {
  static Result<Value> from_json(const Json& value);
  static Result<Value> from_text(std::string_view text);
  static Result<Value> from_flag(std::span<const std::string> texts);
};

// For Checked<>.
Result<std::vector<std::string>> check_hostname_patterns(std::vector<std::string> patterns);
Result<StringMap> check_hosts(StringMap hosts);
Result<std::vector<std::string>> check_cipher_suites(std::vector<std::string> suites);
Result<std::vector<std::string>> check_trend_stats(std::vector<std::string> stats);
Result<std::string> check_time_unit(std::string unit);
Result<std::vector<std::string>> check_features(std::vector<std::string> features);
Result<std::vector<std::string>> check_system_tags(std::vector<std::string> names);
Result<std::string> check_local_ips(std::string ranges);
Result<std::string> check_summary_mode(std::string mode);
Result<std::string> check_compatibility_mode(std::string mode);
Result<std::string> check_type(std::string type);
Result<std::string> check_log_output(std::string output);
Result<std::string> check_log_format(std::string format);
Result<std::string> check_io(std::string backend);
Result<std::string> check_isolation(std::string isolation);

}  // namespace proofload::options
