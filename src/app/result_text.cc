#include "app/result_text.h"

#include <fmt/format.h>

#include "report/sentences.h"

namespace proofload::app {

std::string result_text(const evidence::Result& result) {
  std::string text = "\n";
  for (const evidence::ProfileResult& profile : result.profiles) {
    for (const std::string& reason : profile.reasons) {
      text += fmt::format("{} is {}: {}\n", profile.name, to_string(profile.state), reason);
    }
  }
  for (const evidence::SloResult* slo : report::slos_by_gravity(result)) {
    text += report::slo_sentence(*slo) + "\n";
    const std::string why = report::undecided_sentence(*slo);
    if (!why.empty()) text += "  " + why + "\n";
  }
  for (const evidence::TraceResult& traces : result.traces) {
    text += report::traces_sentence(traces) + "\n";
  }
  for (const evidence::ProfileResult& profile : result.profiles) {
    if (profile.scaling) text += fmt::format("{}: {}\n", profile.name, profile.scaling->sentence);
  }
  for (const evidence::Finding* finding : report::findings_by_impact(result)) {
    text += fmt::format("\n{}\n", report::finding_sentence(*finding));
    if (!finding->recommendation.empty()) text += "  -> " + finding->recommendation + "\n";
  }
  text += "\n" + report::executive_summary(result) + "\n\n";
  for (const std::string& stamp : result.stamps) text += stamp + "\n";
  for (const std::string& line : report::verdict_lines(result)) text += line + "\n";
  for (const std::string& reason : result.verdict.reasons) text += "  " + reason + "\n";
  if (result.is_partial) text += "This was a part of the plan: not a certification.\n";
  return text;
}

}  // namespace proofload::app
