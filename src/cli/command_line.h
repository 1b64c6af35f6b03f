// What the commands on plans and runs share of the command line.
#pragma once

#include <span>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/terminal_presenter.h"

namespace proofload::cli {

// False: there is nothing more to do (help was shown, or a mistake was told), and `code` is the
// exit code.
bool parse(CLI::App& app, std::span<const std::string> arguments, Terminal& terminal, int& code);

// Shows no progress of its own.
TerminalPresenter quiet_presenter(const Invocation& invocation, bool has_no_color,
                                  Terminal& terminal);

}  // namespace proofload::cli
