// `proofload new`: a first script to start from.
#pragma once

#include <span>
#include <string>

#include "base/error.h"

namespace proofload::cli {

// `[-f] [--template minimal|protocol] [file]`; script.js unless named. Returns the file's name. An
// existing file is an error without -f.
Result<std::string> write_new_script(std::span<const std::string> arguments,
                                     const std::string& working_folder);

}  // namespace proofload::cli
