#include "cli/exit_code.h"

namespace proofload::cli {

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kThresholds:
      return kThresholdsHaveFailed;
    case ErrorKind::kSetupTimeout:
      return 100;
    case ErrorKind::kTeardownTimeout:
      return 101;
    case ErrorKind::kTimeout:
      return 102;
    case ErrorKind::kInvalidConfig:
      return 104;
    case ErrorKind::kExternalAbort:
      return 105;
    case ErrorKind::kScript:
      return 107;
    case ErrorKind::kScriptAborted:
      return 108;
    case ErrorKind::kInvalidRun:
      return 120;
    case ErrorKind::kUsage:
    case ErrorKind::kNetwork:
    case ErrorKind::kInternal:
      break;
  }
  return 255;
}

int exit_code_of(const app::RunResult& result) {
  if (result.error) return exit_code_of(result.error->kind());
  if (result.are_thresholds_crossed) return kThresholdsHaveFailed;
  return result.is_marked_failed ? kMarkedAsFailed : 0;
}

}  // namespace proofload::cli
