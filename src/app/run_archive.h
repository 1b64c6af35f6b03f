// A run's folder as one file, to be carried elsewhere.
#pragma once

#include <string>

#include "base/error.h"

namespace proofload::app {

// A .tar.gz whose entries are below `id`. Written aside and renamed.
Result<void> write_run_archive(const std::string& folder, const std::string& id,
                               const std::string& path);

// True for a file that begins as gzip does.
bool is_run_archive(const std::string& path);

// Unpacks it below `runs`, and returns the id. Refused are entries that would lie elsewhere, links,
// files larger than 1 GiB, and a run that is there already.
Result<std::string> read_run_archive(const std::string& path, const std::string& runs);

}  // namespace proofload::app
