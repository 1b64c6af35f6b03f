// Draft: a first plan, from what a command line or a script says, as text for people to go on with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "plan/arithmetic.h"
#include "plan/plan.h"

namespace proofload::plan {

struct DraftProfile {
  std::string name;
  std::string load;              // what stands before `hold`: "journeys: 50/s"
  std::optional<Duration> hold;  // nothing for a scenario of the script
  std::string more;              // what stands behind it: "max_vus: 20"
};

struct DraftSlo {
  std::string id;
  std::string objective;                   // "latency: {p95: 500ms}"
  std::string endpoint = {};               // empty: all requests
  std::vector<std::string> profiles = {};  // empty: the usual ones
};

struct Draft {
  std::string name;
  std::string environment;
  std::string base_url;
  std::vector<Endpoint> endpoints;
  std::vector<Component> components;  // with their `match`
  std::vector<DraftSlo> slos;
  std::string script;
  std::map<std::string, std::string> env;
  std::vector<Journey> journeys;
  std::vector<DraftProfile> profiles;
  std::string prometheus;
  std::string scrape;
  std::string halt_role;
  std::string halt_contact;
  std::vector<std::string> notes;  // what was found and could not be taken
};

// plan.yaml.
std::string draft_text(const Draft& draft);

// A k6 script with a journey of what reads (GET, HEAD) and one of what changes, as far as there
// are such endpoints; sets the draft's journeys. Ids of paths come from the environment's IDS.
std::string draft_script(Draft& draft);

// Makes holds long enough for every SLO that a longer one can decide, and drops the SLOs that no
// request is judged by, with a note. False when nothing was to change.
bool make_decidable(Draft& draft, const Plan& plan, const JourneyShapes& shapes);

}  // namespace proofload::plan
