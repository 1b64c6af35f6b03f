#include "output/csv_output.h"

#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "metrics/tag_set.h"

namespace proofload::output {
namespace {

// In quotes where a reader would otherwise take it for something else; the rule is Go's.
void append_field(std::string& out, std::string_view text) {
  const bool is_plain = text.empty() || (text.find_first_of(",\"\r\n") == std::string_view::npos &&
                                         text[0] != ' ' && text[0] != '\t' && text != R"(\.)");
  if (is_plain) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_entry(std::string& out, std::string_view key, std::int64_t value) {
  out += key;
  append_integer(out, value);
}

}  // namespace

CsvRows::CsvRows(metrics::SystemTagSet system_tags, TimeFormat time_format)
    : has_vu_(system_tags.has(metrics::SystemTag::kVu)),
      has_iteration_(system_tags.has(metrics::SystemTag::kIter)),
      time_format_(time_format) {
  for (std::size_t i = 0; i < metrics::kSystemTagCount; ++i) {
    const auto tag = static_cast<metrics::SystemTag>(i);
    const bool is_metadata = tag == metrics::SystemTag::kVu || tag == metrics::SystemTag::kIter;
    if (system_tags.has(tag) && !is_metadata) columns_.push_back(tag);
  }
}

void CsvRows::append_header(std::string& out) const {
  out += "metric_name,timestamp,metric_value";
  for (const auto tag : columns_) fmt::format_to(std::back_inserter(out), ",{}", to_string(tag));
  out += ",extra_tags,metadata\n";
}

void CsvRows::append(std::string& out, const metrics::Sample& sample) {
  out += sample.metric->name;
  out += ',';
  append_time(out, to_wall(sample.at));
  out += ',';
  append_six_decimals(out, sample.value);
  out += tags_.get(sample.tags->id(), [&](std::string& tags) { append_tags(tags, *sample.tags); });
  // What no VU recorded (vus, vus_max) has none.
  if (sample.origin.vu != 0) {
    if (has_vu_) append_entry(out, "vu=", static_cast<std::int64_t>(sample.origin.vu));
    if (has_vu_ && has_iteration_) out += '&';
    if (has_iteration_) append_entry(out, "iter=", sample.origin.iteration);
  }
  out += '\n';
}

void CsvRows::append_time(std::string& out, WallTime at) {
  const auto since_epoch = at.time_since_epoch();
  const auto append_count = [&](auto unit) {
    append_integer(out, std::chrono::floor<decltype(unit)>(since_epoch).count());
  };
  switch (time_format_) {
    case TimeFormat::kUnix:
      return append_count(std::chrono::seconds());
    case TimeFormat::kUnixMilli:
      return append_count(std::chrono::milliseconds());
    case TimeFormat::kUnixMicro:
      return append_count(std::chrono::microseconds());
    case TimeFormat::kUnixNano:
      return append_count(std::chrono::nanoseconds());
    case TimeFormat::kRfc3339:
      return time_.append_seconds(out, at);
    case TimeFormat::kRfc3339Nano:
      return time_.append_nanoseconds(out, at);
  }
}

void CsvRows::append_tags(std::string& out, const metrics::TagSet& tags) const {
  for (const auto tag : columns_) {
    out += ',';
    append_field(out, tags.get(to_string(tag)).value_or(""));
  }
  std::string extra;
  for (const auto& [key, value] : tags.pairs()) {
    if (metrics::find_system_tag(key)) continue;
    if (!extra.empty()) extra += '&';
    fmt::format_to(std::back_inserter(extra), "{}={}", key, value);
  }
  out += ',';
  append_field(out, extra);
  out += ',';
}

CsvOutput::CsvOutput(CsvOptions options, TimeFormat time_format, const OutputContext& context)
    : options_(std::move(options)), rows_(context.system_tags, time_format) {}

std::string CsvOutput::description() const {
  const bool is_stdout = options_.file_name.empty() || options_.file_name == "-";
  return fmt::format("csv ({})", is_stdout ? "stdout" : options_.file_name);
}

Result<void> CsvOutput::start() {
  sink_ = PL_TRY(FileSink::open(options_.file_name));
  rows_.append_header(sink_->buffer());
  return {};
}

void CsvOutput::consume(std::span<const metrics::Sample> batch) {
  for (const auto& sample : batch) {
    rows_.append(sink_->buffer(), sample);
    sink_->end_record();
  }
}

}  // namespace proofload::output
