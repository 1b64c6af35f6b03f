// ScriptSurvey: what a k6 script says of its load, its thresholds and its requests, for a plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/presenter.h"
#include "app/test_session.h"
#include "base/error.h"
#include "plan/draft.h"
#include "plan/path_template.h"

namespace proofload::app {

// A request of a dry iteration.
struct SeenRequest {
  std::string method;
  std::string url;  // without its query
};

struct ScriptSurvey {
  std::vector<plan::Journey> journeys;
  std::vector<plan::DraftProfile> profiles;
  std::vector<plan::DraftSlo> slos;
  std::vector<SeenRequest> requests;
  std::vector<std::string> notes;  // what no plan can say
};

// Loads the script of `base` and runs each function that its scenarios name once, for real: load
// of a single user goes to whatever it calls. An error when it cannot be loaded or run.
Result<ScriptSurvey> survey_script(const SessionRequest& base, Presenter& presenter);

// The SLO that a threshold is, as `draft.slos` has them; nothing for what is none: of another
// metric, an average, a lower bound of a time. `metric` may be a sub-metric by `scenario`.
std::optional<plan::DraftSlo> slo_of_threshold(const std::string& metric,
                                               const std::string& expression);

// The profile that a scenario is.
plan::DraftProfile profile_of_scenario(const load::Scenario& scenario);

}  // namespace proofload::app
