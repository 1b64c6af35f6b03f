#include "metrics/tag_set.h"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

namespace proofload::metrics {
namespace {

// Tags whose values a run can make up without end.
constexpr std::array kUnbounded = {SystemTag::kCheck, SystemTag::kError, SystemTag::kGroup,
                                   SystemTag::kIp,    SystemTag::kName,  SystemTag::kUrl};

template <class Use>
void for_each_system_tag(const TagBuilder& tags, Use use) {
  for (auto bits = tags.system_bits(); bits != 0; bits &= bits - 1) {
    use(static_cast<std::size_t>(std::countr_zero(bits)));
  }
}

bool is_match(const TagSet& set, const Metric& submetric) {
  return std::ranges::all_of(submetric.selector_tags, [&set](const Tag& wanted) {
    return set.get(wanted.first) == wanted.second;
  });
}

std::string text_of(std::optional<std::string_view> value) {
  return std::string(value.value_or(""));
}

}  // namespace

TagSet::TagSet(const TagBuilder& tags, std::uint32_t id)
    : hash_(tags.hash()), system_bits_(tags.system_bits()), id_(id) {
  struct Source {
    Pair pair;
    Detail detail;
  };
  std::vector<Source> sources;
  for_each_system_tag(tags, [&](std::size_t tag) {
    const auto& value = tags.system_value(tag);
    sources.push_back({{to_string(static_cast<SystemTag>(tag)), value.text()},
                       {static_cast<std::uint8_t>(tag), value.hash}});
  });
  for (const auto& tag : tags.custom()) {
    sources.push_back({{tag.key(), tag.value.text()}, {kCustom, tag.value.hash}});
  }
  std::ranges::sort(sources, {}, [](const Source& source) { return source.pair.first; });

  std::size_t bytes = 0;
  for (const auto& [pair, detail] : sources) bytes += pair.first.size() + pair.second.size();
  text_ = std::make_unique<char[]>(bytes);
  char* at = text_.get();
  const auto keep = [&at](std::string_view text) {
    std::copy(text.begin(), text.end(), at);
    const std::string_view kept(at, text.size());
    at += text.size();
    return kept;
  };
  pairs_.reserve(sources.size());
  details_.reserve(sources.size());
  for (const auto& [pair, detail] : sources) {
    const auto key = detail.kind == kCustom ? keep(pair.first) : pair.first;
    pairs_.emplace_back(key, keep(pair.second));
    details_.push_back(detail);
  }
}

std::optional<std::string_view> TagSet::get(std::string_view key) const {
  const auto found = std::ranges::lower_bound(pairs_, key, {}, &Pair::first);
  if (found == pairs_.end() || found->first != key) return std::nullopt;
  return found->second;
}

bool TagSet::equals(const TagBuilder& tags) const {
  const auto custom = tags.custom();
  const auto count = static_cast<std::size_t>(std::popcount(system_bits_)) + custom.size();
  if (tags.system_bits() != system_bits_ || count != pairs_.size()) return false;
  auto next_custom = custom.begin();
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const auto kind = details_[i].kind;
    if (kind == kCustom && next_custom->key() != pairs_[i].first) return false;
    const auto& value = kind == kCustom ? (next_custom++)->value : tags.system_value(kind);
    if (value.text() != pairs_[i].second) return false;
  }
  return true;
}

const TagSet& TagStore::intern(const TagBuilder& tags) {
  const std::lock_guard lock(mutex_);
  if (const TagSet* known = find(tags)) return *known;
  if (sets_.size() < tag_sets_max_) return add(tags);
  folded_count_.fetch_add(1, std::memory_order_relaxed);
  const TagBuilder less = folded(tags);
  const TagSet* known = find(less);
  return known != nullptr ? *known : add(less);
}

const TagSet* TagStore::find(const TagBuilder& tags) const {
  const auto [first, last] = by_hash_.equal_range(tags.hash());
  const auto found =
      std::find_if(first, last, [&tags](const auto& entry) { return entry.second->equals(tags); });
  return found == last ? nullptr : found->second;
}

const TagSet& TagStore::add(const TagBuilder& tags) {
  TagSet& set = sets_.emplace_back(tags, static_cast<std::uint32_t>(sets_.size()));
  by_hash_.emplace(set.hash(), &set);
  for (const Metric* submetric : submetrics_) {
    if (is_match(set, *submetric)) set.matches_.push_back({submetric->parent->id, submetric});
  }
  assign_rows(set);
  return set;
}

TagBuilder TagStore::folded(const TagBuilder& tags) const {
  TagBuilder less = tags;
  for (const auto tag : kUnbounded) {
    const auto value = tags.get(tag);
    // The root group is no value a script made up.
    if (!value || value->empty() || is_selected(to_string(tag), *value)) continue;
    less.set(tag, kFoldedValue);
  }
  for (const auto& tag : tags.custom()) {
    if (!is_selected(tag.key(), tag.value.text())) less.remove(tag.key());
  }
  return less;
}

bool TagStore::is_selected(std::string_view key, std::string_view value) const {
  return std::ranges::any_of(submetrics_, [&](const Metric* submetric) {
    return std::ranges::any_of(submetric->selector_tags, [&](const Tag& wanted) {
      return wanted.first == key && wanted.second == value;
    });
  });
}

void TagStore::add_submetric(const Metric& submetric) {
  const std::lock_guard lock(mutex_);
  submetrics_.push_back(&submetric);
  for (TagSet& set : sets_) {
    if (is_match(set, submetric)) set.matches_.push_back({submetric.parent->id, &submetric});
  }
}

void TagStore::assign_rows(TagSet& set) {
  const auto scenario = set.get("scenario");
  const auto group = set.get("group");
  if (const auto check = set.get("check")) {
    set.check_row_ = check_row({text_of(scenario), text_of(group), std::string(*check)});
  }
  if (scenario) set.scenario_row_ = scope_row({text_of(scenario), std::nullopt});
  if (group && !group->empty()) {
    set.group_row_ = scope_row({text_of(scenario), std::string(*group)});
  }
}

std::int32_t TagStore::check_row(CheckKey key) {
  std::string joined = fmt::format("c{}\x1f{}\x1f{}", key.scenario, key.group, key.name);
  const auto [row, is_new] =
      rows_.try_emplace(std::move(joined), static_cast<std::int32_t>(checks_.size()));
  if (is_new) checks_.push_back(std::move(key));
  return row->second;
}

std::int32_t TagStore::scope_row(ScopeKey key) {
  std::string joined = key.group ? fmt::format("g{}\x1f{}", key.scenario, *key.group)
                                 : fmt::format("s{}", key.scenario);
  const auto [row, is_new] =
      rows_.try_emplace(std::move(joined), static_cast<std::int32_t>(scopes_.size()));
  if (is_new) scopes_.push_back(std::move(key));
  return row->second;
}

std::vector<CheckKey> TagStore::checks() const {
  const std::lock_guard lock(mutex_);
  return checks_;
}

std::vector<ScopeKey> TagStore::scopes() const {
  const std::lock_guard lock(mutex_);
  return scopes_;
}

void TagStore::count_series(const TagSet& set, std::uint64_t metrics) {
  const auto before = set.seen_metrics_.fetch_or(metrics, std::memory_order_relaxed);
  series_count_.fetch_add(static_cast<std::uint64_t>(std::popcount(metrics & ~before)),
                          std::memory_order_relaxed);
}

std::vector<std::string> TagStore::take_warnings() {
  std::vector<std::string> warnings;
  const auto series = series_count();
  if (series > series_warning_at_) {
    warnings.push_back(fmt::format(
        "The test has generated metrics with {} unique time series, which is higher than the "
        "suggested limit of 100000 and could cause high memory usage. Consider not using "
        "high-cardinality values like unique IDs as metric tags or, if you need them in the URL, "
        "use the name metric tag or URL grouping. See "
        "https://grafana.com/docs/k6/latest/using-k6/tags-and-groups/ for details.",
        series));
    while (series_warning_at_ < series) series_warning_at_ *= 2;
  }
  if (folded_count() > 0 && !has_warned_of_folding_) {
    has_warned_of_folding_ = true;
    warnings.push_back(fmt::format(
        "More than {} different sets of tags: from now on new values of url, name, error, ip, "
        "group and check are recorded as {} and custom tags are left out. Thresholds stay exact.",
        tag_sets_max_, kFoldedValue));
  }
  return warnings;
}

TagTable::TagTable(Registry& registry) : store_(registry.tag_store()), slots_(256) {}

const TagSet& TagTable::intern(const TagBuilder& tags) {
  const auto mask = slots_.size() - 1;
  for (auto at = tags.hash() & mask; slots_[at].set != nullptr; at = (at + 1) & mask) {
    if (slots_[at].hash == tags.hash() && slots_[at].set->equals(tags)) return *slots_[at].set;
  }
  return ask_store(tags);
}

const TagSet& TagTable::ask_store(const TagBuilder& tags) {
  const TagSet& set = store_.intern(tags);
  // A folded set answers for others than itself; those are not worth a slot each.
  if (!set.equals(tags)) return set;
  if (2 * (count_ + 1) > slots_.size()) {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    count_ = 0;
    for (const Slot& slot : old) {
      if (slot.set != nullptr) insert(*slot.set);
    }
  }
  insert(set);
  return set;
}

void TagTable::insert(const TagSet& set) {
  const auto mask = slots_.size() - 1;
  auto at = set.hash() & mask;
  while (slots_[at].set != nullptr) at = (at + 1) & mask;
  slots_[at] = {set.hash(), &set};
  ++count_;
}

}  // namespace proofload::metrics
