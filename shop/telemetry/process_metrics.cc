#include "telemetry/process_metrics.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <unistd.h>

#include "telemetry/metrics.h"

namespace proofload::shop {
namespace {

using Kind = Metrics::Kind;

constexpr double kNanosecond = 1e-9;
constexpr double kMicrosecond = 1e-6;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

double number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

double read_number(const std::string& path) {
  return number(read_file(path));
}

// The value that follows `key` in a file of "key value" lines; 0 when there is none.
double keyed_number(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string name;
  double value = 0;
  while (file >> name >> value) {
    if (name == key) return value;
  }
  return 0;
}

// Field `index` of /proc/self/stat, counted as in proc(5), from the third on.
double stat_field(std::size_t index) {
  const std::string text = read_file("/proc/self/stat");
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string field;
  for (std::size_t i = 3; i <= index; ++i) fields >> field;
  return number(field);
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * kMicrosecond;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double boot_seconds() {
  std::ifstream file("/proc/stat");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("btime ")) return number(line.substr(6));
  }
  return 0;
}

double start_time_seconds() {
  constexpr std::size_t kStartTime = 22;
  return boot_seconds() + stat_field(kStartTime) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double open_descriptors() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count;
}

double descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

// The folder of this process's own group of a cgroup v1 controller; nothing in the root group.
std::optional<std::string> cgroup_folder(const std::string& controller) {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {  // "4:cpu,cpuacct:/path"
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string path = line.substr(second + 1);
    if (names.find("," + controller + ",") == std::string::npos || path == "/") continue;
    const std::string folder = "/sys/fs/cgroup/" + line.substr(first + 1, second - first - 1);
    for (const std::string& root : {folder, "/sys/fs/cgroup/" + controller}) {
      if (std::filesystem::exists(root + path)) return root + path;
    }
  }
  return std::nullopt;
}

void add_cpu_group(Metrics& metrics, const std::string& folder) {
  const std::string stat = folder + "/cpu.stat";
  metrics.add(Kind::kCounter, "container_cpu_cfs_periods_total", "Elapsed enforcement periods", {},
              [stat] { return keyed_number(stat, "nr_periods"); });
  metrics.add(Kind::kCounter, "container_cpu_cfs_throttled_periods_total", "Throttled periods", {},
              [stat] { return keyed_number(stat, "nr_throttled"); });
  metrics.add(Kind::kCounter, "container_cpu_cfs_throttled_seconds_total", "Time throttled", {},
              [stat] { return keyed_number(stat, "throttled_time") * kNanosecond; });
  metrics.add(Kind::kGauge, "container_spec_cpu_quota", "CPU quota, µs a period", {},
              [folder] { return read_number(folder + "/cpu.cfs_quota_us"); });
  metrics.add(Kind::kGauge, "container_spec_cpu_period", "CPU period, µs", {},
              [folder] { return read_number(folder + "/cpu.cfs_period_us"); });
  metrics.add(Kind::kCounter, "container_cpu_usage_seconds_total", "CPU time", {},
              [] { return cpu_seconds(); });
}

void add_memory_group(Metrics& metrics, const std::string& folder) {
  metrics.add(Kind::kGauge, "container_spec_memory_limit_bytes", "Memory limit", {},
              [folder] { return read_number(folder + "/memory.limit_in_bytes"); });
  metrics.add(Kind::kGauge, "container_memory_working_set_bytes", "Memory that is not reclaimable",
              {}, [folder] {
                return read_number(folder + "/memory.usage_in_bytes") -
                       keyed_number(folder + "/memory.stat", "total_inactive_file");
              });
  metrics.add(Kind::kCounter, "container_memory_failcnt", "Times the limit was hit", {},
              [folder] { return read_number(folder + "/memory.failcnt"); });
  metrics.add(Kind::kCounter, "container_oom_events_total", "Processes the kernel killed here", {},
              [folder] { return keyed_number(folder + "/memory.oom_control", "oom_kill"); });
}

}  // namespace

void add_process_metrics(Metrics& metrics) {
  const double started = start_time_seconds();
  metrics.add(Kind::kCounter, "process_cpu_seconds_total", "User and system CPU time", {},
              cpu_seconds);
  metrics.add(Kind::kGauge, "process_resident_memory_bytes", "Resident memory", {}, [] {
    constexpr std::size_t kResidentPages = 24;
    return stat_field(kResidentPages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  });
  metrics.add(Kind::kGauge, "process_open_fds", "Open descriptors", {}, open_descriptors);
  metrics.add(Kind::kGauge, "process_max_fds", "Most descriptors allowed", {}, descriptor_limit);
  metrics.add(Kind::kGauge, "process_threads", "Threads", {}, [] {
    constexpr std::size_t kThreadCount = 20;
    return stat_field(kThreadCount);
  });
  metrics.add(Kind::kGauge, "process_start_time_seconds", "Start, seconds since 1970", {},
              [started] { return started; });
  // A group without a limit is the whole machine's business, not this process's.
  constexpr double kNoMemoryLimit = 1e18;
  const auto cpu = cgroup_folder("cpu");
  if (cpu && read_number(*cpu + "/cpu.cfs_quota_us") > 0) add_cpu_group(metrics, *cpu);
  const auto memory = cgroup_folder("memory");
  if (memory && read_number(*memory + "/memory.limit_in_bytes") < kNoMemoryLimit) {
    add_memory_group(metrics, *memory);
  }
}

}  // namespace proofload::shop
