#include "options/problems.h"

#include <utility>

#include "base/check.h"

namespace proofload::options {

Error listed(const std::vector<Error>& problems) {
  std::string text = "There were problems with the specified script configuration:";
  for (const Error& problem : problems) {
    text += "\n\t- ";
    if (!problem.hint().empty()) text += problem.hint() + ": ";
    text += problem.message();
  }
  return Error(ErrorKind::kInvalidConfig, std::move(text));
}

Error all_of(std::vector<Error> problems) {
  PL_CHECK(!problems.empty());
  return problems.size() == 1 ? std::move(problems.front()) : listed(problems);
}

}  // namespace proofload::options
