// What each role adds to a service: its routes and what it owns.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "roles/shop_config.h"
#include "service/service.h"
#include "service/sql.h"

namespace proofload::shop {

// Lives as long as its service runs.
class Role {
 public:
  virtual ~Role() = default;
};

std::unique_ptr<Role> make_gateway(Service& service, const ShopConfig& config);
std::unique_ptr<Role> make_catalog(Service& service, const ShopConfig& config);
std::unique_ptr<Role> make_cart(Service& service, const ShopConfig& config);
std::unique_ptr<Role> make_orders(Service& service, const ShopConfig& config);
std::unique_ptr<Role> make_payment(Service& service, const ShopConfig& config);
std::unique_ptr<Role> make_recommendations(Service& service, const ShopConfig& config);
std::unique_ptr<Role> make_worker(Service& service, const ShopConfig& config);
std::unique_ptr<Role> make_pgbouncer_exporter(Service& service, const ShopConfig& config);

// Runs the process that `name` stands for in the config; returns when it is told to stop by
// SIGTERM or SIGINT.
Result<void> run_service(const ShopConfig& config, const std::string& name);

}  // namespace proofload::shop
