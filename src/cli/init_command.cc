#include "cli/init_command.h"

#include <vector>

#include <CLI/CLI.hpp>

#include "app/init_command.h"
#include "cli/command_line.h"

namespace proofload::cli {

int run_init(const Invocation& invocation, std::span<const std::string> arguments,
             Terminal& terminal) {
  CLI::App app("Writes a first plan, and a script of its journeys", "init");
  app::InitRequest request;
  request.folder = ".";
  request.name = "service";
  std::vector<std::string> env;
  app.add_option("--name", request.name, "of the plan")->capture_default_str();
  app.add_option("--environment", request.environment, "of the service")->capture_default_str();
  app.add_option("--base-url", request.base_url, "where the service is");
  app.add_option("--endpoint", request.endpoints, "such as 'GET /products/{id}'; may be repeated");
  app.add_option("--from", request.from,
                 "a k6 script: its thresholds, scenarios and, of one real iteration, its requests");
  app.add_option("--env", env, "NAME=VALUE for the script; may be repeated");
  app.add_option("--prometheus", request.prometheus, "its address");
  app.add_option("--scrape", request.scrape, "a /metrics page, where there is no Prometheus");
  app.add_option("--rate", request.per_second, "journeys a second; not with --from")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--p95", request.p95, "latency of all requests; not with --from")
      ->capture_default_str();
  app.add_option("--error-rate", request.error_rate, "the most that may fail")
      ->capture_default_str();
  app.add_option("--halt-role", request.halt_role, "who is called")->capture_default_str();
  app.add_option("--halt-contact", request.halt_contact, "and where")->capture_default_str();
  app.add_option("--output", request.folder, "a folder")->capture_default_str();
  app.add_flag("--force", request.overwrites, "writes over what is there");
  for (CLI::Option* option : app.get_options()) option->allow_extra_args(false);
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  for (const std::string& one : env) {
    const std::size_t equals = std::min(one.find('='), one.size());
    request.env[one.substr(0, equals)] = one.substr(std::min(equals + 1, one.size()));
  }
  request.base.working_folder = invocation.working_folder;
  request.base.environment = invocation.environment;
  return app::init_plan(request, presenter);
}

}  // namespace proofload::cli
