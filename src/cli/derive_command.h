// `plan derive` and its flags.
#pragma once

#include <CLI/CLI.hpp>

#include "app/derive_command.h"

namespace proofload::cli {

// Adds the command to `plan`; its flags fill `request`, which outlives the parse.
CLI::App* add_derive(CLI::App& plan, app::DeriveRequest& request);

}  // namespace proofload::cli
