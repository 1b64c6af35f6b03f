// Command lines of run, archive and inspect, in the syntax of pflag, which k6 uses.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "options/option_table.h"

namespace proofload::options {

struct ParsedFlags {
  Options options;
  RuntimeOptions runtime;
  std::vector<std::string> positional;
};

// `arguments` is what follows the command's name. `-u 5`, `-u5`, `-u=5`, `--vus=5`, `--vus 5`,
// `-qw`, repeats, `--` and flags after positional arguments are understood. Errors are of kind
// kUsage with pflag's texts (`unknown flag: --no-such-flag`); the hint names a similar flag.
Result<ParsedFlags> parse_flags(Command command, std::span<const std::string> arguments);

// The flag of `command` closest to `name` (no dashes), or "" if none is near.
std::string_view closest_flag(Command command, std::string_view name);

}  // namespace proofload::options
