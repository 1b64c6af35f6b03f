#include "observe/environment_facts.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netdb.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>

#include "base/pause.h"
#include "observe/postgres.h"
#include "observe/prometheus_json.h"

namespace proofload::observe {
namespace {

using evidence::Facts;

constexpr const char* kSettings = R"(SELECT name, current_setting(name) FROM pg_settings
WHERE name IN ('shared_buffers', 'work_mem', 'maintenance_work_mem', 'effective_cache_size',
 'max_connections', 'max_worker_processes', 'max_parallel_workers', 'max_parallel_workers_per_gather',
 'random_page_cost', 'effective_io_concurrency', 'default_statistics_target', 'jit',
 'synchronous_commit', 'fsync', 'full_page_writes', 'wal_level', 'max_wal_size',
 'checkpoint_timeout', 'autovacuum', 'statement_timeout', 'shared_preload_libraries'))";

// A table that was never analysed has -1 there, and what the statistics collector counted.
constexpr const char* kRows = R"(SELECT n.nspname || '.' || c.relname,
 CASE WHEN c.reltuples >= 0 THEN c.reltuples ELSE coalesce(s.n_live_tup, 0) END::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 2 DESC, 1 LIMIT 200)";

struct CloseAddresses {
  void operator()(addrinfo* info) const { ::freeaddrinfo(info); }
};
struct CloseSocket {
  int fd;
  explicit CloseSocket(int descriptor) : fd(descriptor) {}
  ~CloseSocket() {
    if (fd >= 0) ::close(fd);
  }
  CloseSocket(const CloseSocket&) = delete;
  CloseSocket& operator=(const CloseSocket&) = delete;
};

// Nothing when it is refused or takes too long.
std::optional<Duration> one_handshake(const addrinfo& address, Duration timeout) {
  const CloseSocket socket(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd < 0) return std::nullopt;
  const TimePoint start = monotonic_now();
  if (::connect(socket.fd, address.ai_addr, address.ai_addrlen) == 0) {
    return monotonic_now() - start;
  }
  pollfd wanted{.fd = socket.fd, .events = POLLOUT, .revents = 0};
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  int error = 0;
  socklen_t size = sizeof error;
  const bool is_ready = ::poll(&wanted, 1, static_cast<int>(wait)) == 1;
  const Duration took = monotonic_now() - start;
  ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return is_ready && error == 0 ? std::optional(took) : std::nullopt;
}

// `depth` is how much deeper a value may be nested: what others send must not exhaust our stack.
void add_flag(const std::string& name, const Json& value, int depth, Facts& facts) {
  if (depth == 0) return;
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      add_flag(name.empty() ? key : fmt::format("{}.{}", name, key), member, depth - 1, facts);
    }
    return;
  }
  if (!value.is_array()) {
    facts["flags"][name] = value.is_string() ? value.get<std::string>() : value.dump();
    return;
  }
  int place = 0;
  for (const Json& item : value) {
    const char* key = json_text(item, "name").empty() ? "key" : "name";
    std::string item_name = json_text(item, key);
    Json rest = item;
    if (item_name.empty()) {
      item_name = fmt::format("{}[{}]", name, place++);
    } else {
      rest.erase(key);
    }
    add_flag(item_name, rest, depth - 1, facts);
  }
}

}  // namespace

Result<void> add_postgres_facts(const std::string& dsn, const std::string& subject,
                                Duration timeout, Facts& facts) {
  const auto named = [&](const std::string& name) {
    if (subject.empty()) return name;
    return name.empty() ? subject : subject + "/" + name;
  };
  const QueryResult whole = PL_TRY(
      query(dsn, "SELECT current_setting('server_version'), pg_database_size(current_database())",
            timeout));
  const QueryResult settings = PL_TRY(query(dsn, kSettings, timeout));
  const QueryResult tables = PL_TRY(query(dsn, kRows, timeout));
  facts["db_version"][named("")] = whole.rows.at(0).at(0);
  facts["db_size"][named("")] = whole.rows.at(0).at(1);
  for (const auto& row : settings.rows) facts["db_settings"][named(row.at(0))] = row.at(1);
  for (const auto& row : tables.rows) facts["db_rows"][named(row.at(0))] = row.at(1);
  return {};
}

void add_flags(const Json& flags, Facts& facts) {
  constexpr int kDepthMax = 16;
  add_flag("", flags, kDepthMax, facts);
}

Result<Duration> connect_time(const std::string& host, const std::string& port, Duration timeout) {
  constexpr int kProbes = 20;
  constexpr int kLostMax = 2;
  // A server whose queue of new connections is short drops what comes in a burst.
  constexpr Duration kPause = std::chrono::milliseconds(5);
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &list) != 0) {
    return Error(ErrorKind::kNetwork, host + ": unknown host");
  }
  const std::unique_ptr<addrinfo, CloseAddresses> owner(list);
  std::vector<Duration> times;
  int lost = 0;
  for (int i = 0; i < kProbes; ++i) {
    if (i > 0) pause_thread(kPause);
    const auto took = one_handshake(*list, timeout);
    if (!took && (i == 0 || ++lost > kLostMax)) {
      return Error(ErrorKind::kNetwork, fmt::format("{}:{}: cannot be connected to", host, port));
    }
    times.push_back(took.value_or(timeout));
  }
  std::sort(times.begin(), times.end());
  return times[kProbes / 2];
}

}  // namespace proofload::observe
