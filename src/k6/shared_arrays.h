// SharedArrays: the data of `new SharedArray(name, fn)`, built once per process, read by all VUs.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace proofload::k6 {

// One JSON text per element; immutable.
using SharedArrayData = std::vector<std::string>;

// Any thread. The first init (VU 0) stores, everyone looks up.
class SharedArrays {
 public:
  // Null when nobody has stored it yet. The result lives as long as this object.
  const SharedArrayData* find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = arrays_.find(name);
    return found == arrays_.end() ? nullptr : found->second.get();
  }
  // Keeps the first one stored under a name.
  const SharedArrayData* store(const std::string& name, SharedArrayData data) {
    const std::lock_guard lock(mutex_);
    auto& slot = arrays_[name];
    if (!slot) slot = std::make_unique<SharedArrayData>(std::move(data));
    return slot.get();
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<SharedArrayData>> arrays_;
};

}  // namespace proofload::k6
