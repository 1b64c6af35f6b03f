#include "report/summary_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "report/metric_order.h"
#include "report/timestamp.h"

namespace proofload::report {
namespace {

// Whole numbers without a decimal point, as JavaScript writes them.
Json number(double value) {
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  if (std::trunc(value) == value && std::abs(value) <= kExactMax) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

Json values_of(const SummaryMetric& metric) {
  Json out = Json::object();
  for (const auto& [name, value] : metric.values) out[name] = number(value);
  return out;
}

// Names come from scripts and may hold what is not UTF-8.
std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string_view parent_path(std::string_view path) {
  return path.substr(0, path.rfind("::"));
}

// Paths of all groups entered or checked in, each after the group that holds it.
std::vector<std::string> group_paths(const Summary& summary) {
  std::vector<std::string> out;
  const std::function<void(const std::string&)> add = [&](const std::string& path) {
    if (path.empty() || std::find(out.begin(), out.end(), path) != out.end()) return;
    add(std::string(parent_path(path)));
    out.push_back(path);
  };
  const bool has_setup =
      std::any_of(summary.checks.begin(), summary.checks.end(),
                  [](const SummaryCheck& check) { return check.group == "::setup"; });
  if (has_setup) add("::setup");
  for (const auto& group : summary.groups) {
    // Nobody entered these with group(): they are there when something was checked in them.
    if (group.path != "::setup" && group.path != "::teardown") add(group.path);
  }
  for (const auto& check : summary.checks) add(check.group);
  return out;
}

// The checks of one group, those of several scenarios added up.
Json checks_in(const Summary& summary, std::string_view group) {
  Json out = Json::array();
  for (const auto& check : summary.checks) {
    if (check.group != group) continue;
    const auto known = std::find_if(out.begin(), out.end(),
                                    [&](const Json& seen) { return seen["name"] == check.name; });
    if (known != out.end()) {
      (*known)["passes"] = (*known)["passes"].get<std::int64_t>() + check.passes;
      (*known)["fails"] = (*known)["fails"].get<std::int64_t>() + check.fails;
      continue;
    }
    const std::string path = fmt::format("{}::{}", group, check.name);
    out.push_back(Json{{"name", check.name},
                       {"path", path},
                       {"id", path_id(path)},
                       {"passes", check.passes},
                       {"fails", check.fails}});
  }
  return out;
}

Json group_tree(const Summary& summary, const std::vector<std::string>& paths,
                const std::string& path) {
  Json groups = Json::array();
  for (const auto& child : paths) {
    if (parent_path(child) == path) groups.push_back(group_tree(summary, paths, child));
  }
  const auto name = path.empty() ? path : path.substr(path.rfind("::") + 2);
  return Json{{"name", name},
              {"path", path},
              {"id", path_id(path)},
              {"groups", std::move(groups)},
              {"checks", checks_in(summary, path)}};
}

Json root_group(const Summary& summary) {
  return group_tree(summary, group_paths(summary), "");
}

Json full_metric(const SummaryMetric& metric) {
  Json out{{"type", metrics::to_string(metric.type)},
           {"contains", metrics::to_string(metric.contains)},
           {"values", values_of(metric)}};
  for (const auto& threshold : metric.thresholds) {
    out["thresholds"][threshold.expression] = Json{{"ok", threshold.ok}};
  }
  return out;
}

// An array of objects that have a name, as an object by those names; `groups` and `checks` inside
// likewise.
Json keyed_by_name(const Json& array) {
  Json out = Json::object();
  for (const auto& each : array) {
    Json value = each;
    for (const auto* key : {"groups", "checks"}) {
      if (value.contains(key)) value[key] = keyed_by_name(value[key]);
    }
    out[each["name"].get<std::string>()] = std::move(value);
  }
  return out;
}

Json flat_metric(const SummaryMetric& metric) {
  Json out = Json::object();
  for (const auto& [name, value] : metric.values) {
    const bool is_renamed = metric.type == metrics::MetricType::kRate && name == "rate";
    out[is_renamed ? "value" : name] = number(value);
  }
  for (const auto& threshold : metric.thresholds) {
    out["thresholds"][threshold.expression] = !threshold.ok;
  }
  return out;
}

Json machine_rate(double matches, double total) {
  return Json{{"matches", number(matches)},
              {"rate", number(total == 0 ? 0 : matches / total)},
              {"total", number(total)}};
}

Json machine_trend(const SummaryMetric& metric) {
  Json out = Json::object();
  for (const auto& [key, statistic] : {std::pair{"avg", "avg"},
                                       {"max", "max"},
                                       {"med", "med"},
                                       {"min", "min"},
                                       {"p90", "p(90)"},
                                       {"p95", "p(95)"}}) {
    const auto has =
        std::any_of(metric.values.begin(), metric.values.end(),
                    [name = statistic](const auto& entry) { return entry.first == name; });
    if (has) out[key] = number(metric.value(statistic));
  }
  return out;
}

Json machine_values(const SummaryMetric& metric) {
  switch (metric.type) {
    case metrics::MetricType::kCounter:
      return Json{{"count", number(metric.value("count"))}};
    case metrics::MetricType::kGauge:
      return Json{{"max", number(metric.value("max"))},
                  {"min", number(metric.value("min"))},
                  {"value", number(metric.value("value"))}};
    case metrics::MetricType::kRate:
      return machine_rate(metric.value("passes"), metric.value("passes") + metric.value("fails"));
    case metrics::MetricType::kTrend:
      return machine_trend(metric);
  }
  return {};
}

Json machine_entry(std::string_view contains, std::string_view name, std::string_view type,
                   Json values) {
  return Json{
      {"contains", contains}, {"name", name}, {"type", type}, {"values", std::move(values)}};
}

Json machine_checks(const Summary& summary) {
  Json results = Json::array();
  double passes = 0;
  double fails = 0;
  for (const auto& check : summary.checks) {
    passes += static_cast<double>(check.passes);
    fails += static_cast<double>(check.fails);
    const auto known = std::find_if(results.begin(), results.end(),
                                    [&](const Json& seen) { return seen["name"] == check.name; });
    if (known == results.end()) {
      results.push_back(
          Json{{"fails", check.fails}, {"name", check.name}, {"passes", check.passes}});
    } else {
      (*known)["passes"] = (*known)["passes"].get<std::int64_t>() + check.passes;
      (*known)["fails"] = (*known)["fails"].get<std::int64_t>() + check.fails;
    }
  }
  if (results.empty()) return nullptr;
  const double total = passes + fails;
  Json metrics = Json::array({
      machine_entry("default", "checks_total", "counter", Json{{"count", number(total)}}),
      machine_entry("default", "checks_failed", "rate", machine_rate(fails, total)),
      machine_entry("default", "checks_succeeded", "rate", machine_rate(passes, total)),
  });
  return Json{{"metrics", std::move(metrics)}, {"results", std::move(results)}};
}

}  // namespace

std::string handle_summary_data(const Summary& summary, const Terminals& terminals) {
  Json metrics = Json::object();
  for (const auto* metric : sorted_by_name(summary.metrics)) {
    metrics[metric->full_name()] = full_metric(*metric);
  }
  Json out{
      {"root_group", root_group(summary)},
      {"options", Json{{"summaryTrendStats", summary.trend_stats},
                       {"summaryTimeUnit", summary.time_unit},
                       {"noColor", summary.no_color}}},
      {"state", Json{{"isStdOutTTY", terminals.stdout_is_tty},
                     {"isStdErrTTY", terminals.stderr_is_tty},
                     {"testRunDurationMs", number(to_milliseconds(summary.test_run_duration))}}},
      {"metrics", std::move(metrics)}};
  if (!summary.setup_data.empty()) out["setup_data"] = Json::parse(summary.setup_data);
  return dump(out, -1);
}

std::string summary_export(const Summary& summary) {
  Json metrics = Json::object();
  for (const auto* metric : sorted_by_name(summary.metrics)) {
    metrics[metric->full_name()] = flat_metric(*metric);
  }
  Json out{{"root_group", keyed_by_name(Json::array({root_group(summary)}))[""]},
           {"metrics", std::move(metrics)}};
  if (!summary.setup_data.empty()) out["setup_data"] = Json::parse(summary.setup_data);
  return dump(out, 4);
}

std::string machine_summary(const Summary& summary, const MachineSummaryFacts& facts) {
  Json metrics = Json::array();
  for (const auto* metric : sorted_by_name(summary.metrics)) {
    if (!is_listed(metric->name, false)) continue;
    metrics.push_back(machine_entry(metrics::to_string(metric->contains), metric->full_name(),
                                    metrics::to_string(metric->type), machine_values(*metric)));
  }
  Json results = Json::object();
  if (Json checks = machine_checks(summary); !checks.is_null()) results["checks"] = checks;
  results["metrics"] = std::move(metrics);
  const Json out{{"config", Json{{"duration", number(to_seconds(summary.test_run_duration))},
                                 {"execution", "local"},
                                 {"script", facts.script}}},
                 {"metadata", Json{{"generated_at", rfc3339(facts.generated_at)},
                                   {"k6_version", facts.k6_version}}},
                 {"results", std::move(results)},
                 {"version", "1.0.0"}};
  return dump(out, -1);
}

}  // namespace proofload::report
