#include "report/result_document.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/people_format.h"
#include "report/result_figures.h"
#include "report/sentences.h"

namespace proofload::report {
namespace {

using evidence::CheckState;
using evidence::ItemState;
using evidence::ProfileResult;
using evidence::ProfileState;
using evidence::Result;
using evidence::SignatureState;
using report::tone_of;  // beside those below

constexpr std::size_t kEndpointsMax = 50;  // per profile; the rest is in result.json
constexpr std::size_t kEventsMax = 100;
constexpr std::size_t kFailuresMax = 50;

Tone tone_of(CheckState state) {
  switch (state) {
    case CheckState::kPass:
      return Tone::kGood;
    case CheckState::kFail:
      return Tone::kBad;
    default:
      return Tone::kUnsure;
  }
}

Tone tone_of(ItemState state) {
  if (state == ItemState::kMet) return Tone::kGood;
  return state == ItemState::kNotMet ? Tone::kBad : Tone::kUnsure;
}

Tone tone_of(SignatureState state) {
  if (state <= SignatureState::kReviewed) return Tone::kGood;
  return state == SignatureState::kMissing ? Tone::kBad : Tone::kUnsure;
}

Tone tone_of(ProfileState state) {
  if (state == ProfileState::kValid) return Tone::kGood;
  return state == ProfileState::kHalted ? Tone::kBad : Tone::kUnsure;
}

Cell cell(std::string text) {
  return {std::move(text), Tone::kPlain};
}
template <class State>
Cell state_cell(State state) {
  return {std::string(to_string(state)), tone_of(state)};
}

Section verdict_section(const Result& result) {
  const auto lines = verdict_lines(result);
  Section section{"verdict", "Verdict", {}};
  Banner banner{{lines.begin(), lines.end()}, tone_of(result.verdict.readiness)};
  banner.lines.insert(banner.lines.end(), result.stamps.begin(), result.stamps.end());
  section.pieces.emplace_back(std::move(banner));
  if (result.is_partial) {
    section.pieces.emplace_back(Paragraph{
        "A partial run: not all profiles at their full length. It is not a certification."});
  }
  section.pieces.emplace_back(Paragraph{executive_summary(result)});
  if (!result.verdict.reasons.empty()) {
    section.pieces.emplace_back(Paragraph{"Why it is not READY, the gravest first:"});
    section.pieces.emplace_back(Bullets{result.verdict.reasons});
  }
  return section;
}

std::string breach_text(const Result& result, const evidence::SloResult& slo) {
  if (!slo.first_breach) return "";
  const auto profile = std::ranges::find(result.profiles, slo.profile, &ProfileResult::name);
  std::string text = format_clock(*slo.first_breach);
  if (profile == result.profiles.end() || profile->started == WallTime{}) return text;
  return text + " (" + format_time(profile->started + *slo.first_breach).substr(11) + ")";
}

Table level_table(const ProfileResult& profile) {
  Table table{profile.name + ", its steps",
              {"Journeys offered", "Requests served", "At once", "SLOs"},
              {true, true, true, false},
              {}};
  for (const auto& level : profile.levels) {
    table.rows.push_back(
        {cell(format_value(level.offered, "/s")),
         cell(format_value(level.served, "/s")),
         cell(fmt::format("{:.3g}", level.concurrency)),
         {level.is_good ? "held" : "did not hold", level.is_good ? Tone::kGood : Tone::kBad}});
  }
  return table;
}

Section slo_section(const Result& result) {
  Section section{"slo", "SLOs", {}};
  Table table{"95 % intervals within the run; a failed request counts as slower than every answer.",
              {"SLO", "Profile", "Objective", "Measured", "Margin", "95 % interval", "Samples",
               "First breach", "State"},
              {false, false, false, true, true, true, true, true, false},
              {}};
  std::vector<std::string> undecided;
  for (const auto* slo : slos_by_gravity(result)) {
    table.rows.push_back(
        {cell(slo->owner.empty() ? slo->id : fmt::format("{} ({})", slo->id, slo->owner)),
         cell(slo->profile), cell(slo->objective),
         cell(slo->value ? format_value(*slo->value, slo->unit) : "-"), cell(format_margin(*slo)),
         cell(slo->interval ? format_interval(*slo->interval, slo->unit) : "-"),
         cell(with_thousands(slo->samples)), cell(breach_text(result, *slo)),
         state_cell(slo->state)});
    if (auto sentence = undecided_sentence(*slo); !sentence.empty()) {
      undecided.push_back(std::move(sentence));
    }
  }
  if (table.rows.empty()) {
    section.pieces.emplace_back(Paragraph{"No SLO was judged."});
    return section;
  }
  section.pieces.emplace_back(std::move(table));
  for (const ProfileResult& profile : result.profiles) {
    if (!profile.levels.empty()) section.pieces.emplace_back(level_table(profile));
    if (profile.scaling) section.pieces.emplace_back(Paragraph{profile.scaling->sentence + "."});
  }
  if (!undecided.empty()) section.pieces.emplace_back(Bullets{std::move(undecided)});
  return section;
}

Section timeline_section(const Result& result) {
  Section section{"timeline", "Timeline", {}};
  std::size_t number = 0;
  for (const ProfileResult& profile : result.profiles) {
    if (profile.seconds.empty()) continue;
    section.pieces.emplace_back(timeline_figure(result, profile, ++number));
  }
  if (number == 0) section.pieces.emplace_back(Paragraph{"No load was sent."});
  if (result.events.empty()) return section;
  Table table{"Events", {"Time", "Profile", "What happened"}, {false, false, false}, {}};
  for (const auto& event : result.events) {
    if (table.rows.size() == kEventsMax) break;
    table.rows.push_back({cell(format_time(event.at)), cell(event.profile), cell(event.text)});
  }
  if (result.events.size() > kEventsMax) table.caption = "Events, the first 100";
  section.pieces.emplace_back(std::move(table));
  return section;
}

std::vector<Cell> signal_row(const evidence::Signal& signal) {
  std::vector<double> values;
  for (const auto& point : signal.points) values.push_back(point.value);
  std::ranges::sort(values);
  const auto at = [&](double share) {
    if (values.empty()) return Cell{"no data", Tone::kUnsure};
    const auto last = static_cast<double>(values.size() - 1);
    return cell(format_value(values[static_cast<std::size_t>(share * last)], signal.unit));
  };
  return {cell(signal.id),
          cell(signal.component),
          cell(fmt::format("{}{}{}{}{}", signal.name, signal.object.empty() ? "" : " of ",
                           signal.object, signal.instance.empty() ? "" : " at ", signal.instance)),
          at(0),
          at(0.5),
          at(1),
          cell(signal.source)};
}

Table artifact_table(const Result& result) {
  Table table{"Taken while it happened, in the run's folder",
              {"File", "Component", "What", "When", "Profile", "Why"},
              {false, false, false, false, false, false},
              {}};
  for (const auto& one : result.artifacts) {
    table.rows.push_back({Cell{one.file, Tone::kPlain, one.file}, cell(one.component),
                          cell(one.kind), cell(format_time(one.at)), cell(one.profile),
                          cell(one.reason)});
  }
  return table;
}

Section signals_section(const Result& result) {
  Section section{"signals", "Signals", {}};
  if (result.signals.empty()) {
    section.pieces.emplace_back(
        Paragraph{"No data: no series of the service's components were watched."});
    if (!result.artifacts.empty()) section.pieces.emplace_back(artifact_table(result));
    return section;
  }
  Table table{"Over the whole run",
              {"Id", "Component", "Signal", "Least", "Median", "Greatest", "Source"},
              {false, false, false, true, true, true, false},
              {}};
  std::vector<std::string> components;
  for (const auto& signal : result.signals) {
    table.rows.push_back(signal_row(signal));
    const bool is_new = std::ranges::find(components, signal.component) == components.end();
    if (is_new && !signal.points.empty()) components.push_back(signal.component);
  }
  std::size_t number = 0;
  for (const auto& component : components) {
    section.pieces.emplace_back(signal_figure(result, component, ++number));
  }
  section.pieces.emplace_back(std::move(table));
  if (!result.artifacts.empty()) section.pieces.emplace_back(artifact_table(result));
  return section;
}

Section traces_section(const Result& result) {
  Section section{"traces", "Traces", {}};
  Table table{
      "Requests that asked to be traced, and how many of those that were looked for were found",
      {"Profile", "Requests", "Asked", "Found", "At the peak", "Of the slow", "Spans kept",
       "State"},
      {false, true, true, true, true, true, true, false},
      {}};
  for (const auto& one : result.traces) {
    const auto found = [](std::uint64_t part, std::uint64_t whole) {
      return cell(fmt::format("{} of {}", with_thousands(part), with_thousands(whole)));
    };
    table.rows.push_back({cell(one.profile),
                          cell(with_thousands(one.requests)),
                          cell(with_thousands(one.flagged)),
                          found(one.found, one.asked),
                          found(one.peak_found, one.peak_asked),
                          found(one.slow_found, one.slow_asked),
                          found(one.kept_spans, one.spans),
                          {one.is_observed ? "observed" : "unobserved",
                           one.is_observed ? Tone::kGood : Tone::kBad}});
  }
  if (table.rows.empty()) {
    section.pieces.emplace_back(Paragraph{"No data: the plan names no source of traces."});
    return section;
  }
  section.pieces.emplace_back(std::move(table));
  Bullets sentences;
  for (const auto& one : result.traces) sentences.items.push_back(traces_sentence(one));
  section.pieces.emplace_back(std::move(sentences));
  return section;
}

Section cause_section(const Result& result) {
  Section section{"rca", "What limited it", {}};
  for (const auto* finding : findings_by_impact(result)) {
    std::string text = fmt::format("{}. {}", finding->id, finding_sentence(*finding));
    if (!finding->confidence.empty()) text += fmt::format(" Confidence: {}.", finding->confidence);
    if (!finding->evidence.empty()) {
      text += fmt::format(" Evidence: {}.", fmt::join(finding->evidence, ", "));
    }
    section.pieces.emplace_back(Paragraph{std::move(text)});
  }
  if (section.pieces.empty()) {
    section.pieces.emplace_back(
        Paragraph{result.verdict.slos == evidence::SloLine::kBroken
                      ? "No cause was found."
                      : "Nothing limited the service as far as it was watched."});
  }
  return section;
}

Section bottlenecks_section(const Result& result) {
  Section section{"bottlenecks", "Bottlenecks by impact", {}};
  Table table{"Impact: added latency times the requests that had it",
              {"Rank", "Finding", "Bottleneck", "Impact", "Evidence"},
              {true, false, false, true, false},
              {}};
  for (const auto* finding : findings_by_impact(result)) {
    table.rows.push_back({cell(fmt::format("{}", table.rows.size() + 1)), cell(finding->id),
                          cell(finding->sentence), cell(format_value(finding->impact_seconds, "s")),
                          cell(fmt::format("{}", fmt::join(finding->evidence, ", ")))});
  }
  if (table.rows.empty()) {
    section.pieces.emplace_back(Paragraph{"None was found."});
  } else {
    section.pieces.emplace_back(std::move(table));
  }
  return section;
}

Section recommendations_section(const Result& result) {
  Section section{"recommendations", "Recommendations", {}};
  Bullets bullets;
  for (const auto* finding : findings_by_impact(result)) {
    if (finding->recommendation.empty()) continue;
    bullets.items.push_back(fmt::format("{} ({})", finding->recommendation, finding->id));
  }
  if (bullets.items.empty()) {
    section.pieces.emplace_back(Paragraph{"None."});
    return section;
  }
  section.pieces.emplace_back(std::move(bullets));
  if (!result.command.empty()) {
    section.pieces.emplace_back(Paragraph{"To verify a change, run again:"});
    section.pieces.emplace_back(Code{result.command});
  }
  return section;
}

Section risk_section(const Result& result) {
  Section section{"risk", "Regression risk", {}};
  Table table{"The run judges all changes together.", {"Change", "Advice"}, {false, false}, {}};
  for (const auto& change : result.changes) {
    table.rows.push_back(
        {cell(change), {shipping_advice(result), tone_of(result.verdict.readiness)}});
  }
  if (table.rows.empty()) {
    section.pieces.emplace_back(Paragraph{"The plan names no changes that this run is to clear."});
  } else {
    section.pieces.emplace_back(std::move(table));
  }
  auto gaps = coverage_gaps(result);
  if (gaps.empty()) {
    section.pieces.emplace_back(Paragraph{"Everything the plan asks for was covered."});
  } else {
    section.pieces.emplace_back(Paragraph{"Not covered, so at risk:"});
    section.pieces.emplace_back(Bullets{std::move(gaps)});
  }
  if (!result.rollback.empty()) {
    section.pieces.emplace_back(Paragraph{"To roll back (never run by this tool):"});
    section.pieces.emplace_back(Code{result.rollback});
  }
  return section;
}

Table endpoint_table(const ProfileResult& profile) {
  Table table{profile.name + ", in the measured time; latencies of answered requests",
              {"Endpoint", "Requests", "Failed", "P50", "P95", "P99", "Max"},
              {false, true, true, true, true, true, true},
              {}};
  for (const auto& one : profile.endpoints) {
    if (table.rows.size() == kEndpointsMax) {
      table.caption += fmt::format("; the first {} of {}", kEndpointsMax, profile.endpoints.size());
      break;
    }
    std::vector<Cell> row{
        cell(one.name), cell(with_thousands(one.requests)),
        cell(format_share(static_cast<double>(one.failed), static_cast<double>(one.requests)))};
    for (const double latency : {one.p50, one.p95, one.p99, one.max}) {
      row.push_back(cell(one.requests > one.failed ? format_value(latency, "ms") : "-"));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table failure_table(const Result& result) {
  Table table{
      "Failed requests, the first of each kind, redacted",
      {"Profile", "Endpoint", "Request", "Status", "Of this kind", "When", "Trace", "Answer"},
      {false, false, false, false, true, false, false, false},
      {}};
  for (const auto& one : result.failures) {
    if (table.rows.size() == kFailuresMax) break;
    table.rows.push_back({cell(one.profile), cell(one.endpoint),
                          cell(fmt::format("{} {}", one.method, one.url)),
                          cell(one.status == 0 ? one.error : fmt::format("{}", one.status)),
                          cell(with_thousands(one.kind_count)), cell(format_time(one.at)),
                          cell(one.trace_id), cell(one.body)});
  }
  return table;
}

Section endpoints_section(const Result& result) {
  Section section{"endpoints", "Endpoints", {}};
  for (const ProfileResult& profile : result.profiles) {
    if (!profile.endpoints.empty()) section.pieces.emplace_back(endpoint_table(profile));
  }
  if (!result.failures.empty()) section.pieces.emplace_back(failure_table(result));
  if (section.pieces.empty()) section.pieces.emplace_back(Paragraph{"No request was measured."});
  return section;
}

Section validity_section(const Result& result) {
  Section section{"validity", "Was the load what the plan said", {}};
  Table table{"Iterations the plan scheduled, and what became of them",
              {"Profile", "Load", "State", "Scheduled", "Started", "Dropped", "Withheld",
               "Delivered", "Why"},
              {false, false, false, true, true, true, true, true, false},
              {}};
  for (const ProfileResult& profile : result.profiles) {
    table.rows.push_back({cell(profile.is_required ? profile.name : profile.name + " (optional)"),
                          cell(profile.load), state_cell(profile.state),
                          cell(with_thousands(profile.scheduled_iterations)),
                          cell(with_thousands(profile.started_iterations)),
                          cell(with_thousands(profile.dropped_iterations)),
                          cell(with_thousands(profile.withheld_iterations)),
                          cell(format_share(static_cast<double>(profile.started_iterations),
                                            static_cast<double>(profile.scheduled_iterations))),
                          cell(fmt::format("{}", fmt::join(profile.reasons, "; ")))});
  }
  section.pieces.emplace_back(std::move(table));
  return section;
}

Section preflight_section(const Result& result) {
  Section section{"preflight", "Preflight", {}};
  Table table{"",
              {"Check", "State", "What was seen", "What to do", "Took"},
              {false, false, false, false, true},
              {}};
  for (const auto& check : result.checks) {
    table.rows.push_back({cell(check.is_required ? check.id : check.id + " (optional)"),
                          state_cell(check.state), cell(check.evidence),
                          cell(check.waiver.empty() ? check.hint : "Waived: " + check.waiver),
                          cell(format_value(to_milliseconds(check.took), "ms"))});
  }
  if (table.rows.empty()) {
    section.pieces.emplace_back(Paragraph{"No check was run."});
  } else {
    section.pieces.emplace_back(std::move(table));
  }
  return section;
}

Section plan_section(const Result& result) {
  Section section{"plan", "Checklist, signatures, decision", {}};
  Table checklist{
      "Production-ready checklist", {"Item", "State", "Evidence"}, {false, false, false}, {}};
  for (const auto& item : result.checklist) {
    checklist.rows.push_back({cell(item.text), state_cell(item.state), cell(item.evidence)});
  }
  if (!checklist.rows.empty()) section.pieces.emplace_back(std::move(checklist));
  Table signatures{"Signatures of the plan",
                   {"Role", "Name", "When", "State"},
                   {false, false, false, false},
                   {}};
  for (const auto& one : result.signatures) {
    signatures.rows.push_back(
        {cell(one.role), cell(one.name), cell(one.at), state_cell(one.state)});
  }
  if (!signatures.rows.empty()) section.pieces.emplace_back(std::move(signatures));
  Table decisions{"Decisions",
                  {"Role", "Name", "Decision", "When", "Accepted risk", "Expires"},
                  {false, false, false, false, false, false},
                  {}};
  for (const auto& one : result.decisions) {
    decisions.rows.push_back({cell(one.role), cell(one.name), cell(one.decision), cell(one.at),
                              cell(one.accepted_risk), cell(one.expires)});
  }
  if (decisions.rows.empty()) {
    section.pieces.emplace_back(
        Paragraph{"Nobody has decided yet: this tool recommends, people decide."});
  } else {
    section.pieces.emplace_back(std::move(decisions));
  }
  return section;
}

Section reproduction_section(const Result& result) {
  Section section{"repro", "Reproduction", {}};
  if (!result.command.empty()) section.pieces.emplace_back(Code{result.command});
  Table table{"", {"What", "Value"}, {false, false}, {}};
  const std::pair<const char*, std::string> facts[] = {
      {"Run", result.run},
      {"Plan", result.plan_path},
      {"Plan hash", result.plan_hash},
      {"Script hash", result.script_hash},
      {"Service", result.service},
      {"Service version", result.service_version},
      {"Environment", result.environment},
      {"Began", format_time(result.started)},
      {"Ended", format_time(result.ended)},
      {"Time scale", result.time_scale == 1 ? "" : fmt::format("{}", result.time_scale)},
      {"Proofload", result.version},
  };
  for (const auto& [what, value] : facts) {
    if (!value.empty()) table.rows.push_back({cell(what), cell(value)});
  }
  section.pieces.emplace_back(std::move(table));
  return section;
}

}  // namespace

Document result_document(const Result& result) {
  return {fmt::format("Load test of {}", result.plan.empty() ? result.run : result.plan),
          {verdict_section(result), slo_section(result), timeline_section(result),
           signals_section(result), traces_section(result), cause_section(result),
           bottlenecks_section(result), recommendations_section(result), risk_section(result),
           endpoints_section(result), validity_section(result), preflight_section(result),
           plan_section(result), reproduction_section(result)}};
}

}  // namespace proofload::report
