// Parity: whether two environments are alike, fact by fact, by rules for each kind.
#pragma once

#include <string>
#include <vector>

#include "certify/environment.h"
#include "evidence/facts.h"
#include "evidence/result.h"
#include "plan/plan.h"

namespace proofload::certify {

struct Difference {
  std::string kind;
  std::string subject;  // may be empty
  std::string ours;     // empty: not known there
  std::string theirs;
  std::string rule;         // in words: "the same", "within 20 %"
  bool is_required = true;  // else a note
};

// `require` names the kinds that have to agree, others are notes; without any, each kind's own rule
// says which. A required kind that one of them knows nothing of is a difference.
std::vector<Difference> compare(const evidence::Facts& ours, const evidence::Facts& theirs,
                                const std::vector<std::string>& require);

// How many facts both of them know.
std::size_t shared_facts(const evidence::Facts& ours, const evidence::Facts& theirs);

// A line for each, in columns; `ours` and `theirs` are the names of the environments.
std::string differences_text(const std::vector<Difference>& differences, const std::string& ours,
                             const std::string& theirs);

// A plan's `parity`: the facts of its environment, live where somebody can be asked, against the
// file that it names.
evidence::CheckResult check_parity(const plan::Plan& plan);

}  // namespace proofload::certify
