#include "report/text_summary.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "report/metric_order.h"
#include "report/number_format.h"
#include "report/text_columns.h"

namespace proofload::report {
namespace {

// k6 gives a script without scenarios one of this name, and shows its groups at top level.
constexpr std::string_view kDefaultScenario = "default";
constexpr std::string_view kSetupGroup = "::setup";
constexpr std::string_view kTeardownGroup = "::teardown";

// The last name in a group's path.
std::string_view group_name(std::string_view path) {
  return path.substr(path.rfind("::") + 2);
}

std::string_view parent_path(std::string_view path) {
  return path.substr(0, path.rfind("::"));
}

// Passes and fails of checks with one name, wherever they were made, in order of first appearance.
std::vector<SummaryCheck> merged_by_name(const std::vector<SummaryCheck>& checks,
                                         const std::function<bool(const SummaryCheck&)>& wanted) {
  std::vector<SummaryCheck> out;
  for (const auto& check : checks) {
    if (!wanted(check)) continue;
    const auto known = std::find_if(
        out.begin(), out.end(), [&](const SummaryCheck& seen) { return seen.name == check.name; });
    if (known == out.end()) {
      out.push_back(check);
    } else {
      known->passes += check.passes;
      known->fails += check.fails;
    }
  }
  return out;
}

class Writer {
 public:
  Writer(const Summary& summary, const TextSummaryOptions& options)
      : summary_(summary), options_(options), paint_(options.color) {}

  std::string write();

 private:
  bool is_full() const { return options_.mode == SummaryMode::kFull; }

  void add_thresholds();
  void add_threshold_group(const SummaryMetric& metric, std::string_view title);
  void add_title(std::string_view title);
  void add_results(const std::vector<SummaryMetric>& metrics,
                   const std::vector<SummaryCheck>& checks);
  void add_checks(const std::vector<SummaryCheck>& checks);
  void add_check_totals(const std::vector<SummaryCheck>& checks);
  void add_metrics(const std::vector<SummaryMetric>& metrics);
  void add_groups(std::string_view scenario, std::string_view parent);
  void add_group(const SummaryGroup& group);
  void add_line(std::string_view text) { out_ += indent_ + std::string(text) + '\n'; }

  const Summary& summary_;
  const TextSummaryOptions& options_;
  Paint paint_;
  std::string indent_ = "    ";
  std::string out_;
};

std::string Writer::write() {
  out_ = "\n";
  add_thresholds();
  add_title("TOTAL RESULTS");
  add_results(summary_.metrics,
              merged_by_name(summary_.checks, [](const SummaryCheck&) { return true; }));
  if (is_full()) {
    add_groups(kDefaultScenario, "");
    for (const auto& scenario : summary_.scenarios) {
      if (scenario.name == kDefaultScenario) continue;
      add_title("SCENARIO: " + scenario.name);
      add_results(scenario.metrics, merged_by_name(summary_.checks, [&](const SummaryCheck& check) {
                    return check.scenario == scenario.name;
                  }));
      add_groups(scenario.name, "");
    }
  }
  return out_ + "\n\n";
}

void Writer::add_title(std::string_view title) {
  out_ += fmt::format("\n  █ {} \n\n", paint_.bold(title));
}

void Writer::add_thresholds() {
  const auto sorted = sorted_by_name(summary_.metrics);
  const auto has_any = [](const SummaryMetric* metric) { return !metric->thresholds.empty(); };
  if (std::none_of(sorted.begin(), sorted.end(), has_any)) return;

  add_title("THRESHOLDS");
  const SummaryMetric* parent = nullptr;
  for (const auto* metric : sorted) {
    if (!has_any(metric)) continue;
    if (metric->selector.empty()) parent = metric;
    const bool is_nested =
        !metric->selector.empty() && parent != nullptr && parent->name == metric->name;
    if (is_nested) indent_ += "  ";
    add_threshold_group(*metric,
                        is_nested ? fmt::format("{{{}}}", metric->selector) : metric->full_name());
    if (is_nested) indent_.resize(indent_.size() - 2);
  }
}

void Writer::add_threshold_group(const SummaryMetric& metric, std::string_view title) {
  add_line(title);
  for (const auto& threshold : metric.thresholds) {
    std::string value = threshold.statistic == "count" && metric.type == metrics::MetricType::kTrend
                            ? js_number(threshold.observed)
                            : humanize_value(threshold.observed, metric, summary_.time_unit);
    if (threshold.statistic == "rate" && metric.type == metrics::MetricType::kCounter)
      value += "/s";
    add_line(fmt::format("{} {} {}={}", threshold.ok ? paint_.green("✓") : paint_.red("✗"),
                         paint_.white(fmt::format("'{}'", threshold.expression)),
                         paint_.white(threshold.statistic), paint_.cyan(value)));
  }
  out_ += '\n';
}

void Writer::add_results(const std::vector<SummaryMetric>& metrics,
                         const std::vector<SummaryCheck>& checks) {
  // A threshold on checks shows them even when none ran.
  const bool has_checks =
      std::any_of(metrics.begin(), metrics.end(),
                  [](const SummaryMetric& metric) { return metric.name == "checks"; });
  if (has_checks || !checks.empty()) add_checks(checks);
  add_metrics(metrics);
}

void Writer::add_checks(const std::vector<SummaryCheck>& checks) {
  add_check_totals(checks);
  for (const auto& check : checks) {
    if (check.fails == 0) {
      add_line(paint_.green("✓ " + check.name));
      continue;
    }
    const auto percent = 100 * check.passes / (check.passes + check.fails);
    add_line(paint_.red("✗ " + check.name));
    add_line("  " +
             paint_.red(fmt::format("↳  {}% — ✓ {} / ✗ {}", percent, check.passes, check.fails)));
  }
  out_ += '\n';
}

void Writer::add_check_totals(const std::vector<SummaryCheck>& checks) {
  std::int64_t passes = 0;
  std::int64_t fails = 0;
  for (const auto& check : checks) {
    passes += check.passes;
    fails += check.fails;
  }
  const std::int64_t total = passes + fails;
  const double seconds = to_seconds(summary_.test_run_duration);
  const double per_second = seconds > 0 ? static_cast<double>(total) / seconds : 0;
  SummaryMetric rate;
  rate.type = metrics::MetricType::kRate;
  const auto share = [&](std::string name, std::int64_t count) {
    const double value = total > 0 ? static_cast<double>(count) / static_cast<double>(total) : 0;
    return ColumnLine{std::move(name),
                      humanize_value(value, rate, ""),
                      {fmt::format("{} out of {}", count, total)},
                      {}};
  };
  const std::vector<ColumnLine> lines = {
      {"checks_total", fmt::format("{}", total), {trimmed(per_second, 6) + "/s"}, {}},
      share("checks_succeeded", passes),
      share("checks_failed", fails)};

  Columns columns({});
  for (const auto& each : lines) columns.add(each);
  for (const auto& each : lines) add_line(columns.render(each, paint_));
  out_ += '\n';
}

void Writer::add_metrics(const std::vector<SummaryMetric>& metrics) {
  Columns columns(summary_.trend_stats);
  std::vector<std::vector<ColumnLine>> sections(kSections.size());
  for (const auto* metric : sorted_by_name(metrics)) {
    if (!is_listed(metric->name, is_full())) continue;
    const auto section = std::find(kSections.begin(), kSections.end(), section_of(metric->name));
    auto& lines = sections[static_cast<std::size_t>(section - kSections.begin())];
    lines.push_back(metric_line(*metric, summary_.trend_stats, summary_.time_unit));
    columns.add(lines.back());
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (sections[i].empty()) continue;
    add_line(paint_.bold(kSections.at(i)));
    for (const auto& each : sections[i]) add_line(columns.render(each, paint_));
    out_ += '\n';
  }
}

void Writer::add_groups(std::string_view scenario, std::string_view parent) {
  for (const auto& group : summary_.groups) {
    const bool is_ours = group.scenario == scenario && parent_path(group.path) == parent &&
                         group.path != kSetupGroup && group.path != kTeardownGroup;
    if (is_ours) add_group(group);
  }
}

// A group at the top of the summary is a block of its own; one inside a scenario or another group
// is indented under it.
void Writer::add_group(const SummaryGroup& group) {
  const bool is_block = group.scenario == kDefaultScenario && parent_path(group.path).empty();
  const std::string title = fmt::format("GROUP: {}", group_name(group.path));
  if (is_block) {
    add_title(title);
  } else {
    add_line(fmt::format("↳ {} \n", paint_.bold(title)));
    indent_ += "  ";
  }
  add_results(group.metrics, merged_by_name(summary_.checks, [&](const SummaryCheck& check) {
                return check.scenario == group.scenario && check.group == group.path;
              }));
  add_groups(group.scenario, group.path);
  if (!is_block) indent_.resize(indent_.size() - 2);
}

}  // namespace

std::string text_summary(const Summary& summary, const TextSummaryOptions& options) {
  return Writer(summary, options).write();
}

}  // namespace proofload::report
