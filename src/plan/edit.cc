#include "plan/edit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "plan/yaml.h"

namespace proofload::plan {
namespace {

constexpr std::string_view kKey = "grounded_in";

const YamlEntry* entry_of(const YamlNode& node, std::string_view key) {
  const auto found = std::find_if(node.entries.begin(), node.entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == node.entries.end() ? nullptr : &*found;
}

// Equal but for `load.grounded_in`; places do not count.
bool is_same(const YamlNode& a, const YamlNode& b, std::string_view path) {
  const auto equal = [&](const YamlNode& x, const YamlNode& y) { return is_same(x, y, path); };
  if (a.kind != b.kind || a.written != b.written) return false;
  if (!std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), equal)) {
    return false;
  }
  const auto kept = [&](const YamlNode& node) {
    std::vector<const YamlEntry*> all;
    for (const YamlEntry& entry : node.entries) {
      if (path != "load" || entry.key != kKey) all.push_back(&entry);
    }
    return all;
  };
  const auto first = kept(a);
  const auto second = kept(b);
  return std::equal(first.begin(), first.end(), second.begin(), second.end(),
                    [&](const YamlEntry* x, const YamlEntry* y) {
                      const std::string_view inner = path.empty() ? std::string_view(x->key) : "-";
                      return x->key == y->key && is_same(x->value, y->value, inner);
                    });
}

std::size_t offset_of(std::string_view text, Place place) {
  std::size_t at = 0;
  for (int line = 1; line < place.line; ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return text.size();
    ++at;
  }
  return std::min(at + static_cast<std::size_t>(place.column - 1), text.size());
}

// The end of the flow mapping that begins at `at`, behind its brace; nothing when it is none, or
// does not end in the same line.
std::optional<std::size_t> end_of_flow(std::string_view text, std::size_t at) {
  char quote = 0;
  int depth = 0;
  for (; at < text.size() && text[at] != '\n'; ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\' && quote == '"') {
        ++at;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return std::nullopt;
}

Error refuse(std::string_view value) {
  return Error(ErrorKind::kUsage,
               "the plan's `load.grounded_in` cannot be written without touching other lines")
      .with_hint(fmt::format("put this into `load` yourself: {}: {}", kKey, value));
}

}  // namespace

Result<std::string> with_grounding(std::string_view text, std::string_view value) {
  Diagnostics diagnostics;
  const auto before = parse_yaml(text, diagnostics);
  const YamlNode* load = before ? before->find("load") : nullptr;
  if (load == nullptr || load->entries.empty()) return refuse(value);
  std::string changed(text);
  const std::string line = fmt::format("{}: {}", kKey, value);
  if (const YamlEntry* old = entry_of(*load, kKey)) {
    const std::size_t begin = offset_of(text, old->place);
    const std::size_t brace = text.find('{', begin);
    const auto end = brace == std::string_view::npos ? std::nullopt : end_of_flow(text, brace);
    if (!end || text.substr(begin, brace - begin).find('\n') != std::string_view::npos) {
      return refuse(value);
    }
    changed.replace(begin, *end - begin, line);
  } else {
    const Place first = load->entries.front().place;
    const std::size_t at = offset_of(text, first);
    changed.insert(at, line + "\n" + std::string(static_cast<std::size_t>(first.column - 1), ' '));
  }
  const auto after = parse_yaml(changed, diagnostics);
  const bool is_safe = after && !diagnostics.has_errors() && is_same(*before, *after, "") &&
                       after->find("load")->find(kKey) != nullptr;
  if (!is_safe) return refuse(value);
  return changed;
}

}  // namespace proofload::plan
