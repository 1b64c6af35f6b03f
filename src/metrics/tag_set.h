// TagSet: interned tags, shared by all threads; TagTable finds one without a lock on an engine
// thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/metric.h"
#include "metrics/tags.h"

namespace proofload::metrics {

// Tags as a value: equal tags are the same object, so that a pointer is enough. Immutable, readable
// from any thread, and alive as long as the registry. Made by TagStore.
class TagSet {
 public:
  using Pair = std::pair<std::string_view, std::string_view>;
  // One of the sub-metrics that take samples with these tags.
  struct Match {
    std::uint32_t parent;  // Metric::id
    const Metric* submetric;
  };
  static constexpr std::int32_t kNone = -1;

  TagSet(const TagBuilder& tags, std::uint32_t id);

  std::uint32_t id() const { return id_; }                // dense, in order of creation
  std::span<const Pair> pairs() const { return pairs_; }  // sorted by key
  std::optional<std::string_view> get(std::string_view key) const;
  std::span<const Match> matches() const { return matches_; }
  // Rows of the store's tables, or kNone: of checks(), of scopes() for the scenario, of scopes()
  // for the group inside the scenario.
  std::int32_t check_row() const { return check_row_; }
  std::int32_t scenario_row() const { return scenario_row_; }
  std::int32_t group_row() const { return group_row_; }

  std::uint64_t hash() const { return hash_; }
  bool equals(const TagBuilder& tags) const;
  // The first time these tags are used for one of the metrics whose bits (id mod 64) are given. Any
  // thread; the answer may be true twice when two threads ask at the same time.
  bool is_new_for(std::uint64_t metrics) const {
    return (~seen_metrics_.load(std::memory_order_relaxed) & metrics) != 0;
  }

 private:
  friend class TagStore;
  friend class TagBuilder;

  static constexpr std::uint8_t kCustom = 0xff;
  struct Detail {
    std::uint8_t kind;  // index of the SystemTag, or kCustom
    std::uint64_t hash;
  };

  std::uint64_t hash_;
  std::uint32_t system_bits_;
  std::uint32_t id_;
  std::vector<Match> matches_;
  std::int32_t check_row_ = kNone;
  std::int32_t scenario_row_ = kNone;
  std::int32_t group_row_ = kNone;
  mutable std::atomic<std::uint64_t> seen_metrics_{0};
  std::vector<Pair> pairs_;
  std::vector<Detail> details_;   // of the pairs
  std::unique_ptr<char[]> text_;  // what the pairs refer to, unless a system tag's name
};

// Where per-check counts belong.
struct CheckKey {
  std::string scenario;  // empty in setup and teardown
  std::string group;     // path: "" or "::shop::cart"
  std::string name;
};

// Where per-scenario and per-group sinks belong.
struct ScopeKey {
  std::string scenario;              // empty in setup and teardown
  std::optional<std::string> group;  // nullopt: the whole scenario; never the root group
};

// All tag sets of a run, behind one lock. Threads ask it once for each set, through their TagTable.
class TagStore {
 public:
  // Sets a run may have before tags are folded: 100,000 sets are some 100 MB and, with the nine
  // metrics of a request, 900,000 time series.
  static constexpr std::size_t kTagSetsMax = 100'000;
  static constexpr std::string_view kFoldedValue = "(overflow)";

  explicit TagStore(std::size_t tag_sets_max = kTagSetsMax) : tag_sets_max_(tag_sets_max) {}
  TagStore(const TagStore&) = delete;
  TagStore& operator=(const TagStore&) = delete;

  // Any thread. Past the limit an unknown set is folded: url, name, error, ip, group and check
  // become kFoldedValue, custom tags are left out, unless a sub-metric selects that very value; so
  // thresholds stay right.
  const TagSet& intern(const TagBuilder& tags);

  // In order of first appearance, which is the order of the rows. Copies; any thread.
  std::vector<CheckKey> checks() const;
  std::vector<ScopeKey> scopes() const;

  // Distinct pairs of metric and tag set so far (of a metric past the 64th some may be missed).
  std::uint64_t series_count() const { return series_count_.load(std::memory_order_relaxed); }
  // How often a set was folded.
  std::uint64_t folded_count() const { return folded_count_.load(std::memory_order_relaxed); }
  // What the user should be told now, once each: k6's text at 100,000 series and at each doubling,
  // and ours when folding begins. For the control thread, about once a second.
  std::vector<std::string> take_warnings();

  // For Registry: sets match `submetric` from now on, those that exist already as well.
  void add_submetric(const Metric& submetric);
  // For Recorder: marks the metrics (bits of id mod 64) as used with `set`, and counts new ones.
  void count_series(const TagSet& set, std::uint64_t metrics);

 private:
  const TagSet* find(const TagBuilder& tags) const;
  const TagSet& add(const TagBuilder& tags);
  TagBuilder folded(const TagBuilder& tags) const;
  bool is_selected(std::string_view key, std::string_view value) const;
  void assign_rows(TagSet& set);
  std::int32_t check_row(CheckKey key);
  std::int32_t scope_row(ScopeKey key);

  const std::size_t tag_sets_max_;
  mutable std::mutex mutex_;
  std::deque<TagSet> sets_;
  std::unordered_multimap<std::uint64_t, const TagSet*> by_hash_;
  std::vector<const Metric*> submetrics_;
  std::vector<CheckKey> checks_;
  std::vector<ScopeKey> scopes_;
  std::unordered_map<std::string, std::int32_t> rows_;  // of both, by their joined keys
  std::atomic<std::uint64_t> series_count_{0};
  std::atomic<std::uint64_t> folded_count_{0};
  std::uint64_t series_warning_at_ = 100'000;
  bool has_warned_of_folding_ = false;
};

// One thread's way into the store: no lock and no allocation for a set this thread has seen.
class TagTable {
 public:
  explicit TagTable(Registry& registry);

  const TagSet& intern(const TagBuilder& tags);

 private:
  struct Slot {
    std::uint64_t hash = 0;
    const TagSet* set = nullptr;
  };
  const TagSet& ask_store(const TagBuilder& tags);
  void insert(const TagSet& set);

  TagStore& store_;
  std::vector<Slot> slots_;  // open addressing, a power of two
  std::size_t count_ = 0;
};

}  // namespace proofload::metrics
