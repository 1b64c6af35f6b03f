// One call into a script, to the end of its event loop, and what came of it. Only for this folder.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/error.h"
#include "base/function_ref.h"
#include "js/script_error.h"
#include "k6/vu_state.h"

namespace proofload::k6 {

struct CallOutcome {
  enum class Kind : std::uint8_t {
    kReturned,
    kThrew,    // an exception, or a rejected promise: see `error`
    kStopped,  // interrupt(), the deadline or test.abort(): see `stop`
  };
  Kind kind = Kind::kReturned;
  js::Value value;  // what it returned, or what its promise was fulfilled with
  std::unique_ptr<js::ScriptError> error;  // of kThrew
  js::StopReason stop = js::StopReason::kNone;
  bool is_rejection = false;
};

// Runs `body` on the VU's fiber, then its event loop. Whatever is left over afterwards (timers,
// requests) has ended when this returns, so that the VU can be used again.
CallOutcome run_script(Vu::State& vu, std::optional<TimePoint> deadline,
                       FunctionRef<js::Value(js::Context&)> body);

// Calls an exported function.
CallOutcome call_export(Vu::State& vu, std::string_view name, std::span<const js::ValueRef> args,
                        std::optional<TimePoint> deadline);

// The log text of a failure: the stack, with "Uncaught (in promise) " before a rejection's.
std::string failure_text(const CallOutcome& outcome);
Error script_error(const CallOutcome& outcome);

// The module id of the script itself.
std::string entry_module(const TestState& test);

// Records data_sent and data_received of what ran since the last time.
void record_data(Vu::State& vu);

}  // namespace proofload::k6
