// `proofload runs export`, `import` and `trend`: runs as files, and runs beside each other.
#pragma once

#include <string>

#include "app/presenter.h"

namespace proofload::app {

// Each returns the exit code: 0, or 255 with the error told. `store` is the folder that keeps runs.

// A run's folder as one .tar.gz; `output` empty: ID.tar.gz in the current folder.
int export_run(const std::string& store, const std::string& run, const std::string& output,
               Presenter& presenter);
// What export_run() wrote, under its id; or raw samples of k6 (JSON, CSV, InfluxDB's line
// protocol), as a run of its own named `name`.
int import_run(const std::string& store, const std::string& file, const std::string& name,
               Presenter& presenter);
// The measured values of the runs of a plan, SLO by SLO, oldest first; `plan` empty: of the latest
// run's.
int show_trend(const std::string& store, const std::string& plan, Presenter& presenter);

}  // namespace proofload::app
