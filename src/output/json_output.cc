#include "output/json_output.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "metrics/metric.h"
#include "metrics/tag_set.h"

namespace proofload::output {
namespace {

// `"key":"value"` pairs in braces.
template <class Pairs>
void append_object(std::string& out, const Pairs& pairs) {
  out += '{';
  for (bool is_first = true; const auto& [key, value] : pairs) {
    if (!std::exchange(is_first, false)) out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

// A text, or, when it can end the run, an object.
void append_threshold(std::string& out, const metrics::ThresholdConfig& config) {
  if (!config.abort_on_fail) return append_json_string(out, config.expression);
  out += R"({"threshold":)";
  append_json_string(out, config.expression);
  out += R"(,"abortOnFail":true,"delayAbortEval":)";
  out +=
      config.delay_abort_eval ? fmt::format("\"{}\"", to_string(*config.delay_abort_eval)) : "null";
  out += '}';
}

void append_submetrics(std::string& out, const metrics::Metric& metric) {
  if (metric.submetrics.empty()) {
    out += "null";
    return;
  }
  out += '[';
  for (bool is_first = true; const auto* submetric : metric.submetrics) {
    if (!std::exchange(is_first, false)) out += ',';
    out += R"({"name":)";
    append_json_string(out, submetric->name);
    out += R"(,"suffix":)";
    append_json_string(out, submetric->selector);
    out += R"(,"tags":)";
    append_object(out, submetric->selector_tags);
    out += '}';
  }
  out += ']';
}

}  // namespace

JsonLines::JsonLines(const OutputContext& context)
    : thresholds_(context.thresholds),
      has_vu_(context.system_tags.has(metrics::SystemTag::kVu)),
      has_iteration_(context.system_tags.has(metrics::SystemTag::kIter)) {}

void JsonLines::append(std::string& out, const metrics::Sample& sample) {
  out += metrics_.get(sample.metric->id, [&](std::string& prefix) {
    describe(out, *sample.metric);
    prefix = R"({"metric":)";
    append_json_string(prefix, sample.metric->name);
    prefix += R"(,"type":"Point","data":{"time":")";
  });
  time_.append_nanoseconds(out, to_wall(sample.at));
  out += R"(","value":)";
  append_shortest(out, sample.value);
  out += tags_.get(sample.tags->id(), [&](std::string& tags) {
    tags = R"(,"tags":)";
    append_object(tags, sample.tags->pairs());
  });
  if ((has_vu_ || has_iteration_) && sample.origin.vu != 0) append_metadata(out, sample.origin);
  out += "}}\n";
}

// Not for what no VU recorded (vus, vus_max).
void JsonLines::append_metadata(std::string& out, const metrics::SampleOrigin& origin) const {
  out += R"(,"metadata":{)";
  if (has_iteration_) {
    out += R"("iter":")";
    append_integer(out, origin.iteration);
    out += '"';
  }
  if (has_iteration_ && has_vu_) out += ',';
  if (has_vu_) {
    out += R"("vu":")";
    append_integer(out, static_cast<std::int64_t>(origin.vu));
    out += '"';
  }
  out += '}';
}

void JsonLines::describe(std::string& out, const metrics::Metric& metric) const {
  out += R"({"type":"Metric","data":{"name":)";
  append_json_string(out, metric.name);
  fmt::format_to(std::back_inserter(out), R"(,"type":"{}","contains":"{}","thresholds":[)",
                 metrics::to_string(metric.type), metrics::to_string(metric.contains));
  if (thresholds_ != nullptr) {
    for (bool is_first = true; const auto* threshold : thresholds_->of(metric)) {
      if (!std::exchange(is_first, false)) out += ',';
      append_threshold(out, threshold->config);
    }
  }
  out += R"(],"submetrics":)";
  append_submetrics(out, metric);
  out += R"(},"metric":)";
  append_json_string(out, metric.name);
  out += "}\n";
}

JsonOutput::JsonOutput(std::string path, const OutputContext& context)
    : path_(std::move(path)), lines_(context) {}

std::string JsonOutput::description() const {
  // Without a space there, as k6 has it.
  return path_.empty() || path_ == "-" ? "json(stdout)" : fmt::format("json ({})", path_);
}

Result<void> JsonOutput::start() {
  sink_ = PL_TRY(FileSink::open(path_));
  return {};
}

void JsonOutput::consume(std::span<const metrics::Sample> batch) {
  for (const auto& sample : batch) {
    lines_.append(sink_->buffer(), sample);
    sink_->end_record();
  }
}

}  // namespace proofload::output
