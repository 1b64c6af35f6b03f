// A YAML document as a tree that remembers where everything stands.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/diagnostics.h"

namespace proofload::plan {

struct YamlEntry;

// https://yaml.org/spec/1.2.2/ without anchors, aliases and tags: what is signed should read as it
// is written.
struct YamlNode {
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  Place place;
  std::string text;                // of a scalar, its ${NAME}s resolved
  std::string written;             // of a scalar, as it stands there
  std::vector<YamlNode> items;     // of a sequence
  std::vector<YamlEntry> entries;  // of a mapping, in the order written, each key once

  bool is_mapping() const { return kind == Kind::kMapping; }
  const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  Place place;  // of the key
  YamlNode value;
};

using Environment = std::map<std::string, std::string>;

// Puts the environment's values where scalars say ${NAME}; reports names that are not set.
void resolve_environment(YamlNode& node, const Environment& environment, Diagnostics& diagnostics);

// Nothing when it is no YAML at all. Duplicate keys, aliases and the like are reported and left
// out.
std::optional<YamlNode> parse_yaml(std::string_view text, Diagnostics& diagnostics);

}  // namespace proofload::plan
