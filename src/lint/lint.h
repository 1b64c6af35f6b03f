// Lint: what in a load script makes the load something else than people take it for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace proofload::lint {

struct LintInput {
  std::map<std::string, std::string> files;  // the script, what it imports, its data; by path
  std::string script;                        // the one that is run, by its path
  std::vector<std::string> functions;        // its exports that VUs run
};

// Rules look at code that VUs run: the functions, and what they call in these files.
//   data-generation  a faker library, or random values by the thousand
//   file-read        open() there, or parsed at init outside of a SharedArray: a copy for each VU
//   large-data       arrays and texts of 10,000 or more
//   one-url          every journey calls one fixed URL with nothing taken from data
//   not-parsed       a script that acorn cannot read was not looked at
struct Remark {
  std::string file;
  int line = 1;    // both from 1
  int column = 1;  // counts UTF-16 units, as the language does
  std::string rule;
  std::string message;
  std::string advice;
};

// In the order of files and places. Blocks for milliseconds, ten seconds at most. On a thread
// without a js::Runtime of its own. An error, of ErrorKind::kInternal, when the rules themselves
// fail.
Result<std::vector<Remark>> lint_script(const LintInput& input);

}  // namespace proofload::lint
