// `proofload run`: one script, from its first init to the exit code.
#pragma once

#include <cstdint>
#include <optional>

#include "app/presenter.h"
#include "app/test_session.h"
#include "base/error.h"
#include "metrics/frame.h"

namespace proofload::app {

// How a run ended: at most one error decides the exit code.
struct RunResult {
  std::optional<Error> error;
  bool are_thresholds_crossed = false;
  bool is_marked_failed = false;  // exec.test.fail()
};

// Hears of a run while it goes on, on the control thread's loop.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // Each sealed frame, before its second is over or, for the last ones, after the run.
  virtual void on_frame(const metrics::Frame& frame) = 0;
  // Each second of the load.
  virtual void on_second(std::int64_t vus) = 0;
};

// Loads, runs, writes summary and outputs. Logs every error and warning itself. SIGINT and SIGTERM
// must be blocked in the calling thread, which becomes the control thread until this returns.
RunResult run_test(TestSession& session, Presenter& presenter, RunObserver* observer = nullptr);

// Logs an error as k6 does: its text, its hint as a field.
void log_error(const Error& error);

}  // namespace proofload::app
