// What is in a freshly seeded shop, as pure functions of the size and an id.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace proofload::shop {

enum class SeedSize : std::uint8_t { kSmall, kFull };

// A stream of numbers that depends on its seed only, on every machine: splitmix64, see
// https://prng.di.unimi.it/splitmix64.c.
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // In [0, bound), as even as 64 bits allow.
  std::int64_t below(std::int64_t bound);
  // In [0, 1).
  double unit();

 private:
  std::uint64_t state_;
};

// Ranks from 1 to `count`; rank k is chosen 1/k times as often as rank 1 (Zipf, s = 1).
class Zipf {
 public:
  explicit Zipf(std::int64_t count);
  std::int64_t pick(SplitMix& random) const;
  double share(std::int64_t rank) const;

 private:
  std::vector<double> cumulative_;
};

struct SeedProduct {
  std::string sku;
  std::string name;
  std::string description;
  std::string category;
  std::int64_t price_cents = 0;
};

struct SeedItem {
  std::int64_t product = 0;
  std::int64_t quantity = 0;
  std::int64_t price_cents = 0;
};

struct SeedOrder {
  std::int64_t user = 0;
  std::string status;
  std::int64_t total_cents = 0;
  std::string created_at;
  std::vector<SeedItem> items;  // one to four
};

// Ids count from 1 without gaps; the lower the id of a product or user, the more popular it is.
class Generator {
 public:
  explicit Generator(SeedSize size);

  std::int64_t product_count() const { return product_count_; }
  std::int64_t user_count() const { return user_count_; }
  std::int64_t order_count() const { return order_count_; }

  SeedProduct product(std::int64_t id) const;
  // Enough of each for hours of sales by popularity.
  std::int64_t stock(std::int64_t product) const;
  // Ten others, the first the best.
  std::vector<std::int64_t> recommendations(std::int64_t product) const;
  std::string user_email(std::int64_t id) const;
  std::string user_name(std::int64_t id) const;
  std::string user_created_at(std::int64_t id) const;
  // Orders of two years, 2024 and 2025, the later the higher the id.
  SeedOrder order(std::int64_t id) const;

 private:
  std::int64_t price_cents(std::int64_t product) const;

  std::int64_t product_count_;
  std::int64_t user_count_;
  std::int64_t order_count_;
  Zipf products_;
  Zipf users_;
};

// Milliseconds since the start of 2024 as both databases write a time: 2024-01-01 00:00:00.000+00.
std::string seed_time(std::int64_t milliseconds);

}  // namespace proofload::shop
