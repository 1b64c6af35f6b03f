#include "options/value_codecs.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"

namespace proofload::options {
namespace {

Error unknown_field(std::string_view name) {
  return invalid_value(fmt::format("json: unknown field \"{}\"", name));
}

// Those of a scenario may have no other fields, those of the shortcut may.
Result<load::Stage> stage_from_json(const Json& value, bool is_strict) {
  if (!value.is_object()) return wrong_json_type(value, "lib.Stage");
  load::Stage stage;
  for (const auto& [key, element] : value.items()) {
    if (is_same_key(key, "duration")) {
      if (!element.is_null()) stage.duration = PL_TRY(DurationCodec::from_json(element));
    } else if (is_same_key(key, "target")) {
      if (!element.is_null()) stage.target = PL_TRY(IterationCount::from_json(element));
    } else if (is_strict) {
      return unknown_field(key);
    }
  }
  return stage;
}

Result<std::vector<load::Stage>> stages_from_json(const Json& value, bool is_strict) {
  if (!value.is_array()) return wrong_json_type(value, "[]lib.Stage");
  std::vector<load::Stage> stages;
  for (const Json& element : value) stages.push_back(PL_TRY(stage_from_json(element, is_strict)));
  return stages;
}

Result<load::Stage> stage_from_text(std::string_view text) {
  load::Stage stage;
  const std::size_t colon = std::min(text.find(':'), text.size());
  if (colon > 0) stage.duration = PL_TRY(DurationCodec::from_text(text.substr(0, colon)));
  if (colon + 1 < text.size()) {
    stage.target = PL_TRY(IterationCount::from_text(text.substr(colon + 1)));
  }
  return stage;
}

Result<metrics::ThresholdConfig> threshold_from_json(const Json& value) {
  if (value.is_string()) return metrics::ThresholdConfig{.expression = value.get<std::string>()};
  if (!value.is_object()) return wrong_json_type(value, "metrics.thresholdConfig");
  metrics::ThresholdConfig threshold;
  for (const auto& [key, element] : value.items()) {
    if (element.is_null()) continue;
    if (is_same_key(key, "threshold")) {
      threshold.expression = PL_TRY(TextCodec::from_json(element));
    } else if (is_same_key(key, "abortOnFail")) {
      threshold.abort_on_fail = PL_TRY(BoolCodec::from_json(element));
    } else if (is_same_key(key, "delayAbortEval")) {
      threshold.delay_abort_eval = PL_TRY(DurationCodec::from_json(element));
    }
  }
  return threshold;
}

Result<std::string> one_of(std::string_view text, std::span<const std::string_view> names,
                           std::string_view what) {
  for (const std::string_view name : names) {
    if (is_same_key(name, text)) return std::string(name);
  }
  return invalid_value(
      fmt::format("invalid {} '{}', use one of: {}", what, text, fmt::join(names, ", ")));
}

// A bare number is milliseconds; "inf" and "0" stand for themselves.
Result<std::string> ttl_from_text(std::string_view text) {
  if (text == "inf") return std::string(text);
  const Result<Duration> ttl = TimeoutCodec::from_text(text);
  if (!ttl) return invalid_value(fmt::format("invalid DNS TTL: {}", text));
  return std::string(text);
}

Result<void> set_dns_part(DnsOptions& dns, std::string_view key, std::string_view text) {
  constexpr std::array<std::string_view, 3> kSelects{"first", "random", "roundRobin"};
  constexpr std::array<std::string_view, 5> kPolicies{"preferIPv4", "preferIPv6", "onlyIPv4",
                                                      "onlyIPv6", "any"};
  if (is_same_key(key, "ttl")) {
    dns.ttl = PL_TRY(ttl_from_text(text));
  } else if (is_same_key(key, "select")) {
    dns.select = PL_TRY(one_of(text, kSelects, "DNS select"));
  } else if (is_same_key(key, "policy")) {
    dns.policy = PL_TRY(one_of(text, kPolicies, "DNS policy"));
  } else {
    return invalid_value(fmt::format("unknown DNS configuration field: {}", key));
  }
  return {};
}

Result<std::string> tls_version_from_json(const Json& value) {
  constexpr std::array<std::string_view, 4> kVersions{"tls1.0", "tls1.1", "tls1.2", "tls1.3"};
  const std::string text = PL_TRY(TextCodec::from_json(value));
  if (text.empty()) return text;
  return one_of(text, kVersions, "TLS version");
}

Result<TlsAuth> tls_auth_from_json(const Json& value) {
  if (!value.is_object()) return wrong_json_type(value, "lib.TLSAuth");
  TlsAuth auth;
  for (const auto& [key, element] : value.items()) {
    if (element.is_null()) continue;
    if (is_same_key(key, "cert")) auth.cert = PL_TRY(TextCodec::from_json(element));
    if (is_same_key(key, "key")) auth.key = PL_TRY(TextCodec::from_json(element));
    if (is_same_key(key, "password")) auth.password = PL_TRY(TextCodec::from_json(element));
    if (is_same_key(key, "domains")) auth.domains = PL_TRY(TextListCodec::from_json(element));
  }
  return auth;
}

}  // namespace

Result<std::vector<load::Stage>> StagesCodec::from_json(const Json& value) {
  return stages_from_json(value, true);
}

Result<std::vector<load::Stage>> ShortcutStagesCodec::from_json(const Json& value) {
  return stages_from_json(value, false);
}

Result<std::vector<load::Stage>> StagesCodec::from_text(std::string_view text) {
  Value stages;
  const std::vector<std::string> parts = PL_TRY(TextListCodec::from_text(text));
  for (const std::string& part : parts) {
    stages.push_back(PL_TRY(stage_from_text(part)));
  }
  return stages;
}

Result<std::vector<load::Stage>> StagesCodec::from_flag(std::span<const std::string> texts) {
  Value stages;
  for (const std::string& text : texts) {
    Result<load::Stage> stage = stage_from_text(text);
    if (!stage) {
      return std::move(stage).error().within(fmt::format("error for stage {}", stages.size()));
    }
    if (!stage->duration) {
      return invalid_value(
          fmt::format("stage {} doesn't have a specified duration", stages.size()));
    }
    stages.push_back(*stage);
  }
  return stages;
}

Json StagesCodec::to_json(const Value& stages) {
  Json list = Json::array();
  for (const load::Stage& stage : stages) {
    list.push_back({{"duration", stage.duration ? Json(to_string(*stage.duration)) : Json()},
                    {"target", stage.target ? Json(*stage.target) : Json()}});
  }
  return list;
}

Result<ThresholdsCodec::Value> ThresholdsCodec::from_json(const Json& value) {
  if (!value.is_object()) return wrong_json_type(value, "map[string]metrics.Thresholds");
  Value thresholds;
  for (const auto& [metric, list] : value.items()) {
    std::vector<metrics::ThresholdConfig>& of_metric = thresholds[metric];
    if (list.is_null()) continue;
    if (!list.is_array()) return wrong_json_type(list, "[]metrics.thresholdConfig");
    for (const Json& element : list) of_metric.push_back(PL_TRY(threshold_from_json(element)));
  }
  return thresholds;
}

Result<ThresholdsCodec::Value> ThresholdsCodec::from_text(std::string_view text) {
  return from_json(PL_TRY(parse_json(text)));
}

Json ThresholdsCodec::to_json(const Value& thresholds) {
  Json object = Json::object();
  for (const auto& [metric, list] : thresholds) {
    Json& array = object[metric] = Json::array();
    for (const metrics::ThresholdConfig& threshold : list) {
      if (!threshold.abort_on_fail) {
        array.push_back(threshold.expression);
        continue;
      }
      array.push_back(
          {{"threshold", threshold.expression},
           {"abortOnFail", true},
           {"delayAbortEval",
            threshold.delay_abort_eval ? Json(to_string(*threshold.delay_abort_eval)) : Json()}});
    }
  }
  return object;
}

Result<DnsOptions> DnsCodec::from_json(const Json& value) {
  if (value.is_string()) return from_text(value.get_ref<const std::string&>());
  if (!value.is_object()) return wrong_json_type(value, "types.DNSConfig");
  DnsOptions dns;
  for (const auto& [key, element] : value.items()) {
    if (element.is_null()) continue;
    const std::string text =
        element.is_number_integer() ? json_text(element) : PL_TRY(TextCodec::from_json(element));
    if (auto set = set_dns_part(dns, key, text); !set) return std::move(set).error();
  }
  return dns;
}

Result<DnsOptions> DnsCodec::from_text(std::string_view text) {
  DnsOptions dns;
  const std::vector<std::string> pairs = PL_TRY(TextListCodec::from_text(text));
  for (const std::string& pair : pairs) {
    const std::size_t separator = pair.find('=');
    if (separator == std::string::npos) {
      return invalid_value(fmt::format("invalid DNS configuration: {}", text));
    }
    const std::string_view view = pair;
    auto set = set_dns_part(dns, view.substr(0, separator), view.substr(separator + 1));
    if (!set) return std::move(set).error();
  }
  return dns;
}

Json DnsCodec::to_json(const DnsOptions& dns) {
  const auto text = [](const std::optional<std::string>& part) {
    return part ? Json(*part) : Json();
  };
  return {{"ttl", text(dns.ttl)}, {"select", text(dns.select)}, {"policy", text(dns.policy)}};
}

Result<TlsVersions> TlsVersionsCodec::from_json(const Json& value) {
  if (!value.is_object()) {
    const std::string version = PL_TRY(tls_version_from_json(value));
    return TlsVersions{.min = version, .max = version};
  }
  TlsVersions versions;
  for (const auto& [key, element] : value.items()) {
    if (element.is_null()) continue;
    if (is_same_key(key, "min")) versions.min = PL_TRY(tls_version_from_json(element));
    if (is_same_key(key, "max")) versions.max = PL_TRY(tls_version_from_json(element));
  }
  if (!versions.min.empty() && !versions.max.empty() && versions.min > versions.max) {
    return invalid_value(fmt::format("the minimal TLS version {} is above the maximal one, {}",
                                     versions.min, versions.max));
  }
  return versions;
}

Json TlsVersionsCodec::to_json(const TlsVersions& versions) {
  return {{"min", versions.min}, {"max", versions.max}};
}

Result<std::vector<TlsAuth>> TlsAuthCodec::from_json(const Json& value) {
  if (!value.is_array()) return wrong_json_type(value, "[]*lib.TLSAuth");
  Value entries;
  for (const Json& element : value) entries.push_back(PL_TRY(tls_auth_from_json(element)));
  return entries;
}

Result<std::vector<TlsAuth>> TlsAuthCodec::from_text(std::string_view text) {
  return from_json(PL_TRY(parse_json(text)));
}

Json TlsAuthCodec::to_json(const Value& entries) {
  Json list = Json::array();
  for (const TlsAuth& auth : entries) {
    list.push_back({{"cert", auth.cert},
                    {"key", auth.key},
                    {"password", auth.password.empty() ? Json() : Json(auth.password)},
                    {"domains", auth.domains.empty() ? Json() : Json(auth.domains)}});
  }
  return list;
}

Result<load::ExecutionSegment> SegmentCodec::from_json(const Json& value) {
  return from_text(PL_TRY(TextCodec::from_json(value)));
}

Result<load::ExecutionSegment> SegmentCodec::from_text(std::string_view text) {
  return load::ExecutionSegment::parse(text);
}

Json SegmentCodec::to_json(const Value& segment) {
  return load::to_string(segment);
}

Result<load::ExecutionSegmentSequence> SegmentSequenceCodec::from_json(const Json& value) {
  return from_text(PL_TRY(TextCodec::from_json(value)));
}

Result<load::ExecutionSegmentSequence> SegmentSequenceCodec::from_text(std::string_view text) {
  return load::parse_segment_sequence(text);
}

Json SegmentSequenceCodec::to_json(const Value& sequence) {
  return load::to_string(sequence);
}

Result<StringMap> TagsCodec::from_flag(std::span<const std::string> texts) {
  StringMap tags;
  for (const std::string& text : texts) {
    const std::size_t separator = text.find('=');
    std::string_view problem;
    if (text.empty()) {
      problem = "invalid tag, empty string";
    } else if (separator == 0) {
      problem = "invalid tag, empty name";
    } else if (separator == std::string::npos || separator + 1 == text.size()) {
      problem = "invalid tag, empty value";
    }
    if (!problem.empty()) {
      return invalid_value(fmt::format("error parsing tag '{}': {}", text, problem));
    }
    tags[text.substr(0, separator)] = text.substr(separator + 1);
  }
  return tags;
}

Result<StringMap> EnvCodec::from_flag(std::span<const std::string> texts) {
  const auto is_name_char = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  StringMap env;
  for (const std::string& text : texts) {
    const std::size_t separator = std::min(text.find('='), text.size());
    const std::string name = text.substr(0, separator);
    const bool starts_with_digit = !name.empty() && name[0] >= '0' && name[0] <= '9';
    if (name.empty() || starts_with_digit || !std::all_of(name.begin(), name.end(), is_name_char)) {
      return invalid_value(fmt::format("invalid environment variable name '{}'", name));
    }
    env[name] = separator == text.size() ? "" : text.substr(separator + 1);
  }
  return env;
}

}  // namespace proofload::options
