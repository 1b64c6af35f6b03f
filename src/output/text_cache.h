// TextCache: texts rendered once per metric or tag set, found by their dense ids.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace proofload::output {

// Nearly all that a raw output writes for a sample depends only on its metric and its tags. Their
// numbers are bounded (TagStore::kTagSetsMax), so this is too: some 40 MB when all are in use.
class TextCache {
 public:
  // `render(out)` appends the text of `id`, which is never empty; called at the first request.
  template <class Render>
  const std::string& get(std::uint32_t id, const Render& render) {
    if (id >= texts_.size()) texts_.resize(id + std::size_t{1});
    if (texts_[id].empty()) render(texts_[id]);
    return texts_[id];
  }

 private:
  std::vector<std::string> texts_;
};

}  // namespace proofload::output
