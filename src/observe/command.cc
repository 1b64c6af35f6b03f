#include "observe/command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string_view>
#include <sys/wait.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

#include "base/duration.h"

namespace proofload::observe {
namespace {

constexpr std::size_t kOutputMax = std::size_t{1} << 20U;

// What a child is started with.
class SpawnSettings {
 public:
  explicit SpawnSettings(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    posix_spawnattr_init(&attributes_);  // signals are blocked here, and shall not be there
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSettings() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Until it closes its end; false: the time is over.
bool read_all(int from, TimePoint deadline, std::string& output) {
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now());
    if (left.count() <= 0) return false;
    pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count == 0 || (count < 0 && errno != EINTR)) return true;
    const auto size = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    output.append(buffer.data(), std::min(size, kOutputMax - std::min(output.size(), kOutputMax)));
  }
}

std::string_view last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
}

Error failure(const std::string& program, const std::string& what) {
  return {ErrorKind::kUsage, fmt::format("{}: {}", program, what)};
}

}  // namespace

Result<std::string> run_command(const std::vector<std::string>& words, Duration timeout) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return failure(words[0], std::strerror(errno));
  const SpawnSettings settings(pipe[1]);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  arguments.reserve(copies.size() + 1);
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, words[0].c_str(), settings.actions(),
                                   settings.attributes(), arguments.data(), environ);
  ::close(pipe[1]);
  std::string output;
  const bool has_ended = error == 0 && read_all(pipe[0], monotonic_now() + timeout, output);
  ::close(pipe[0]);
  if (error != 0) {
    return failure(words[0], error == ENOENT ? "not installed" : std::strerror(error))
        .with_hint("install it where the generator runs, or put it into PATH");
  }
  if (!has_ended) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!has_ended) return failure(words[0], "did not end within " + to_string(timeout));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  return failure(words[0], fmt::format("{}", last_line(output)));
}

}  // namespace proofload::observe
