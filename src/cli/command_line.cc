#include "cli/command_line.h"

#include <vector>

#include <fmt/format.h>

#include "app/run_command.h"

namespace proofload::cli {

bool parse(CLI::App& app, std::span<const std::string> arguments, Terminal& terminal, int& code) {
  constexpr int kUsage = 255;
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
    return true;
  } catch (const CLI::CallForHelp&) {
    terminal.print(app.help());
    code = 0;
  } catch (const CLI::ParseError& error) {
    app::log_error(
        Error(ErrorKind::kUsage, error.what())
            .with_hint(fmt::format("`proofload {} --help` lists the flags", app.get_name())));
    code = kUsage;
  }
  return false;
}

TerminalPresenter quiet_presenter(const Invocation& invocation, bool has_no_color,
                                  Terminal& terminal) {
  const bool has_color = !has_no_color && !invocation.environment.contains("NO_COLOR");
  return TerminalPresenter(terminal, {.has_color = has_color, .is_quiet = true});
}

}  // namespace proofload::cli
