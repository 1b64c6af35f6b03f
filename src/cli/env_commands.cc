#include "cli/env_commands.h"

#include <vector>

#include <CLI/CLI.hpp>

#include "app/env_command.h"
#include "cli/command_line.h"

namespace proofload::cli {
namespace {

void add_snapshot(CLI::App& app, app::SnapshotRequest& request) {
  app.add_option("plan", request.plan.path, "a plan whose sources are asked as well");
  app.add_option("--name", request.name, "of the environment, such as production");
  app.add_option("--kubernetes", request.sources.kubernetes,
                 "the API's address, or a file of `kubectl get "
                 "deployments,statefulsets,daemonsets,hpa,nodes -o json`");
  app.add_option("--namespace", request.sources.space, "whose workloads count; default: all");
  app.add_option("--kubernetes-token", request.sources.token, "'${NAME}' or @FILE");
  app.add_option("--kubernetes-ca", request.sources.ca_file, "certificates, PEM");
  app.add_option(
      "--postgres", request.sources.postgres,
      "a connection string, as '${NAME}'; may be repeated, in the same order everywhere");
  app.add_option("--flags", request.sources.flags, "an address that answers feature flags as JSON");
  app.add_option("--flags-token", request.sources.flags_token, "'${NAME}' or @FILE");
  app.add_option("--base-url", request.sources.base_url,
                 "the service: the round trip to it is measured");
  app.add_option("--fact", request.facts, "KIND=VALUE or KIND/SUBJECT=VALUE, such as cdn=off");
  app.add_option("--output", request.output, "a file; default: standard output");
  for (CLI::Option* option : app.get_options()) option->allow_extra_args(false);
}

}  // namespace

int run_env(const Invocation& invocation, std::span<const std::string> arguments,
            Terminal& terminal) {
  CLI::App app("Facts of an environment: takes them, compares two", "env");
  app.require_subcommand(1);
  app::SnapshotRequest request;
  std::string ours;
  std::string theirs;
  std::vector<std::string> require;
  add_snapshot(*app.add_subcommand("snapshot", "writes what an environment is made of"), request);
  CLI::App* diff = app.add_subcommand("diff", "what differs, by which rule, and whether it may");
  diff->add_option("ours", ours, "a snapshot, of staging for one")->required();
  diff->add_option("theirs", theirs, "the snapshot it has to be like")->required();
  diff->add_option("--require", require, "kinds of facts that have to agree; others may differ")
      ->delimiter(',');
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  if (diff->parsed()) return app::env_diff(ours, theirs, require, presenter);
  request.plan.base.working_folder = invocation.working_folder;
  request.plan.base.environment = invocation.environment;
  return app::env_snapshot(request, presenter);
}

}  // namespace proofload::cli
