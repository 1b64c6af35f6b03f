#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>

#include <malloc.h>
#include <unistd.h>

#include "cli/commands.h"

namespace {

proofload::options::StringMap environment_of_process() {
  proofload::options::StringMap environment;
  for (char** entry = environ; *entry; entry++) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

// Every thread inherits these: signals are read by the control thread, and a closed pipe is an
// error of its write.
void block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  // Giving a big heap top back to the kernel stops a loop for 150 ms and more.
  mallopt(M_TRIM_THRESHOLD, -1);
  block_signals();
  try {
    proofload::cli::Terminal terminal;
    std::error_code error;
    const proofload::cli::Invocation invocation{
        .program = std::filesystem::path(argv[0]).filename().string(),
        .arguments = {argv + 1, argv + argc},
        .environment = environment_of_process(),
        .working_folder = std::filesystem::current_path(error).string()};
    return proofload::cli::run_command_line(invocation, terminal);
  } catch (const std::exception& unexpected) {
    std::fprintf(stderr, "internal error, please report it: %s\n", unexpected.what());
    return 255;
  }
}
