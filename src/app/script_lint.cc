#include "app/script_lint.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "analysis/checklist.h"
#include "plan/diagnostics.h"

namespace proofload::app {
namespace {

// Of a script that was not looked at nobody knows it either.
bool is_about_data(const lint::Remark& remark) {
  return remark.rule != "one-url";
}

std::string sentence(const lint::Remark& remark) {
  return fmt::format("{}:{}:{} {}", remark.file, remark.line, remark.column, remark.message);
}

}  // namespace

Result<std::vector<lint::Remark>> lint_plan(const CheckedPlan& checked) {
  const plan::Load& load = checked.plan.load;
  lint::LintInput input{.files = checked.files,
                        .script = std::filesystem::path(load.script).lexically_normal(),
                        .functions = {}};
  for (const plan::Journey& journey : load.journeys) input.functions.push_back(journey.exec);
  return lint::lint_script(input);
}

std::string remarks_text(const CheckedPlan& checked, const std::vector<lint::Remark>& remarks) {
  std::map<std::string, plan::Diagnostics> by_file;
  for (const lint::Remark& one : remarks) {
    by_file[one.file].warning({one.line, one.column}, fmt::format("{} [{}]", one.message, one.rule),
                              one.advice);
  }
  std::string text;
  for (const auto& [file, diagnostics] : by_file) {
    text += diagnostics.render(file, checked.files.at(file));
  }
  return text;
}

evidence::CheckResult lint_check(const CheckedPlan& checked) {
  evidence::CheckResult check{.id = std::string(analysis::check_id::kScriptLint),
                              .state = evidence::CheckState::kPass,
                              .is_required = false};
  const TimePoint start = monotonic_now();
  const auto remarks = lint_plan(checked);
  check.took = monotonic_now() - start;
  if (!remarks) {
    check.state = evidence::CheckState::kFail;
    check.evidence = remarks.error().message();
    return check;
  }
  if (remarks->empty()) {
    check.evidence =
        fmt::format("{}: no data is made, no file read where VUs run", checked.plan.load.script);
    return check;
  }
  const auto worst = std::find_if(remarks->begin(), remarks->end(), is_about_data);
  const bool is_bad = worst != remarks->end();
  const lint::Remark& shown = is_bad ? *worst : remarks->front();
  check.state = is_bad ? evidence::CheckState::kFail : evidence::CheckState::kWarn;
  check.evidence = sentence(shown);
  if (remarks->size() > 1) check.evidence += fmt::format("; {} more", remarks->size() - 1);
  check.hint = shown.advice + "; `proofload plan check` shows every place";
  return check;
}

}  // namespace proofload::app
