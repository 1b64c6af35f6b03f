#include "cli/commands.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/archive_command.h"
#include "app/run_command.h"
#include "app/test_session.h"
#include "cli/env_commands.h"
#include "cli/exit_code.h"
#include "cli/init_command.h"
#include "cli/log_setup.h"
#include "cli/new_script.h"
#include "cli/observe_flags.h"
#include "cli/plan_commands.h"
#include "cli/runs_commands.h"
#include "cli/steer_commands.h"
#include "cli/terminal_presenter.h"
#include "cli/version.h"
#include "load/plan.h"
#include "options/flags.h"
#include "options/render.h"

namespace proofload::cli {
namespace {

using Arguments = std::span<const std::string>;

struct CommandSpec {
  std::string_view name;
  std::string_view help;
  int (*run)(const Invocation&, Arguments, Terminal&);
};

int run_run(const Invocation& invocation, Arguments arguments, Terminal& terminal);
int run_inspect(const Invocation& invocation, Arguments arguments, Terminal& terminal);
int run_archive(const Invocation& invocation, Arguments arguments, Terminal& terminal);
int run_new(const Invocation& invocation, Arguments arguments, Terminal& terminal);
int run_version(const Invocation& invocation, Arguments arguments, Terminal& terminal);
int run_help(const Invocation& invocation, Arguments arguments, Terminal& terminal);

constexpr auto kCommands = std::to_array<CommandSpec>({
    {"run", "Start a test", run_run},
    {"certify", "From a plan to a decision", run_certify},
    {"plan", "Check, show, hash or approve a plan", run_plan},
    {"preflight", "Prove that everything is ready for a plan", run_preflight},
    {"init", "Write a first plan", run_init},
    {"env", "Take or compare facts of environments", run_env},
    {"halt", "Stop all load of a certification", run_halt},
    {"throttle", "Lower, pause or resume the load of a certification", run_throttle},
    {"profile", "Take profiles of a certification under way", run_profile},
    {"report", "Render a run's result", run_report},
    {"runs", "List, show, remove, export, import or compare runs", run_runs},
    {"decide", "Bind a decision to a run's result", run_decide},
    {"inspect", "Show the options of a script or archive", run_inspect},
    {"archive", "Write a script with all its files to one archive", run_archive},
    {"new", "Write a first script", run_new},
    {"version", "Show the version", run_version},
    {"help", "Show this help", run_help},
});
// What k6 v2.2 has and we do not have yet.
constexpr std::array<std::string_view, 6> kNotYet{"cloud",    "completion", "deps",
                                                  "features", "stats",      "x"};

int fail(const Error& error) {
  app::log_error(error);
  return exit_code_of(error.kind());
}

std::string usage(const Invocation& invocation) {
  std::string text = fmt::format(
      "Load tests from k6 scripts.\n\nUsage:\n  {} COMMAND [flags] [file]\n\nCommands:\n",
      invocation.program);
  for (const CommandSpec& command : kCommands) {
    text += fmt::format("  {:<10} {}\n", command.name, command.help);
  }
  return text + fmt::format("\n`{} COMMAND --help` lists a command's flags.\n", invocation.program);
}

int run_help(const Invocation& invocation, Arguments, Terminal& terminal) {
  terminal.print(usage(invocation));
  return 0;
}

int run_version(const Invocation&, Arguments arguments, Terminal& terminal) {
  const bool is_json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  terminal.print(is_json ? version_json() : version_text());
  return 0;
}

// --- commands on a script
// -----------------------------------------------------------------------

std::string default_config_file(const options::StringMap& environment) {
  const auto find = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  const std::string folder = find("XDG_CONFIG_HOME");
  if (!folder.empty()) return folder + "/k6/config.json";
  const std::string home = find("HOME");
  return home.empty() ? "" : home + "/.config/k6/config.json";
}

std::string read_standard_input() {
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t size = 0;
  while ((size = read(STDIN_FILENO, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

// The parts every command on a script shares: flags, log, session.
struct ScriptCommand {
  std::unique_ptr<CliLogSink> log;
  std::unique_ptr<app::TestSession> session;
  bool wants_help = false;

  ScriptCommand() = default;
  ~ScriptCommand() {
    if (log) set_log_sink(nullptr);
  }
  ScriptCommand(const ScriptCommand&) = delete;
  ScriptCommand& operator=(const ScriptCommand&) = delete;
};

// Before flags are parsed, and where they cannot be: errors in the default form.
Result<std::unique_ptr<CliLogSink>> install_log(const options::RuntimeOptions& runtime,
                                                const options::Options& options,
                                                Terminal& terminal) {
  CliLogSink::Options log = PL_TRY(log_options(runtime));
  log.console_file = options.console_output.value_or("");
  auto sink = PL_TRY(CliLogSink::create(terminal, std::move(log)));
  set_log_sink(sink.get());
  set_log_level(runtime.verbose.value_or(false) ? LogLevel::kDebug : LogLevel::kInfo);
  return sink;
}

Result<void> open_script(const Invocation& invocation, options::Command command,
                         Arguments arguments, Terminal& terminal, ScriptCommand& out) {
  options::ParsedFlags flags = PL_TRY(options::parse_flags(command, arguments));
  if (flags.runtime.help.value_or(false)) {
    out.wants_help = true;
    return {};
  }
  if (flags.positional.size() != 1) {
    return Error(
        ErrorKind::kUsage,
        fmt::format("accepts 1 arg(s), received {}: arg should either be \"-\", if reading "
                    "script from stdin, or a path to a script file",
                    flags.positional.size()));
  }
  std::string script = flags.positional.front();
  app::SessionRequest request{.script = std::move(script),
                              .standard_input = {},
                              .working_folder = invocation.working_folder,
                              .flags = std::move(flags),
                              .environment = invocation.environment,
                              .default_config_file = default_config_file(invocation.environment),
                              .includes_environment = command == options::Command::kRun};
  if (request.script == "-") request.standard_input = read_standard_input();
  out.session = PL_TRY(app::TestSession::create(std::move(request)));
  out.log = PL_TRY(
      install_log(out.session->runtime_options(), out.session->request().flags.options, terminal));
  return {};
}

int print_command_help(const Invocation& invocation, options::Command command,
                       std::string_view name, Terminal& terminal) {
  terminal.print(fmt::format("Usage:\n  {} {} [flags] FILE\n\n{}", invocation.program, name,
                             options::flag_help(command)));
  return 0;
}

int run_run(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  ScriptCommand command;
  const auto flags = take_observe_flags(arguments);
  if (!flags) return fail(flags.error());
  const auto plan =
      flags->request ? app::observed_plan(*flags->request) : Result<plan::Plan>(plan::Plan());
  if (!plan) return fail(plan.error());
  if (const auto opened =
          open_script(invocation, options::Command::kRun, flags->rest, terminal, command);
      !opened) {
    return fail(opened.error());
  }
  if (command.wants_help) {
    return print_command_help(invocation, options::Command::kRun, "run", terminal);
  }
  const options::RuntimeOptions& runtime = command.session->runtime_options();
  TerminalPresenter presenter(terminal, {.has_color = !runtime.no_color.value_or(false),
                                         .is_quiet = runtime.quiet.value_or(false)});
  app::ObserveRequest observe = flags->request.value_or(app::ObserveRequest());
  observe.version = version_text();
  const int code =
      exit_code_of(flags->request ? app::run_observed(*command.session, observe, *plan, presenter)
                                  : app::run_test(*command.session, presenter));
  command.session.reset();
  return code;
}

int run_inspect(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  ScriptCommand command;
  if (const auto opened =
          open_script(invocation, options::Command::kInspect, arguments, terminal, command);
      !opened) {
    return fail(opened.error());
  }
  if (command.wants_help) {
    return print_command_help(invocation, options::Command::kInspect, "inspect", terminal);
  }
  app::TestSession& session = *command.session;
  int code = 0;
  session.run_on_fiber([&] {
    if (const auto loaded = session.load(); !loaded) {
      code = fail(loaded.error());
      return;
    }
    if (!session.runtime_options().execution_requirements.value_or(false)) {
      terminal.print(options::inspect_text(session.script_options()) + "\n");
      return;
    }
    const load::ExecutionPlan plan =
        load::merged_requirements(session.scenarios(), session.tuple());
    const options::ExecutionRequirements requirements{.total_duration = load::end_offset(plan),
                                                      .max_vus = load::possible_vus(plan)};
    terminal.print(options::inspect_text(session.options(), requirements) + "\n");
  });
  return code;
}

int run_archive(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  ScriptCommand command;
  if (const auto opened =
          open_script(invocation, options::Command::kArchive, arguments, terminal, command);
      !opened) {
    return fail(opened.error());
  }
  if (command.wants_help) {
    return print_command_help(invocation, options::Command::kArchive, "archive", terminal);
  }
  app::TestSession& session = *command.session;
  int code = 0;
  session.run_on_fiber([&] {
    const auto written = app::archive_test(session);
    if (!written) code = fail(written.error());
  });
  return code;
}

int run_new(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  const auto written = write_new_script(arguments, invocation.working_folder);
  if (!written) return fail(written.error());
  terminal.print(fmt::format("New script created: {}\n", *written));
  return 0;
}

const CommandSpec* find_command(std::string_view name) {
  const auto* found =
      std::find_if(kCommands.begin(), kCommands.end(),
                   [&](const CommandSpec& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : found;
}

}  // namespace

int run_command_line(const Invocation& invocation, Terminal& terminal) {
  const auto default_log = CliLogSink::create(
      terminal, {.has_color = !invocation.environment.contains("NO_COLOR") &&
                              std::find(invocation.arguments.begin(), invocation.arguments.end(),
                                        "--no-color") == invocation.arguments.end()});
  set_log_sink(default_log->get());
  const auto reset =
      std::unique_ptr<void, void (*)(void*)>(&terminal, [](void*) { set_log_sink(nullptr); });

  // Flags may stand before the command, as in `k6 --quiet run script.js`.
  std::vector<std::string> arguments = invocation.arguments;
  const auto name = std::find_if(arguments.begin(), arguments.end(),
                                 [](const std::string& word) { return !word.starts_with('-'); });
  if (name == arguments.end()) {
    const bool wants_version =
        std::find(arguments.begin(), arguments.end(), "--version") != arguments.end();
    return wants_version ? run_version(invocation, {}, terminal)
                         : run_help(invocation, {}, terminal);
  }
  const std::string command_name = *name;
  arguments.erase(name);
  if (const CommandSpec* command = find_command(command_name)) {
    return command->run(invocation, arguments, terminal);
  }
  if (std::find(kNotYet.begin(), kNotYet.end(), command_name) != kNotYet.end()) {
    return fail(Error(ErrorKind::kUsage, fmt::format("not supported yet: {}", command_name)));
  }
  return fail(Error(ErrorKind::kUsage, fmt::format("unknown command \"{}\" for \"{}\"",
                                                   command_name, invocation.program))
                  .with_hint(fmt::format("`{} help` lists the commands", invocation.program)));
}

}  // namespace proofload::cli
