// The lint of a plan's script, as `plan check` and the preflight show it.
#pragma once

#include <string>

#include "app/plan_command.h"
#include "base/error.h"
#include "evidence/result.h"
#include "lint/lint.h"

namespace proofload::app {

// On a thread that has no script loaded.
Result<std::vector<lint::Remark>> lint_plan(const CheckedPlan& checked);

// Warnings as compilers print them, with the line of the script.
std::string remarks_text(const CheckedPlan& checked, const std::vector<lint::Remark>& remarks);

// Check `script-lint` of the preflight: never required; it fails when VUs make or read data or
// when that could not be looked at, and warns of everything else.
evidence::CheckResult lint_check(const CheckedPlan& checked);

}  // namespace proofload::app
