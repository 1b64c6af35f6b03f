// RunReader: what a run left on disk, whether it ended well, was killed, or still goes on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "evidence/result.h"
#include "evidence/span.h"
#include "store/database.h"
#include "store/rows.h"

namespace proofload::store {

// Of one thread. Rows come back as they were added, in the order of time.
class RunReader {
 public:
  // An error when FOLDER/run.sqlite is missing, damaged, none of ours, or of a newer version.
  static Result<RunReader> open(const std::filesystem::path& folder);

  // finish() was called: else the process was killed, or still runs.
  Result<bool> is_complete();
  Result<std::optional<std::string>> document(std::string_view name);
  Result<std::vector<EndpointSecond>> endpoint_seconds(std::string_view profile);
  Result<std::vector<evidence::Second>> seconds(std::string_view profile);
  Result<std::vector<evidence::Signal>> signals();
  Result<std::vector<evidence::Event>> events();
  // Those that began in [from, to).
  Result<std::vector<evidence::Span>> spans(WallTime from, WallTime to);

 private:
  explicit RunReader(Database database) : database_(std::move(database)) {}

  Database database_;
};

}  // namespace proofload::store
