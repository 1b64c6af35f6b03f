#include "certify/code_owners.h"

#include <algorithm>
#include <span>

#include <fnmatch.h>

namespace proofload::certify {
namespace {

using Parts = std::vector<std::string>;

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t first = text.find_first_not_of(separators);
    if (first == std::string_view::npos) return words;
    text.remove_prefix(first);
    const std::size_t size = std::min(text.find_first_of(separators), text.size());
    words.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

// `may_be_folder`: a pattern that names a folder also stands for what is below it.
bool matches(std::span<const std::string> pattern, std::span<const std::string> path,
             bool may_be_folder) {
  if (pattern.empty()) return path.empty() || may_be_folder;
  if (pattern.front() == "**") {
    for (std::size_t skipped = 0; skipped <= path.size(); ++skipped) {
      if (matches(pattern.subspan(1), path.subspan(skipped), may_be_folder)) return true;
    }
    return false;
  }
  return !path.empty() && ::fnmatch(pattern.front().c_str(), path.front().c_str(), 0) == 0 &&
         matches(pattern.subspan(1), path.subspan(1), may_be_folder);
}

bool is_match(std::string_view pattern, const Parts& path) {
  const bool names_folder = pattern.ends_with('/');
  const std::string_view inner = names_folder ? pattern.substr(0, pattern.size() - 1) : pattern;
  const bool is_anchored = inner.find('/') != std::string_view::npos;
  Parts parts = split(inner, "/");
  if (parts.empty()) return false;
  // "docs/*" is the files of the folder, not those further down.
  const bool may_be_folder = parts.back() != "*" || !is_anchored;
  if (!is_anchored) parts.insert(parts.begin(), "**");
  if (names_folder) parts.emplace_back("*");
  return matches(parts, path, may_be_folder || names_folder);
}

}  // namespace

std::vector<std::string> owners_of(std::string_view path, std::string_view code_owners) {
  const Parts parts = split(path, "/");
  std::vector<std::string> owners;
  for (const std::string& line : split(code_owners, "\r\n")) {
    std::vector<std::string> words = split(line, " \t");
    const auto comment = std::find_if(
        words.begin(), words.end(), [](const std::string& word) { return word.starts_with('#'); });
    words.erase(comment, words.end());
    if (words.empty() || !is_match(words.front(), parts)) continue;
    owners.assign(words.begin() + 1, words.end());
  }
  return owners;
}

}  // namespace proofload::certify
