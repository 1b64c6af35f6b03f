#include "certify/git.h"

#include <array>
#include <cerrno>
#include <sys/wait.h>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <unistd.h>

namespace proofload::certify {
namespace {

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t size = 0;
  while ((size = ::read(descriptor, buffer.data(), buffer.size())) != 0) {
    if (size < 0 && errno != EINTR) break;
    if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace

Result<std::string> git(const std::string& folder, std::vector<std::string> arguments) {
  const std::string shown = fmt::format("git {}", fmt::join(arguments, " "));
  arguments.insert(arguments.begin(), {"git", "-C", folder});
  std::vector<char*> words;
  words.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return Error(ErrorKind::kUsage, shown + ": no pipe can be made");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, "git", &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string output = error == 0 ? read_all(pipe[0]) : "";
  ::close(pipe[0]);
  int status = 0;
  if (error == 0) {
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  return Error(ErrorKind::kUsage, fmt::format("`{}` failed in {}", shown, folder))
      .with_hint("the plan has to be in a clone of its repository, and git installed");
}

}  // namespace proofload::certify
