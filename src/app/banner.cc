#include "app/banner.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "load/plan.h"

namespace proofload::app {
namespace {

constexpr std::string_view kLogo = R"(
     ____                 __ _                 _
    |  _ \ _ __ ___   ___/ _| | ___   __ _  __| |
    | |_) | '__/ _ \ / _ \ |_| |/ _ \ / _` |/ _` |
    |  __/| | | (_) | (_) |  _| | (_) | (_| | (_| |
    |_|   |_|  \___/ \___/|_| |_|\___/ \__,_|\__,_|
)";

std::string colored(std::string_view text, int color, bool with_color) {
  return with_color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
}

}  // namespace

std::string banner_text(const BannerFacts& facts, bool with_color) {
  constexpr int kYellow = 33;
  constexpr int kCyan = 36;
  const auto value = [&](std::string_view text) { return colored(text, kCyan, with_color); };
  const load::ExecutionPlan plan = load::merged_requirements(facts.scenarios, facts.tuple);
  std::string text = colored(kLogo, kYellow, with_color);
  text += fmt::format(
      "\n     execution: {}\n        script: {}\n        output: {}\n\n", value("local"),
      value(facts.script),
      value(facts.outputs.empty() ? "-" : fmt::format("{}", fmt::join(facts.outputs, ", "))));
  std::size_t running = 0;
  std::string lines;
  for (const load::Scenario& scenario : facts.scenarios) {
    if (!load::has_work(scenario, facts.tuple)) continue;
    running++;
    lines += fmt::format("              * {}: {}\n", scenario.name,
                         load::describe(scenario, facts.tuple));
  }
  const double share = facts.tuple.segment().length_as_double() * 100;
  text += fmt::format(
      "     scenarios: {}\n{}\n",
      value(fmt::format(
          "({:.2f}%) {} scenario{}, {} max VUs, {} max duration (incl. graceful stop):", share,
          running, running == 1 ? "" : "s", load::possible_vus(plan),
          to_string(load::end_offset(plan)))),
      lines);
  return text;
}

}  // namespace proofload::app
