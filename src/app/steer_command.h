// `proofload throttle` and `profile`: a person's word to a certification under way.
#pragma once

#include <string>

#include "app/presenter.h"
#include "certify/load_request.h"

namespace proofload::app {

// Lowers, pauses or resumes the load of a run under way: named by its id, its folder, or `latest`.
// Returns the exit code.
int throttle_run(const std::string& store, const std::string& run,
                 const certify::LoadRequest& request, Presenter& presenter);

// Asks it to take a profile of each component that has a profiler.
int profile_run(const std::string& store, const std::string& run, const std::string& by,
                const std::string& reason, Presenter& presenter);

}  // namespace proofload::app
