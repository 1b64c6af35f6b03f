#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace proofload::cli {
namespace {

TEST(ExitCode, IsK6sForEachKindOfError) {
  EXPECT_EQ(exit_code_of(ErrorKind::kSetupTimeout), 100);
  EXPECT_EQ(exit_code_of(ErrorKind::kTeardownTimeout), 101);
  EXPECT_EQ(exit_code_of(ErrorKind::kInvalidConfig), 104);
  EXPECT_EQ(exit_code_of(ErrorKind::kExternalAbort), 105);
  EXPECT_EQ(exit_code_of(ErrorKind::kScript), 107);
  EXPECT_EQ(exit_code_of(ErrorKind::kScriptAborted), 108);
  EXPECT_EQ(exit_code_of(ErrorKind::kUsage), 255);
}

TEST(ExitCode, AnEarlierErrorWinsOverThresholdsAndThoseOverAMark) {
  const Error error(ErrorKind::kScriptAborted, "enough");
  EXPECT_EQ(exit_code_of({.error = error, .are_thresholds_crossed = true}), 108);
  EXPECT_EQ(exit_code_of({.are_thresholds_crossed = true, .is_marked_failed = true}), 99);
  EXPECT_EQ(exit_code_of({.is_marked_failed = true}), 110);
  EXPECT_EQ(exit_code_of(app::RunResult{}), 0);
}

}  // namespace
}  // namespace proofload::cli
