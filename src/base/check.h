// PL_CHECK: a broken invariant of ours ends the process, in every build.
#pragma once

namespace proofload {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace proofload

// Use for what only a bug of ours can break; what the world can break is a Result.
#define PL_CHECK(condition) \
  ((condition) ? (void)0 : ::proofload::check_failed(#condition, __FILE__, __LINE__))
