#include "cli/runs_commands.h"

#include <vector>

#include <CLI/CLI.hpp>

#include "app/runs_command.h"
#include "app/runs_transfer.h"
#include "cli/command_line.h"

namespace proofload::cli {
namespace {

constexpr const char* kRunHelp = "its id, its folder, or `latest`";

void add_store(CLI::App& app, std::string& store) {
  store = ".proofload";
  app.add_option("--store", store, "where runs are kept")->capture_default_str();
}

}  // namespace

int run_report(const Invocation& invocation, std::span<const std::string> arguments,
               Terminal& terminal) {
  CLI::App app("Renders a run's result, with what was decided on it", "report");
  app::ReportRequest request;
  app.add_option("run", request.run, kRunHelp)->required();
  app.add_option("--format", request.format, "html, md, json, junit or slack")
      ->required()
      ->check(CLI::IsMember({"html", "md", "json", "junit", "slack"}));
  app.add_option("--output", request.output,
                 "a file; md keeps its figures beside it. Default: standard output");
  add_store(app, request.store);
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  return app::report_run(request, presenter);
}

int run_runs(const Invocation& invocation, std::span<const std::string> arguments,
             Terminal& terminal) {
  CLI::App app("Lists, shows, removes, carries or compares runs", "runs");
  app.require_subcommand(1);
  std::string store;
  std::string run;
  std::string file;
  std::string name;
  std::string output;
  std::vector<std::string> ids;
  CLI::App* list = app.add_subcommand("list", "a line for each, the newest last");
  CLI::App* show = app.add_subcommand("show", "verdict, SLOs, findings and decisions of one");
  CLI::App* rm = app.add_subcommand("rm", "removes runs with all that was seen in them");
  show->add_option("run", run, kRunHelp)->required();
  rm->add_option("id", ids, "their whole ids")->required();
  CLI::App* exported = app.add_subcommand("export", "one as a single file");
  exported->add_option("run", run, kRunHelp)->required();
  exported->add_option("--output", output, "default: ID.tar.gz");
  CLI::App* import =
      app.add_subcommand("import",
                         "what export wrote, or raw samples of k6 as JSON, CSV or lines of "
                         "InfluxDB");
  import->add_option("file", file, "the file")->required();
  import->add_option("--name", name, "of a run of samples; default: the file's");
  CLI::App* trend = app.add_subcommand("trend", "the SLOs' values over the runs of a plan");
  trend->add_option("plan", name, "its name; default: that of the latest run");
  for (CLI::App* command : {list, show, rm, exported, import, trend}) add_store(*command, store);
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  if (list->parsed()) return app::list_runs(store, presenter);
  if (show->parsed()) return app::show_run(store, run, presenter);
  if (exported->parsed()) return app::export_run(store, run, output, presenter);
  if (import->parsed()) return app::import_run(store, file, name, presenter);
  if (trend->parsed()) return app::show_trend(store, name, presenter);
  return app::remove_runs(store, ids, presenter);
}

int run_decide(const Invocation& invocation, std::span<const std::string> arguments,
               Terminal& terminal) {
  CLI::App app("Binds a person's decision to a run's result as it is", "decide");
  app::DecideRequest request;
  app.add_option("run", request.run, kRunHelp)->required();
  auto* decision = app.add_option_group("decision", "one of them");
  for (const auto& [flag, help] :
       {std::pair("go", "ship"), std::pair("no-go", "do not ship"),
        std::pair("go-with-conditions", "ship, with the risk that --accept-risk names")}) {
    decision->add_flag_callback(
        std::string("--") + flag, [&request, word = flag] { request.decision = word; }, help);
  }
  decision->require_option(1);
  app.add_option("--role", request.role, "such as backend, dba or sre")->required();
  app.add_option("--by", request.name, "who decides")->required();
  app.add_option("--accept-risk", request.accepted_risk,
                 "the risk that is taken; a go against NOT READY or INVALID needs it");
  app.add_option("--expires", request.expires, "the last day on which it is, as 2026-01-31");
  add_store(app, request.store);
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  return app::decide_run(request, presenter);
}

}  // namespace proofload::cli
