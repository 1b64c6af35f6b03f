// Presenter: how a command shows what happens. cli implements it; app decides what and when.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "report/summary_json.h"
#include "run/load_run.h"

namespace proofload::app {

// Called on the control thread.
class Presenter {
 public:
  virtual ~Presenter() = default;

  virtual report::Terminals terminals() const = 0;
  virtual bool has_color() const = 0;
  // Text for standard output, with its own line ends.
  virtual void print(std::string_view text) = 0;
  // The lines before a run.
  virtual void print_banner(std::string_view text) = 0;
  // The same for standard error: handleSummary may ask for it.
  virtual void print_error(std::string_view text) = 0;
  // How often progress() wants to be called.
  virtual Duration progress_period() const = 0;
  virtual void progress(const run::RunSnapshot& snapshot) = 0;
  // The last progress of the run, to stay on screen below the summary.
  virtual void final_progress(const run::RunSnapshot& snapshot) = 0;
};

}  // namespace proofload::app
