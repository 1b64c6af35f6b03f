#include "certify/profiler_probes.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/pause.h"
#include "certify/preflight.h"
#include "certify/preflight_probes.h"
#include "certify/scratch_folder.h"
#include "observe/command.h"
#include "observe/http_get.h"

namespace proofload::certify {
namespace {

namespace fs = std::filesystem;

using evidence::CheckResult;
using plan::Profiler;

constexpr Duration kCommandTimeout = std::chrono::seconds(5);

// Empty when it cannot be read.
std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Error no_profile(std::string_view what, std::size_t bytes, std::string hint) {
  return Error(ErrorKind::kNetwork, fmt::format("{} gave no profile ({} bytes)", what, bytes))
      .with_hint(std::move(hint));
}

Result<std::string> use_pprof(const Profiler& profiler) {
  observe::HttpClient client;
  observe::HttpRequest request{.url = profiler.target + "/profile?seconds=1"};
  request.timeout = kProbeTimeout;
  const auto response = PL_TRY(client.fetch(request));
  PL_TRY(observe::check_status(response));
  const std::string_view body = response.body;
  // Gzipped protobuf, or plain; or what gperftools wrote before.
  const bool is_profile = body.size() > 2 && (body.starts_with("\x1f\x8b") || body[0] == '\n' ||
                                              body.substr(0, 8) == std::string(8, '\0'));
  if (!is_profile) {
    return no_profile(observe::shown_url(profiler.target), body.size(),
                      "the address ends in /debug/pprof");
  }
  return fmt::format("{} bytes of pprof", body.size());
}

// A recording of the JDK begins so, async-profiler's too.
Result<std::string> checked_recording(const std::string& file, std::string_view how) {
  const std::string bytes = content_of(file);
  if (!bytes.starts_with(std::string_view("FLR\0", 4))) {
    return no_profile(how, bytes.size(), "it has to begin with FLR");
  }
  return fmt::format("{} bytes by {}", bytes.size(), how);
}

Result<std::string> use_jfr(const Profiler& profiler) {
  const std::string pid = std::to_string(PL_TRY(find_process(profiler.target, "java")));
  const ScratchFolder folder = PL_TRY(ScratchFolder::create(ScratchFolder::Access::kEveryone));
  const std::string file = folder.file("recording.jfr");
  const std::string name = "name=proofload";
  PL_TRY(
      observe::run_command({"jcmd", pid, "JFR.start", name, "settings=profile"}, kCommandTimeout));
  pause_thread(std::chrono::seconds(1));
  const auto dumped =
      observe::run_command({"jcmd", pid, "JFR.dump", name, "filename=" + file}, kCommandTimeout);
  PL_TRY(observe::run_command({"jcmd", pid, "JFR.stop", name}, kCommandTimeout));
  PL_TRY(dumped);
  return checked_recording(file, "JFR");
}

Result<std::string> use_async_profiler(const Profiler& profiler) {
  if (!observe::run_command({"asprof", "--version"}, kCommandTimeout)) {
    return use_jfr(profiler).map(
        [](const std::string& text) { return text + ", as there is no asprof"; });
  }
  const std::string pid = std::to_string(PL_TRY(find_process(profiler.target, "java")));
  const ScratchFolder folder = PL_TRY(ScratchFolder::create(ScratchFolder::Access::kEveryone));
  const std::string file = folder.file("recording.jfr");
  // itimer works where perf events are forbidden, as in most containers.
  PL_TRY(observe::run_command({"asprof", "-d", "1", "-e", "itimer", "-o", "jfr", "-f", file, pid},
                              kCommandTimeout));
  return checked_recording(file, "async-profiler");
}

Result<std::string> use_py_spy(const Profiler& profiler) {
  const std::string pid = std::to_string(PL_TRY(find_process(profiler.target, "python")));
  const ScratchFolder folder = PL_TRY(ScratchFolder::create(ScratchFolder::Access::kEveryone));
  const std::string file = folder.file("stacks.txt");
  PL_TRY(observe::run_command({"py-spy", "record", "--pid", pid, "--duration", "1", "--idle",
                               "--nonblocking", "--format", "raw", "--output", file},
                              kCommandTimeout));
  const std::string stacks = content_of(file);
  // Folded stacks: "main (app.py:1);work (app.py:7) 99".
  const std::size_t end = stacks.find('\n');
  const std::string_view line = std::string_view(stacks).substr(0, end);
  const std::size_t space = line.rfind(' ');
  const bool is_profile = end != std::string::npos && space != std::string_view::npos &&
                          line.find_first_not_of("0123456789", space + 1) == std::string_view::npos;
  if (!is_profile) return no_profile("py-spy", stacks.size(), "the process has no Python stack");
  return fmt::format("{} bytes by py-spy", stacks.size());
}

Result<std::string> use(const Profiler& profiler) {
  if (profiler.kind == "pprof") return use_pprof(profiler);
  if (profiler.kind == "jfr") return use_jfr(profiler);
  if (profiler.kind == "py_spy") return use_py_spy(profiler);
  return use_async_profiler(profiler);
}

// Of the process in that folder of /proc; empty when it may not be seen.
std::string program_of(const fs::path& process) {
  std::error_code error;
  return fs::read_symlink(process / "exe", error).filename();
}

}  // namespace

Result<int> find_process(const std::string& target, std::string_view program) {
  int pid = 0;
  const char* end = target.data() + target.size();
  if (const auto [at, error] = std::from_chars(target.data(), end, pid);
      error == std::errc() && at == end) {
    return pid;
  }
  std::vector<int> found;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), last; !error && at != last; at.increment(error)) {
    const std::string name = at->path().filename();
    const char* name_end = name.data() + name.size();
    if (std::from_chars(name.data(), name_end, pid).ptr != name_end || pid == ::getpid()) continue;
    if (!program_of(at->path()).starts_with(program)) continue;
    std::string line = content_of(at->path() / "cmdline");
    std::replace(line.begin(), line.end(), '\0', ' ');
    if (line.find(target) != std::string::npos) found.push_back(pid);
  }
  if (found.size() == 1) return found.front();
  const std::string what =
      found.empty() ? fmt::format("no {} process of this machine has `{}` in its command line",
                                  program, target)
                    : fmt::format("`{}` is in the command lines of several {} processes: {}",
                                  target, program, fmt::join(found, ", "));
  return Error(ErrorKind::kUsage, what)
      .with_hint("name a part of one command line, or the process's number");
}

CheckResult check_profilers(const plan::Observe& observe) {
  std::vector<std::future<Result<std::string>>> running;
  for (const Profiler& profiler : observe.profilers) {
    running.push_back(std::async(std::launch::async, [&profiler] { return use(profiler); }));
  }
  std::string evidence;
  std::string hint;
  bool is_good = true;
  for (std::size_t i = 0; i < running.size(); ++i) {
    const auto used = running[i].get();
    evidence += fmt::format("{}{}: {}", i == 0 ? "" : "; ", observe.profilers[i].service,
                            used ? *used : used.error().message());
    if (used) continue;
    if (is_good) hint = used.error().hint();
    is_good = false;
  }
  return is_good ? passed(std::move(evidence)) : failed(std::move(evidence), std::move(hint));
}

}  // namespace proofload::certify
