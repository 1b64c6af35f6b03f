// The flags of `run` that k6 does not have: they are taken out before k6's are read.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/observed_run.h"
#include "base/error.h"

namespace proofload::cli {

struct ObserveFlags {
  std::optional<app::ObserveRequest> request;  // nothing without --observe
  std::vector<std::string> rest;               // all other arguments, in their order
};

// `--observe X`, `--observe=X` (may be repeated), `--match M` and `--store FOLDER`, up to `--`. An
// error for one without a value, or for the others without --observe.
Result<ObserveFlags> take_observe_flags(std::span<const std::string> arguments);

}  // namespace proofload::cli
