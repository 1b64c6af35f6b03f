#include "supervisor/supervisor.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "telemetry/log.h"

namespace proofload::shop {
namespace {

constexpr std::chrono::seconds kRestartDelay(1);
constexpr std::chrono::seconds kStopMax(5);  // then SIGKILL

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&set, signal);
  return set;
}

// As a container runtime does before the program starts. A group that cannot be joined is no reason
// not to serve.
void join_group(const char* members) {
  constexpr std::string_view kMyself = "0";
  constexpr std::string_view kRefused =
      R"({"level":"warning","message":"a control group cannot be joined"})"
      "\n";
  const int file = ::open(members, O_WRONLY | O_CLOEXEC);
  if (file < 0 || ::write(file, kMyself.data(), kMyself.size()) < 0) {
    static_cast<void>(::write(STDERR_FILENO, kRefused.data(), kRefused.size()) < 0);
  }
  if (file >= 0) ::close(file);
}

// Between fork and exec: nothing that allocates.
[[noreturn]] void become(const std::vector<char*>& arguments,
                         const std::vector<std::string>& groups, int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);  // it died meanwhile
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  for (const std::string& members : groups) join_group(members.c_str());
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

class Supervisor {
 public:
  Supervisor(const ShopConfig& config, std::string program)
      : config_(config), program_(std::move(program)) {}

  Result<void> run();

 private:
  Result<void> start(const ServiceEntry& entry);
  void bury();
  Result<void> restart_due();
  void stop_all();

  const ShopConfig& config_;
  std::string program_;
  std::map<pid_t, const ServiceEntry*> running_;
  std::map<const ServiceEntry*, TimePoint> restarts_;  // when each dead service is due again
};

Result<void> Supervisor::run() {
  const sigset_t set = watched_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  std::error_code error;
  std::filesystem::create_directories(config_.data + "/logs", error);
  if (error) {
    return Error(ErrorKind::kUsage, "cannot make " + config_.data + "/logs: " + error.message());
  }
  for (const ServiceEntry& entry : config_.services) {
    if (auto started = start(entry); !started) {
      stop_all();
      return started;
    }
  }
  for (;;) {
    const timespec second{1, 0};
    const int signal = ::sigtimedwait(&set, nullptr, &second);
    if (signal == SIGTERM || signal == SIGINT) break;
    bury();
    if (auto restarted = restart_due(); !restarted) {
      log_line("error", restarted.error().message());
    }
  }
  stop_all();
  return {};
}

Result<void> Supervisor::start(const ServiceEntry& entry) {
  const std::string path = config_.data + "/logs/" + entry.name + ".log";
  const int log = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) {
    return Error(ErrorKind::kUsage, "cannot write " + path + ": " + std::strerror(errno))
        .with_hint("is the disk full?");
  }
  std::vector<std::string> words = entry.command;
  if (words.empty()) words.push_back(program_);
  words.insert(words.end(), {"service", entry.name, "--config", config_.path});
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<std::string> groups = entry.cgroups;
  for (std::string& folder : groups) folder += "/cgroup.procs";
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become(arguments, groups, log, parent);
  ::close(log);
  if (child < 0) {
    return Error(ErrorKind::kInternal, "cannot start " + entry.name + ": " + std::strerror(errno));
  }
  running_[child] = &entry;
  return {};
}

void Supervisor::bury() {
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    const auto dead = running_.find(pid);
    if (dead == running_.end()) continue;
    log_line("error", "a service died",
             {{"name", dead->second->name},
              {"exit_code", std::int64_t{WIFEXITED(status) ? WEXITSTATUS(status) : -1}},
              {"signal", std::int64_t{WIFSIGNALED(status) ? WTERMSIG(status) : 0}}});
    restarts_[dead->second] = monotonic_now() + kRestartDelay;
    running_.erase(dead);
  }
}

Result<void> Supervisor::restart_due() {
  for (auto it = restarts_.begin(); it != restarts_.end();) {
    if (it->second > monotonic_now()) {
      ++it;
      continue;
    }
    const ServiceEntry& entry = *it->first;
    it = restarts_.erase(it);
    if (auto started = start(entry); !started) return started;
    log_line("info", "a service was started again", {{"name", entry.name}});
  }
  return {};
}

void Supervisor::stop_all() {
  for (const auto& [pid, entry] : running_) ::kill(pid, SIGTERM);
  const TimePoint end = monotonic_now() + kStopMax;
  const sigset_t set = watched_signals();
  while (!running_.empty()) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid > 0) {
      running_.erase(pid);
    } else if (pid < 0) {
      running_.clear();
    } else {
      const timespec moment{0, 50'000'000};
      ::sigtimedwait(&set, nullptr, &moment);
      if (monotonic_now() < end) continue;
      for (const auto& [left, entry] : running_) ::kill(left, SIGKILL);
    }
  }
}

}  // namespace

Result<void> run_all(const ShopConfig& config, const std::string& program) {
  return Supervisor(config, program).run();
}

}  // namespace proofload::shop
