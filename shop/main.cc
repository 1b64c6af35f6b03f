// proofload-shop: one program for all processes of the sample shop.
#include <csignal>
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "roles/role.h"
#include "seed/seed.h"
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

Result<void> seed_database(const std::string& url, const std::string& size) {
  return proofload::shop::seed(
      {.url = url,
       .size = PL_TRY(proofload::shop::parse_seed_size(size)),
       .progress = [](const std::string& text) { std::printf("%s\n", text.c_str()); }});
}

Result<void> run(const CLI::App& service, const std::string& name, const std::string& path) {
  const ShopConfig config = PL_TRY(ShopConfig::load(path));
  if (service.parsed()) return proofload::shop::run_service(config, name);
  return proofload::shop::run_all(config, "/proc/self/exe");
}

// Reads the command line and does what it says; the exit code.
int obey(int argc, char** argv) {
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
  std::string url;
  std::string size = "full";
  CLI::App* seed = app.add_subcommand("seed", "load the data set into an empty database");
  CLI::App* reset = app.add_subcommand("reset", "put the data back as the seed left it; seconds");
  seed->add_option("--size", size, "small or full")->capture_default_str();
  for (CLI::App* command : {seed, reset}) {
    command->add_option("--database", url, "of the primary itself, or sqlite:PATH")->required();
  }
  CLI11_PARSE(app, argc, argv);
  if (seed->parsed()) return report(seed_database(url, size));
  if (reset->parsed()) return report(proofload::shop::reset(url));
  return report(run(*service, name, config));
}

}  // namespace

int main(int argc, char** argv) {
  block_signals();
  try {
    return obey(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "proofload-shop: %s\n", error.what());
    return 1;
  }
}
