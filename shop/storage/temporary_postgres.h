// A PostgreSQL of a test's own, in a temporary folder on a free loopback port. For tests only.
#pragma once

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <vector>

#include <poll.h>
#include <pwd.h>
#include <unistd.h>

#include "storage/database.h"

namespace proofload::shop {

// Ends with its owner, even a killed one. As root, the server runs as user `postgres`.
class TemporaryPostgres {
 public:
  static bool is_installed() { return access((kPrograms + "initdb").c_str(), X_OK) == 0; }

  TemporaryPostgres() {
    std::string path = std::filesystem::temp_directory_path() / "proofload_pg_XXXXXX";
    folder_ = mkdtemp(path.data());
    if (const passwd* user = server_user())
      (void)!chown(folder_.c_str(), user->pw_uid, user->pw_gid);
    const std::string cluster = folder_ + "/cluster";
    const pid_t initdb = start({kPrograms + "initdb", "-N", "-A", "trust", "-U", "postgres", "-E",
                                "UTF8", "--locale=C", "-D", cluster});
    waitpid(initdb, nullptr, 0);
    port_ = free_port();
    server_ = start({kPrograms + "postgres", "-D", cluster, "-h", "127.0.0.1", "-p",
                     std::to_string(port_), "-k", folder_, "-F"});
  }
  TemporaryPostgres(const TemporaryPostgres&) = delete;
  TemporaryPostgres& operator=(const TemporaryPostgres&) = delete;
  ~TemporaryPostgres() {
    kill(server_, SIGINT);  // "fast": sessions are ended
    waitpid(server_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // False when the server does not answer in 30 s.
  bool wait_until_ready() const {
    for (int tries = 0; tries < 600; ++tries) {
      if (connect(url(), 1000)) return true;
      poll(nullptr, 0, 50);
    }
    return false;
  }

  std::string url() const {
    return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/postgres";
  }

 private:
  inline static const std::string kPrograms = "/usr/lib/postgresql/15/bin/";

  static const passwd* server_user() { return geteuid() == 0 ? getpwnam("postgres") : nullptr; }

  static int free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    (void)bind(probe, generic, length);
    getsockname(probe, generic, &length);
    close(probe);
    return ntohs(address.sin_port);
  }

  pid_t start(std::vector<std::string> arguments) const {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const passwd* user = server_user();
    const std::string log = folder_ + "/log";
    const pid_t child = fork();
    if (child != 0) return child;
    if (user != nullptr && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGINT);  // after setuid(), which forgets it
    (void)!chdir(folder_.c_str());
    (void)!std::freopen(log.c_str(), "a", stdout);
    (void)!std::freopen(log.c_str(), "a", stderr);
    execv(argv[0], argv.data());
    _exit(127);
  }

  std::string folder_;
  int port_ = 0;
  pid_t server_ = 0;
};

}  // namespace proofload::shop
