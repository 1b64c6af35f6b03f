// For tests: a server program of their own in a temporary folder, ended with its owner.
#pragma once

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <utility>
#include <vector>

#include <unistd.h>

namespace proofload::observe {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / "proofload_XXXXXX") {
    std::string name = path_.string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Output goes to `log`. Ends with SIGTERM, even when its owner is killed.
class TestProcess {
 public:
  TestProcess(std::vector<std::string> arguments, const std::string& log) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    static_cast<void>(std::freopen(log.c_str(), "a", stdout));
    static_cast<void>(std::freopen(log.c_str(), "a", stderr));
    execv(argv[0], argv.data());
    _exit(127);
  }
  ~TestProcess() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  TestProcess(const TestProcess&) = delete;
  TestProcess& operator=(const TestProcess&) = delete;

 private:
  pid_t pid_ = 0;
};

}  // namespace proofload::observe
