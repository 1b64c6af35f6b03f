// The preflight's check of profilers: each is triggered for a second, and what it gives is one.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

// All at once. pprof by HTTP; async-profiler by `asprof`, or where that cannot be run by the
// JDK's own recorder; that recorder by `jcmd`; py-spy by `py-spy record`. The last three attach to
// a process of this machine, and need its owner's rights.
evidence::CheckResult check_profilers(const plan::Observe& observe);

// The process that `target` means: its number, or a part of the command line of exactly one
// process whose program's name begins with `program`.
Result<int> find_process(const std::string& target, std::string_view program);

}  // namespace proofload::certify
