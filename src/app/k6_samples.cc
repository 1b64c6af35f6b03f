#include "app/k6_samples.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <istream>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "report/timestamp.h"

namespace proofload::app {
namespace {

constexpr std::string_view kOther = "(other names)";
constexpr std::size_t kEndpointsMax = 1000;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Seconds, milli-, micro- or nanoseconds since 1970 by their size, or RFC 3339: k6 writes what
// K6_CSV_TIME_FORMAT asks for.
std::optional<WallTime> time_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return report::parse_rfc3339(std::string(text));
  }
  std::int64_t unit = 1'000'000'000;
  for (std::int64_t size = 100'000'000'000; unit > 1 && value >= size; size *= 1000) unit /= 1000;
  return WallTime(std::chrono::duration_cast<WallTime::duration>(Duration(value * unit)));
}

std::optional<K6Sample> from_json(std::string_view line) {
  const Json in = Json::parse(line, nullptr, false);
  if (!in.is_object() || in.value("type", "") != "Point") return K6Sample{};
  const auto data = in.find("data");
  if (data == in.end() || !data->is_object()) return std::nullopt;
  const auto time = data->find("time");
  const auto value = data->find("value");
  if (time == data->end() || !time->is_string() || value == data->end() || !value->is_number()) {
    return std::nullopt;
  }
  const auto at = time_of(time->get<std::string>());
  if (!at) return std::nullopt;
  K6Sample sample{
      .metric = in.value("metric", ""), .at = *at, .value = value->get<double>(), .tags = {}};
  const auto tags = data->find("tags");
  if (tags == data->end() || !tags->is_object()) return sample;
  for (const auto& [name, tag] : tags->items()) {
    if (tag.is_string()) sample.tags[name] = tag.get<std::string>();
  }
  return sample;
}

// RFC 4180: quotes are doubled. k6 breaks no line inside of them but in tags of scripts.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::optional<K6Sample> from_csv(std::string_view line, const std::vector<std::string>& header) {
  std::vector<std::string> fields = csv_fields(line);
  if (fields.size() < 3) return std::nullopt;
  const auto at = time_of(fields[1]);
  const auto value = number(fields[2]);
  if (!at || !value) return std::nullopt;
  K6Sample sample{.metric = std::move(fields[0]), .at = *at, .value = *value, .tags = {}};
  for (std::size_t i = 3; i < std::min(fields.size(), header.size()); ++i) {
    if (!fields[i].empty()) sample.tags[header[i]] = std::move(fields[i]);
  }
  return sample;
}

// Up to one of `ends` that no backslash stands before; takes it from `rest`, with the end.
std::string take_until(std::string_view& rest, std::string_view ends) {
  std::string text;
  std::size_t i = 0;
  bool is_quoted = false;
  for (; i < rest.size(); ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) {
      text += rest[++i];
      continue;
    }
    if (rest[i] == '"') is_quoted = !is_quoted;
    if (!is_quoted && ends.find(rest[i]) != std::string_view::npos) break;
    text += rest[i];
  }
  rest.remove_prefix(i);
  return text;
}

std::optional<K6Sample> from_line_protocol(std::string_view line) {
  K6Sample sample{.metric = take_until(line, ", "), .at = {}, .value = 0, .tags = {}};
  while (line.starts_with(',')) {
    line.remove_prefix(1);
    std::string key = take_until(line, "=");
    if (line.empty()) return std::nullopt;
    line.remove_prefix(1);
    sample.tags[std::move(key)] = take_until(line, ", ");
  }
  bool has_value = false;
  while (line.starts_with(' ') || line.starts_with(',')) {
    const bool is_first = line.starts_with(' ');
    if (is_first && has_value) break;
    line.remove_prefix(1);
    const std::string key = take_until(line, "= ");
    if (!line.starts_with('=')) return std::nullopt;
    line.remove_prefix(1);
    std::string text = take_until(line, ", ");
    if (key != "value") continue;
    if (text.ends_with('i')) text.pop_back();
    const auto value = number(text);
    if (!value) return std::nullopt;
    sample.value = *value;
    has_value = true;
  }
  const auto space = line.rfind(' ');
  const auto at = space == std::string_view::npos ? std::nullopt : time_of(line.substr(space + 1));
  if (!has_value || !at) return std::nullopt;
  sample.at = *at;
  return sample;
}

std::string tag_of(const K6Sample& sample, const char* name) {
  const auto found = sample.tags.find(name);
  return found == sample.tags.end() ? std::string() : found->second;
}

}  // namespace

Result<SampleFormat> sample_format(std::string_view first_line) {
  if (first_line.starts_with('{')) return SampleFormat::kJson;
  if (first_line.starts_with("metric_name,timestamp,metric_value")) return SampleFormat::kCsv;
  if (from_line_protocol(first_line)) return SampleFormat::kLineProtocol;
  return Error(ErrorKind::kUsage, "these are no samples of k6")
      .with_hint("what --out json, --out csv or InfluxDB's line protocol write can be imported");
}

K6Samples::~K6Samples() = default;

Result<void> K6Samples::read(std::istream& lines) {
  std::string line;
  if (!std::getline(lines, line)) return Error(ErrorKind::kUsage, "the file is empty");
  const SampleFormat format = PL_TRY(sample_format(line));
  std::vector<std::string> header;
  if (format == SampleFormat::kCsv) {
    header = csv_fields(line);
    if (!std::getline(lines, line)) line.clear();
  }
  std::uint64_t number = header.empty() ? 1 : 2;
  do {
    if (line.empty()) continue;
    const auto sample = format == SampleFormat::kJson  ? from_json(line)
                        : format == SampleFormat::kCsv ? from_csv(line, header)
                                                       : from_line_protocol(line);
    if (sample) {
      add(*sample);
    } else if (!lines.eof()) {
      return Error(ErrorKind::kUsage, fmt::format("line {} is no sample", number));
    }
  } while (++number, std::getline(lines, line));
  if (!seconds_.empty()) return {};
  return Error(ErrorKind::kUsage, "there is no HTTP request among the samples")
      .with_hint("http_req_duration is what is read");
}

K6Samples::Block& K6Samples::block(std::map<std::string, std::unique_ptr<Block>>& blocks,
                                   const std::string& name) {
  const bool has_room = blocks.size() < kEndpointsMax || blocks.contains(name);
  auto& one = blocks[has_room ? name : std::string(kOther)];
  if (!one) one = std::make_unique<Block>();
  return *one;
}

void K6Samples::add(const K6Sample& sample) {
  const bool is_request = sample.metric == "http_req_duration";
  const bool is_dropped = sample.metric == "dropped_iterations";
  const bool is_vus = sample.metric == "vus";
  if (sample.metric == "iterations") iterations_ += static_cast<std::uint64_t>(sample.value);
  if (!is_request && !is_dropped && !is_vus) return;
  const std::int64_t second =
      std::chrono::floor<std::chrono::seconds>(sample.at).time_since_epoch().count();
  auto& one = seconds_[second];
  if (!one) one = std::make_unique<Block>();
  if (is_vus) {
    one->vus = std::max(one->vus, static_cast<std::int64_t>(sample.value));
  } else if (is_dropped) {
    one->dropped += static_cast<std::uint64_t>(sample.value);
    dropped_ += static_cast<std::uint64_t>(sample.value);
  } else {
    const std::string name = tag_of(sample, "name");
    Block& endpoint = block(
        endpoints_, tag_of(sample, "method") + " " + (name.empty() ? tag_of(sample, "url") : name));
    const bool is_failed = tag_of(sample, "expected_response") == "false";
    for (Block* each : {one.get(), &endpoint}) {
      if (is_failed) {
        ++each->failed;
      } else {
        each->latencies.record(sample.value, slab_);
      }
    }
  }
}

evidence::Result K6Samples::result() const {
  evidence::Result result;
  evidence::ProfileResult profile{.name = "imported", .load = "as k6 ran it"};
  const std::int64_t first = seconds_.begin()->first;
  const std::int64_t last = seconds_.rbegin()->first;
  profile.state = evidence::ProfileState::kIncomplete;
  profile.reasons = {
      "imported: no SLO was judged, and latencies are from sending, not from the "
      "intended time"};
  result.started = WallTime(std::chrono::seconds(first));
  result.ended = WallTime(std::chrono::seconds(last + 1));
  profile.started = result.started;
  profile.took = std::chrono::seconds(last + 1 - first);
  profile.started_iterations = iterations_;
  profile.dropped_iterations = dropped_;
  profile.scheduled_iterations = iterations_ + dropped_;
  const Block nothing;
  for (std::int64_t at = first; at <= last; ++at) {
    const auto found = seconds_.find(at);
    const Block& one = found == seconds_.end() ? nothing : *found->second;
    profile.seconds.push_back({.since_start = std::chrono::seconds(at - first),
                               .requests = one.latencies.count() + one.failed,
                               .failed = one.failed,
                               .dropped_iterations = one.dropped,
                               .vus = one.vus,
                               .p50 = one.latencies.percentile(0.50),
                               .p95 = one.latencies.percentile(0.95),
                               .p99 = one.latencies.percentile(0.99)});
  }
  for (const auto& [name, one] : endpoints_) {
    profile.endpoints.push_back({.name = name,
                                 .requests = one->latencies.count() + one->failed,
                                 .failed = one->failed,
                                 .p50 = one->latencies.percentile(0.50),
                                 .p95 = one->latencies.percentile(0.95),
                                 .p99 = one->latencies.percentile(0.99),
                                 .max = one->latencies.max()});
  }
  result.is_partial = true;
  result.stamps = {"IMPORTED"};
  result.profiles.push_back(std::move(profile));
  return result;
}

}  // namespace proofload::app
