#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "plan/sections.h"
#include "plan/values.h"

namespace proofload::plan {
namespace {

// `latency: {p99: 500ms, p95: 200ms}` is one SLO for each percentile.
void read_latency(const YamlNode& node, const Slo& common, std::vector<Slo>& slos,
                  Diagnostics& diagnostics) {
  if (!node.is_mapping() || node.entries.empty()) {
    diagnostics.error(node.place, "`latency` has to name percentiles, such as {p99: 500ms}");
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const auto percentile = to_percentile(entry.key);
    const auto limit = to_duration(entry.value.text);
    if (!percentile) {
      diagnostics.error(entry.place, fmt::format("`{}` is no percentile", entry.key),
                        "p50, p95, p99, p99.9; averages hide what users feel");
    } else if (!limit || *limit <= Duration::zero()) {
      diagnostics.error(
          entry.value.place,
          fmt::format("`{}` has to be a duration with its unit, such as 500ms", entry.key));
    } else {
      Slo slo = common;
      if (node.entries.size() > 1) slo.id += "-" + entry.key;
      slo.objective = LatencyObjective{*percentile, *limit};
      slos.push_back(std::move(slo));
    }
  }
}

void read_throughput(const YamlNode& node, Slo slo, std::vector<Slo>& slos,
                     Diagnostics& diagnostics) {
  Fields fields(node, "throughput", diagnostics);
  ThroughputObjective objective{.delivered = fields.share("delivered"),
                                .sustains_per_second = fields.rate("sustains")};
  fields.finish();
  if (node.is_mapping() &&
      objective.delivered.has_value() == objective.sustains_per_second.has_value()) {
    diagnostics.error(node.place, "`throughput` has either `delivered` or `sustains`",
                      "delivered: 99% of what was scheduled; sustains: 240/s requests");
  }
  slo.objective = objective;
  slos.push_back(std::move(slo));
}

void read_slo(const YamlNode& node, const std::string& key, std::vector<Slo>& slos,
              Diagnostics& diagnostics) {
  Fields fields(node, key.empty() ? "an SLO" : fmt::format("the SLO `{}`", key), diagnostics);
  Slo slo{.id = key.empty() ? fields.text("id").value_or("") : key,
          .endpoint = fields.text("endpoint").value_or(""),
          .objective = {},
          .profiles = fields.texts("profiles"),
          .owner = fields.text("owner").value_or(""),
          .place = node.place};
  if (slo.id.empty()) fields.required("id", "a short name that reports use");
  const std::size_t before = slos.size();
  const std::size_t errors = diagnostics.error_count();
  if (const YamlNode* latency = fields.node("latency")) {
    read_latency(*latency, slo, slos, diagnostics);
  }
  if (const YamlNode* rate = fields.node("error_rate")) {
    Fields error_rate(*rate, "error_rate", diagnostics);
    const auto max = error_rate.share("max");
    if (!max) error_rate.required("max", "such as {max: 0.1%}");
    error_rate.finish();
    slo.objective = ErrorRateObjective{max.value_or(0)};
    slos.push_back(slo);
  }
  if (const YamlNode* throughput = fields.node("throughput")) {
    read_throughput(*throughput, slo, slos, diagnostics);
  }
  fields.finish();
  if (slos.size() == before && diagnostics.error_count() == errors) {
    diagnostics.error(
        node.place, fmt::format("the SLO `{}` has no objective", slo.id),
        "latency: {p99: 500ms}, error_rate: {max: 0.1%} or throughput: {delivered: 99%}");
  }
  if (slos.size() > before + 1 && node.find("latency") != nullptr &&
      (node.find("error_rate") != nullptr || node.find("throughput") != nullptr)) {
    diagnostics.error(node.place, fmt::format("the SLO `{}` has objectives of two kinds", slo.id),
                      "give each its own entry: they have different owners and causes");
  }
}

}  // namespace

std::string describe(const Slo& slo) {
  const std::string where = slo.endpoint.empty() ? "all requests" : slo.endpoint;
  if (const auto* latency = std::get_if<LatencyObjective>(&slo.objective)) {
    return fmt::format("{} p{} <= {}", where, latency->percentile, to_string(latency->limit));
  }
  if (const auto* errors = std::get_if<ErrorRateObjective>(&slo.objective)) {
    return fmt::format("{} errors <= {:.4g} %", where, errors->max * 100);
  }
  const auto& throughput = std::get<ThroughputObjective>(slo.objective);
  return throughput.delivered
             ? fmt::format("delivered >= {:.4g} % of the schedule", *throughput.delivered * 100)
             : fmt::format("{} >= {:.6g} requests/s", where,
                           throughput.sustains_per_second.value_or(0));
}

std::vector<Slo> read_slos(const YamlNode& node, Diagnostics& diagnostics) {
  std::vector<Slo> slos;
  for (const YamlNode& item : node.items) read_slo(item, "", slos, diagnostics);
  for (const YamlEntry& entry : node.entries) {
    read_slo(entry.value, entry.key, slos, diagnostics);
  }
  if (node.items.empty() && node.entries.empty()) {
    diagnostics.error(node.place, "`slos` has to be a list of SLOs");
  }
  return slos;
}

}  // namespace proofload::plan
