// All services of a shop.json as children of one process.
#pragma once

#include <string>

#include "base/error.h"
#include "roles/shop_config.h"

namespace proofload::shop {

// Starts `program service NAME --config FILE` for each service (its own command in place of
// `program` where the config has one) and a new one for each that dies (after a second, so that a
// service that cannot start does not spin). Returns after SIGTERM or SIGINT, when all have ended.
// Children die with this process, however it ends. The log of service NAME is DATA/logs/NAME.log.
Result<void> run_all(const ShopConfig& config, const std::string& program);

}  // namespace proofload::shop
