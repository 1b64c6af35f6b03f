// EnvironmentSnapshot: what an environment is made of, taken from those who know; a JSON file.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/facts.h"
#include "plan/plan.h"

namespace proofload::certify {

// Who is asked; what is empty is not.
struct EnvironmentSources {
  std::string kubernetes;             // a file that kubectl wrote as JSON, or the API's address
  std::string space;                  // the namespace
  std::string token;                  // for the API; a secret
  std::string ca_file;                // PEM
  std::vector<std::string> postgres;  // connection strings; secrets
  std::vector<std::string> flags;     // addresses of JSON
  std::string flags_token;            // a secret
  std::string base_url;               // the round trip to it is measured
  evidence::Facts said;               // win over what was found
};

struct EnvironmentSnapshot {
  std::string name;   // "production"
  std::string taken;  // RFC 3339, UTC
  evidence::Facts facts;
  std::vector<std::string> notes;  // what could not be seen
};

// Blocks for as long as the sources take, some seconds each at most. An error when one of them
// does not answer: a snapshot with holes would be taken for the whole.
Result<EnvironmentSnapshot> take_snapshot(const std::string& name,
                                          const EnvironmentSources& sources);

std::string snapshot_json(const EnvironmentSnapshot& snapshot);
Result<EnvironmentSnapshot> read_snapshot(const std::string& path);

// "KIND=VALUE" or "KIND/SUBJECT=VALUE".
Result<void> add_said_fact(std::string_view text, evidence::Facts& facts);

// Who knows the environment of a plan: its `parity` and its database.
EnvironmentSources sources_of(const plan::Plan& plan);

}  // namespace proofload::certify
