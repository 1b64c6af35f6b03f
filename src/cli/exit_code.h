// The process's exit codes: k6's (its errext/exitcodes), so that scripts around it keep working.
#pragma once

#include "app/run_command.h"
#include "base/error.h"

namespace proofload::cli {

inline constexpr int kThresholdsHaveFailed = 99;
inline constexpr int kMarkedAsFailed = 110;

int exit_code_of(ErrorKind kind);
// An earlier error wins over thresholds, and those over exec.test.fail().
int exit_code_of(const app::RunResult& result);

}  // namespace proofload::cli
