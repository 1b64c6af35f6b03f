// proofload-shop: one program for all processes of the sample shop.
#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "roles/role.h"
#include "supervisor/supervisor.h"

namespace {

using proofload::Result;
using proofload::shop::ShopConfig;

int report(const Result<void>& result) {
  if (result) return 0;
  std::fprintf(stderr, "proofload-shop: %s\n", result.error().message().c_str());
  if (!result.error().hint().empty()) {
    std::fprintf(stderr, "  %s\n", result.error().hint().c_str());
  }
  return 1;
}

// Signals are read by the thread that stops the process; a closed connection is an error of its
// write.
void block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<void> run(const CLI::App& service, const std::string& name, const std::string& path) {
  const ShopConfig config = PL_TRY(ShopConfig::load(path));
  if (service.parsed()) return proofload::shop::run_service(config, name);
  return proofload::shop::run_all(config, "/proc/self/exe");
}

}  // namespace

int main(int argc, char** argv) {
  block_signals();
  CLI::App app{"The sample shop that Proofload certifies"};
  app.require_subcommand(1);
  std::string config;
  std::string name;
  CLI::App* all = app.add_subcommand("all", "start every service of a config and watch over them");
  CLI::App* service = app.add_subcommand("service", "be one service");
  service->add_option("name", name, "its name in the config")->required();
  for (CLI::App* command : {all, service}) {
    command->add_option("--config", config, "the shop.json that the rig wrote")->required();
  }
  CLI11_PARSE(app, argc, argv);
  return report(run(*service, name, config));
}
