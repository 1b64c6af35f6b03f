#include "net/dns.h"

#include <algorithm>
#include <map>
#include <netinet/in.h>
#include <random>
#include <sys/poll.h>
#include <sys/time.h>
#include <utility>
#include <vector>

#include <ares.h>
#include <fmt/core.h>

#include "runtime/waiter.h"

namespace proofload::net {
namespace {

using runtime::WaitResult;

// Go's resolver: five seconds a try, two tries for each server.
constexpr int kTimeoutMilliseconds = 5000;
constexpr int kTries = 2;

struct Cached {
  std::vector<IpAddress> addresses;  // what the policy left, never empty
  TimePoint expires;
  std::size_t next = 0;  // for roundRobin
};

// A query under way, shared by the fibers that want its answer.
struct Lookup {
  std::string host;
  void* resolver = nullptr;  // its State
  std::vector<runtime::Waiter*> waiting;
  std::vector<IpAddress> addresses;
  int status = ARES_SUCCESS;
  bool is_done = false;
};

std::vector<IpAddress> apply_policy(std::vector<IpAddress> all, DnsPolicy policy) {
  if (policy == DnsPolicy::kAny) return all;
  const bool wants_v4 = policy == DnsPolicy::kPreferIpv4 || policy == DnsPolicy::kOnlyIpv4;
  const bool may_fall_back = policy == DnsPolicy::kPreferIpv4 || policy == DnsPolicy::kPreferIpv6;
  std::vector<IpAddress> wanted;
  std::ranges::copy_if(all, std::back_inserter(wanted),
                       [&](const IpAddress& ip) { return ip.is_v4() == wants_v4; });
  return wanted.empty() && may_fall_back ? all : wanted;
}

int family_of(DnsPolicy policy) {
  switch (policy) {
    case DnsPolicy::kOnlyIpv4:
      return AF_INET;
    case DnsPolicy::kOnlyIpv6:
      return AF_INET6;
    default:
      return AF_UNSPEC;
  }
}

std::vector<IpAddress> addresses_of(const ares_addrinfo* info) {
  std::vector<IpAddress> result;
  for (const ares_addrinfo_node* node = info->nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family == AF_INET) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(node->ai_addr);
      result.push_back(IpAddress::from_v4(&v4->sin_addr));
    } else if (node->ai_family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(node->ai_addr);
      result.push_back(IpAddress::from_v6(&v6->sin6_addr));
    }
  }
  return result;
}

bool is_no_such_host(int status) {
  return status == ARES_ENOTFOUND || status == ARES_ENODATA;
}

std::string_view go_text(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_SUCCESS:  // addresses, but none the policy allows
      return "no such host";
    case ARES_ETIMEOUT:
      return "i/o timeout";
    case ARES_ECONNREFUSED:
      return "connection refused";
    case ARES_ESERVFAIL:
      return "server misbehaving";
    default:
      return ares_strerror(status);
  }
}

}  // namespace

struct Resolver::State {
  State(runtime::Loop& owner, const DnsOptions& wanted)
      : loop(owner), options(wanted), timer([this] {
          ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
          arm_timer();
        }) {}
  ~State() {
    if (channel != nullptr) ares_destroy(channel);  // unwatches its sockets
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // `wants_*` both 0: the socket is about to be closed.
  static void socket_changed(void* self, ares_socket_t fd, int wants_read, int wants_write) {
    static_cast<State*>(self)->rewatch(fd, wants_read != 0, wants_write != 0);
  }
  static void answered(void* argument, int status, int /*timeouts*/, ares_addrinfo* info);

  void rewatch(ares_socket_t fd, bool wants_read, bool wants_write);
  void arm_timer();
  std::shared_ptr<Lookup> start_lookup(std::string_view host);
  IpAddress choose(const std::vector<IpAddress>& addresses, std::size_t& next);
  std::string first_server() const;
  NetError failure(std::string_view host, NetErrorKind kind, std::string_view text) const;

  runtime::Loop& loop;
  DnsOptions options;
  ares_channel channel = nullptr;
  runtime::Timer timer;
  std::map<ares_socket_t, runtime::SocketId> watches;
  std::map<std::string, Cached, std::less<>> cache;
  std::map<std::string, std::shared_ptr<Lookup>, std::less<>> lookups;
  std::size_t uncached_next = 0;
  std::minstd_rand random{std::random_device{}()};
};

Result<std::unique_ptr<Resolver>> Resolver::create(runtime::Loop& loop, const DnsOptions& options) {
  auto state = std::make_unique<State>(loop, options);
  ares_options ares{};
  ares.sock_state_cb = &State::socket_changed;
  ares.sock_state_cb_data = state.get();
  ares.timeout = kTimeoutMilliseconds;
  ares.tries = kTries;
  int status = ares_library_init(ARES_LIB_INIT_ALL);
  if (status == ARES_SUCCESS) {
    status = ares_init_options(&state->channel, &ares,
                               ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  }
  if (status == ARES_SUCCESS && !options.servers.empty()) {
    status = ares_set_servers_ports_csv(state->channel, options.servers.c_str());
  }
  if (status != ARES_SUCCESS) {
    return Error(ErrorKind::kInternal,
                 fmt::format("cannot set up name resolution: {}", ares_strerror(status)));
  }
  return std::unique_ptr<Resolver>(new Resolver(std::move(state)));
}

Resolver::Resolver(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resolver::~Resolver() = default;

NetResult<IpAddress> Resolver::resolve(std::string_view host, TimePoint deadline) {
  if (const auto literal = IpAddress::parse(host)) return *literal;
  State& state = *state_;
  if (const auto hit = state.cache.find(host); hit != state.cache.end()) {
    if (state.loop.now() < hit->second.expires) {
      return state.choose(hit->second.addresses, hit->second.next);
    }
    state.cache.erase(hit);
  }
  const std::shared_ptr<Lookup> lookup = state.start_lookup(host);
  if (!lookup->is_done) {
    runtime::Waiter waiter(state.loop);
    lookup->waiting.push_back(&waiter);
    const WaitResult waited = waiter.wait(deadline);
    std::erase(lookup->waiting, &waiter);
    if (waited == WaitResult::kTimeout) {
      return tl::unexpected(state.failure(host, NetErrorKind::kDeadline, "i/o timeout"));
    }
    if (waited == WaitResult::kCancelled) {
      return tl::unexpected(
          state.failure(host, NetErrorKind::kCancelled, "operation was canceled"));
    }
  }
  if (lookup->addresses.empty()) {
    const bool is_missing = lookup->status == ARES_SUCCESS || is_no_such_host(lookup->status);
    return tl::unexpected(
        state.failure(host, is_missing ? NetErrorKind::kDnsNoSuchHost : NetErrorKind::kDns,
                      go_text(lookup->status)));
  }
  return state.choose(lookup->addresses, state.uncached_next);
}

std::shared_ptr<Lookup> Resolver::State::start_lookup(std::string_view host) {
  if (const auto found = lookups.find(host); found != lookups.end()) return found->second;
  auto lookup = std::make_shared<Lookup>();
  lookup->host = host;
  lookup->resolver = this;
  lookups.emplace(lookup->host, lookup);
  ares_addrinfo_hints hints{};
  hints.ai_family = family_of(options.policy);
  hints.ai_flags = ARES_AI_NOSORT;
  // The answer may come during this call (from /etc/hosts).
  ares_getaddrinfo(channel, lookup->host.c_str(), nullptr, &hints, &State::answered, lookup.get());
  arm_timer();
  return lookup;
}

// Called once for each ares_getaddrinfo, at the latest by ares_destroy.
void Resolver::State::answered(void* argument, int status, int /*timeouts*/, ares_addrinfo* info) {
  auto* lookup = static_cast<Lookup*>(argument);
  auto& self = *static_cast<State*>(lookup->resolver);
  lookup->is_done = true;
  lookup->status = status;
  if (info != nullptr) {
    lookup->addresses = apply_policy(addresses_of(info), self.options.policy);
    ares_freeaddrinfo(info);
  }
  const Duration ttl = self.options.ttl;
  if (!lookup->addresses.empty() && ttl > Duration{}) {
    const TimePoint expires =
        ttl == DnsOptions::kTtlForever ? runtime::Timer::kNever : self.loop.now() + ttl;
    self.cache[lookup->host] = {lookup->addresses, expires, 0};
  }
  for (runtime::Waiter* waiter : lookup->waiting) waiter->notify();
  self.lookups.erase(self.lookups.find(lookup->host));  // may end `lookup`
}

void Resolver::State::rewatch(ares_socket_t fd, bool wants_read, bool wants_write) {
  if (const auto old = watches.find(fd); old != watches.end()) {
    loop.io().unwatch(old->second);
    watches.erase(old);
  }
  if (!wants_read && !wants_write) return;
  const auto events = static_cast<short>((wants_read ? POLLIN : 0) | (wants_write ? POLLOUT : 0));
  watches[fd] = loop.io().watch(fd, events, [this, fd](short ready) {
    const bool can_read = (ready & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool can_write = (ready & POLLOUT) != 0;
    ares_process_fd(channel, can_read ? fd : ARES_SOCKET_BAD, can_write ? fd : ARES_SOCKET_BAD);
    arm_timer();
  });
}

void Resolver::State::arm_timer() {
  timeval buffer{};
  const timeval* left = ares_timeout(channel, nullptr, &buffer);
  if (left == nullptr) {
    loop.timers().disarm(timer);
  } else {
    loop.timers().arm(timer, monotonic_now() + std::chrono::seconds(left->tv_sec) +
                                 std::chrono::microseconds(left->tv_usec));
  }
}

IpAddress Resolver::State::choose(const std::vector<IpAddress>& addresses, std::size_t& next) {
  switch (options.select) {
    case DnsSelect::kFirst:
      return addresses.front();
    case DnsSelect::kRoundRobin:
      return addresses[next++ % addresses.size()];
    case DnsSelect::kRandom:
      break;
  }
  return addresses[random() % addresses.size()];
}

std::string Resolver::State::first_server() const {
  ares_addr_port_node* servers = nullptr;
  if (ares_get_servers_ports(channel, &servers) != ARES_SUCCESS || servers == nullptr) return "";
  const IpAddress ip = servers->family == AF_INET ? IpAddress::from_v4(&servers->addr.addr4)
                                                  : IpAddress::from_v6(&servers->addr.addr6);
  const int port = servers->udp_port != 0 ? servers->udp_port : 53;
  ares_free_data(servers);
  return Endpoint{ip, static_cast<std::uint16_t>(port)}.to_string();
}

NetError Resolver::State::failure(std::string_view host, NetErrorKind kind,
                                  std::string_view text) const {
  const std::string server = first_server();
  return {.kind = kind,
          .op = "lookup",
          .errno_value = 0,
          .message = server.empty() ? fmt::format("lookup {}: {}", host, text)
                                    : fmt::format("lookup {} on {}: {}", host, server, text)};
}

}  // namespace proofload::net
