// Answers that may be a little old: a bounded map whose entries expire.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.h"

namespace proofload::shop {

// Any thread. A full cache first forgets what has expired, then everything: at these sizes a
// refill is cheaper than the bookkeeping of a better choice.
template <class Value>
class TtlCache {
 public:
  TtlCache(Duration ttl, std::size_t size_max) : ttl_(ttl), size_max_(size_max) {}

  std::optional<Value> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto entry = entries_.find(key);
    if (entry == entries_.end() || entry->second.expires <= monotonic_now()) {
      ++miss_count_;
      return std::nullopt;
    }
    ++hit_count_;
    return entry->second.value;
  }

  void put(const std::string& key, Value value) {
    const std::lock_guard lock(mutex_);
    const TimePoint now = monotonic_now();
    if (entries_.size() >= size_max_) {
      std::erase_if(entries_, [now](const auto& entry) { return entry.second.expires <= now; });
      if (entries_.size() >= size_max_) entries_.clear();
    }
    entries_.insert_or_assign(key, Entry{std::move(value), now + ttl_});
  }

  std::uint64_t hit_count() const { return read(hit_count_); }
  std::uint64_t miss_count() const { return read(miss_count_); }

 private:
  struct Entry {
    Value value;
    TimePoint expires;
  };

  std::uint64_t read(const std::uint64_t& count) const {
    const std::lock_guard lock(mutex_);
    return count;
  }

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::uint64_t hit_count_ = 0;
  std::uint64_t miss_count_ = 0;
  Duration ttl_;
  std::size_t size_max_;
};

}  // namespace proofload::shop
