#include "report/result_figures.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "report/people_format.h"
#include "report/plain_text.h"
#include "report/svg_chart.h"

namespace proofload::report {
namespace {

using evidence::ProfileResult;
using evidence::Second;

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMarksMax = 6;
constexpr std::size_t kSignalsMax = 6;

// Letters, digits and dashes: good in every file system and link.
std::string file_name(std::string_view kind, std::size_t number, std::string_view name) {
  constexpr std::size_t kMax = 40;
  std::string safe;
  for (const char c : name.substr(0, kMax)) {
    safe += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  }
  return fmt::format("{}-{}-{}.svg", kind, number, safe);
}

template <class Value>
ChartLine line_of(const ProfileResult& profile, std::string name, const Value& value) {
  ChartLine line{std::move(name), {}};
  for (const Second& second : profile.seconds) {
    line.points.emplace_back(to_seconds(second.since_start), value(second));
  }
  return line;
}

Panel latency_panel(const ProfileResult& profile) {
  const auto answered = [](double Second::*percentile) {
    // Without an answer there is no latency.
    return [percentile](const Second& second) {
      return second.requests > second.failed ? second.*percentile : kNoValue;
    };
  };
  Panel panel{.title = "Latency, ms, from the intended send time", .lines = {}, .limits = {}};
  panel.lines = {line_of(profile, "P50", answered(&Second::p50)),
                 line_of(profile, "P95", answered(&Second::p95)),
                 line_of(profile, "P99", answered(&Second::p99))};
  for (const auto& slo : profile.slos) {
    if (slo.unit == "ms") panel.limits.push_back({"limit " + slo.id, slo.limit});
  }
  return panel;
}

std::vector<Mark> marks_of(const evidence::Result& result, const ProfileResult& profile) {
  std::vector<Mark> marks;
  for (const auto& slo : profile.slos) {
    if (slo.state == evidence::SloState::kBroken && slo.first_breach) {
      marks.push_back({slo.id + " broken", to_seconds(*slo.first_breach)});
    }
  }
  for (const auto& event : result.events) {
    if (event.profile != profile.name) continue;
    marks.push_back({event.text, to_seconds(event.at - profile.started)});
  }
  std::ranges::stable_sort(marks, {}, &Mark::at);
  if (marks.size() > kMarksMax) marks.resize(kMarksMax);
  // Names in one row would hide each other; the events' table has them all.
  constexpr double kShareBetweenNames = 0.22;
  double last = -std::numeric_limits<double>::infinity();
  for (Mark& mark : marks) {
    if (mark.at - last < kShareBetweenNames * to_seconds(profile.took)) {
      mark.name.clear();
    } else {
      last = mark.at;
    }
  }
  return marks;
}

// The end of the time axis.
double seconds_of(const ProfileResult& profile) {
  const double last =
      profile.seconds.empty() ? 0 : to_seconds(profile.seconds.back().since_start) + 1;
  return std::max(to_seconds(profile.took), last);
}

}  // namespace

Figure timeline_figure(const evidence::Result& result, const ProfileResult& profile,
                       std::size_t number) {
  TimeChart chart{.title = fmt::format("{}: latency and requests over time", profile.name),
                  .seconds = seconds_of(profile),
                  .panels = {latency_panel(profile)},
                  .bands = {},
                  .marks = marks_of(result, profile)};
  const auto count = [](std::uint64_t Second::*member) {
    return [member](const Second& second) { return static_cast<double>(second.*member); };
  };
  chart.panels.push_back({"Requests, dropped iterations and failures a second",
                          {line_of(profile, "requests", count(&Second::requests)),
                           line_of(profile, "dropped", count(&Second::dropped_iterations)),
                           line_of(profile, "failed", count(&Second::failed))},
                          {}});
  chart.panels.push_back(
      {"VUs",
       {line_of(profile, "VUs", [](const Second& second) { return double(second.vus); })},
       {}});
  std::string caption = fmt::format(
      "{}: {}. From {} on, {} long.", clean_text(profile.name, kNameMax),
      clean_text(profile.load, kNameMax), format_time(profile.started), format_clock(profile.took));
  if (profile.measured_from > Duration::zero()) {
    chart.bands.push_back({"not measured", 0, to_seconds(profile.measured_from)});
    caption += " What is shaded is ramp or warm-up, and not judged.";
  }
  return {file_name("timeline", number, profile.name), std::move(caption), render_svg(chart)};
}

Figure signal_figure(const evidence::Result& result, const std::string& component,
                     std::size_t number) {
  TimeChart chart{.title = fmt::format("Signals of {} over the run", component),
                  .seconds = to_seconds(result.ended - result.started),
                  .panels = {},
                  .bands = {},
                  .marks = {}};
  std::size_t left_out = 0;
  for (const auto& signal : result.signals) {
    if (signal.component != component || signal.points.empty()) continue;
    if (chart.panels.size() == kSignalsMax) {
      ++left_out;
      continue;
    }
    ChartLine line{signal.id, {}};
    for (const auto& point : signal.points) {
      line.points.emplace_back(to_seconds(point.at - result.started), point.value);
    }
    std::string title = signal.name;
    if (!signal.object.empty()) title += " of " + signal.object;
    if (!signal.instance.empty()) title += " at " + signal.instance;
    if (!signal.unit.empty()) title += ", " + signal.unit;
    chart.panels.push_back({std::move(title), {std::move(line)}, {}});
  }
  for (const ProfileResult& profile : result.profiles) {
    if (profile.state == evidence::ProfileState::kSkipped) continue;
    chart.marks.push_back({profile.name, to_seconds(profile.started - result.started)});
  }
  std::string caption =
      fmt::format("Signals of {} over the run; the lines mark where profiles begin.",
                  clean_text(component, kNameMax));
  if (left_out > 0) caption += fmt::format(" {} more are in result.json.", left_out);
  return {file_name("signals", number, component), std::move(caption), render_svg(chart)};
}

}  // namespace proofload::report
