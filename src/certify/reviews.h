// Reviews: approving reviews of a pull request by owners of the plan, as signatures.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/result.h"

namespace proofload::certify {

struct ReviewSource {
  // What GitHub's GET /repos/{owner}/{repo}/pulls/{number}/reviews answers: its address, or a file
  // with it. Empty: reviews are not looked at.
  std::string from;
  std::string token;        // a secret
  std::string code_owners;  // a file; empty: where GitHub looks for it
};

struct ReviewedPlan {
  std::string path;                           // of the plan
  std::map<std::string, std::string> files;   // the plan, its script, imports and data by path from
                                              // the plan's folder
  std::map<std::string, std::string> owners;  // of a role: "@user" or "@org/team"; a role that is
                                              // not here is its owner's name, or the team's
};

// Signatures by role, of those whose review counts: the last one of an owner of the plan's file
// that decides (https://docs.github.com/rest/pulls/reviews) approves, and the commit it was for
// holds the very same files; else it is outdated. Members of teams are asked of the forge, which a
// file cannot answer. Blocks for seconds.
Result<std::vector<evidence::Signature>> review_signatures(const ReviewSource& source,
                                                           const std::vector<std::string>& roles,
                                                           const ReviewedPlan& plan);

// Puts those of `reviews` into the places of worse ones.
void take_better(std::vector<evidence::Signature>& signatures,
                 const std::vector<evidence::Signature>& reviews);

}  // namespace proofload::certify
