// Approvals: who signed which content of a plan; plan.approvals.json beside it.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

struct Approval {
  std::string role;
  std::string name;
  std::string at;         // RFC 3339, UTC
  std::string hash;       // of the plan as it was then
  std::string signature;  // of `ssh-keygen -Y sign -n proofload`; empty: claimed
};

// "plan.yaml" has "plan.approvals.json".
std::string approvals_path(const std::string& plan_path);

// None when there is no file.
Result<std::vector<Approval>> read_approvals(const std::string& path);

// Adds one, in the place of an older one of the same role and name. `key` is a private SSH key to
// sign with; empty claims only.
Result<void> approve(const std::string& path, Approval approval, const std::string& key);

// One for each required role. Verified when the signature is one of `allowed_signers` (ssh-keygen's
// file; it may be missing); outdated when it was for other content.
std::vector<evidence::Signature> check_signatures(const std::vector<std::string>& roles,
                                                  const std::vector<Approval>& approvals,
                                                  const std::string& hash,
                                                  const std::string& allowed_signers);

}  // namespace proofload::certify
