// VuTags: the tags that every sample of a VU carries; changed by groups and by exec.vu.tags.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "metrics/tag_set.h"

namespace proofload::k6 {

// One VU's.
class VuTags {
 public:
  using Map = std::map<std::string, std::string, std::less<>>;

  void reset(Map tags) {
    tags_ = std::move(tags);
    set_ = nullptr;
  }
  void set(std::string_view name, std::string_view value) {
    tags_.insert_or_assign(std::string(name), std::string(value));
    set_ = nullptr;
  }
  void remove(std::string_view name) {
    if (const auto found = tags_.find(name); found != tags_.end()) tags_.erase(found);
    set_ = nullptr;
  }
  const std::string* find(std::string_view name) const {
    const auto found = tags_.find(name);
    return found == tags_.end() ? nullptr : &found->second;
  }
  const Map& all() const { return tags_; }

  // Interned anew after a change only.
  const metrics::TagSet& interned(metrics::TagTable& table) {
    if (set_ == nullptr) intern(table);
    return *set_;
  }

 private:
  // Apart, so that the builder is in no caller's stack frame.
  [[gnu::noinline]] void intern(metrics::TagTable& table) {
    metrics::TagBuilder builder;
    for (const auto& [name, value] : tags_) builder.set(name, value);
    set_ = &table.intern(builder);
  }

  Map tags_;
  const metrics::TagSet* set_ = nullptr;
};

}  // namespace proofload::k6
