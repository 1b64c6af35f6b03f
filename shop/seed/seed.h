// Fills an empty shop with products, users and two years of orders, and puts it back so.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "seed/generator.h"

namespace proofload::shop {

struct SeedOptions {
  std::string url;  // of the primary itself: COPY and VACUUM do not go through pgbouncer
  SeedSize size = SeedSize::kFull;
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

// Creates the tables and loads the data set: minutes for kFull. What an interrupted one left is
// replaced. Does nothing when the data set is there; refuses where there is one of another size.
Result<void> seed(const SeedOptions& options);

// Forgets carts, jobs and the orders made since the seed, and restocks. Takes seconds and is safe
// while the shop runs: it gives up when a lock is not to be had in 10 s.
Result<void> reset(const std::string& url);

// "small" or "full".
Result<SeedSize> parse_seed_size(std::string_view text);

}  // namespace proofload::shop
