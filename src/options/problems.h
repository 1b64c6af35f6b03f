// Several errors of a configuration as one.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace proofload::options {

// k6's list; every error is one line of it, with its hint (the place) in front.
Error listed(const std::vector<Error>& problems);
// The only error as it is, else the list. `problems` must not be empty.
Error all_of(std::vector<Error> problems);

}  // namespace proofload::options
