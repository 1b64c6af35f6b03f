#include "cli/derive_command.h"

#include <string>
#include <tuple>
#include <utility>

namespace proofload::cli {

CLI::App* add_derive(CLI::App& plan, app::DeriveRequest& request) {
  CLI::App* command =
      plan.add_subcommand("derive", "rates and mix of production, as a plan says them");
  command->add_option("plan", request.plan.path, "a plan whose sources and endpoints count");
  auto* source = command->add_option_group("source", "one of them; default: the plan's");
  for (const auto& [flag, name, help] :
       {std::tuple("--access-log", "access_log", "a file, plain or gzip: common, combined, JSON"),
        std::tuple("--prometheus", "prometheus", "its address, or one that speaks its API"),
        std::tuple("--grafana", "grafana", "a panel's address, as the browser shows it"),
        std::tuple("--datadog", "datadog",
                   "the API's address, such as https://api.datadoghq.com; keys are DD_API_KEY "
                   "and DD_APP_KEY of the environment")}) {
    source->add_option_function<std::string>(
        flag,
        [&request, name = std::string(name)](const std::string& address) {
          request.source = name;
          request.address = address;
        },
        help);
  }
  source->require_option(0, 1);
  command->add_option("--query", request.query, "of requests a second");
  command->add_option("--over", request.over, "how far back, such as 14d; default: 7d");
  command->add_option("--percentile", request.percentile, "of the rates; default: 95")
      ->check(CLI::Range(0.001, 100.0));
  command->add_option("--token", request.token, "for Prometheus or Grafana: '${NAME}' or @FILE");
  command->add_flag("--write", request.writes, "puts grounded_in into the plan's file");
  return command;
}

}  // namespace proofload::cli
