#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include "roles/role.h"
#include "telemetry/log.h"

namespace proofload::shop {
namespace {

constexpr const char* kVersion = "1.0.0";

struct RoleKind {
  std::unique_ptr<Role> (*make)(Service&, const ShopConfig&);
  int workers;
  int queue_max;
};

const std::map<std::string, RoleKind>& role_kinds() {
  static const std::map<std::string, RoleKind> kKinds{
      {"gateway", {make_gateway, 64, 256}}, {"catalog", {make_catalog, 16, 128}},
      {"cart", {make_cart, 16, 128}},       {"orders", {make_orders, 16, 128}},
      {"payment", {make_payment, 32, 128}}, {"recommendations", {make_recommendations, 8, 64}},
      {"worker", {make_worker, 1, 8}},      {"pgbouncer", {make_pgbouncer_exporter, 1, 8}}};
  return kKinds;
}

// Stops the service at SIGTERM or SIGINT, which main() has blocked in all threads.
class StopSignal {
 public:
  explicit StopSignal(Service& service)
      : thread_([&service] {
          sigset_t set;
          sigemptyset(&set);
          sigaddset(&set, SIGTERM);
          sigaddset(&set, SIGINT);
          int signal = 0;
          sigwait(&set, &signal);
          service.stop();
        }) {}
  ~StopSignal() { thread_.join(); }

 private:
  std::thread thread_;
};

// What an operator has set outlives the process: the rig keeps it in DATA/knobs.json, values by
// name by service.
void restore_knobs(const ShopConfig& config, Service& service) {
  std::ifstream file(config.data + "/knobs.json");
  const Json kept = Json::parse(file, nullptr, false);
  const std::string& name = service.options().instance;
  if (!kept.is_object() || !kept.contains(name)) return;
  const auto wrong = service.knobs().set(kept.at(name));
  if (wrong) log_line("warning", "kept knobs do not fit", {{"reason", *wrong}});
}

}  // namespace

Result<void> run_service(const ShopConfig& config, const std::string& name) {
  const ServiceEntry* entry = config.find(name);
  if (entry == nullptr) {
    return Error(ErrorKind::kUsage, config.path + " names no service " + name);
  }
  const auto kind = role_kinds().find(entry->role);
  if (kind == role_kinds().end()) {
    return Error(ErrorKind::kInvalidConfig,
                 config.path + ": service " + name + " has the unknown role " + entry->role);
  }
  set_log_identity(entry->role, entry->name);
  const auto service = PL_TRY(Service::create({.service = entry->role,
                                               .instance = entry->name,
                                               .port = entry->port,
                                               .tls = config.tls,
                                               .workers = kind->second.workers,
                                               .queue_max = kind->second.queue_max,
                                               .otlp = config.otlp,
                                               .sampling = config.sampling,
                                               .version = kVersion,
                                               .admin_token = config.admin_token}));
  const std::unique_ptr<Role> role = kind->second.make(*service, config);
  restore_knobs(config, *service);
  const StopSignal stop(*service);
  service->run();
  log_line("info", "the service stops");
  return {};
}

}  // namespace proofload::shop
