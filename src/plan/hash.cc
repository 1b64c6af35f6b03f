#include "plan/hash.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace proofload::plan {
namespace {

// Length first, so that no content can be read as two.
void append(std::string& out, std::string_view text) {
  out += fmt::format("{}:", text.size());
  out += text;
}

// `is_resolved`: targets and limits count as what they are, not as ${NAME}. Connection strings and
// tokens stay as they are written wherever they stand.
void append(std::string& out, const YamlNode& node, bool is_resolved) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      out += "n";
      break;
    case YamlNode::Kind::kScalar:
      append(out += "s", is_resolved ? node.text : node.written);
      break;
    case YamlNode::Kind::kSequence:
      out += "[";
      for (const YamlNode& item : node.items) append(out, item, is_resolved);
      out += "]";
      break;
    case YamlNode::Kind::kMapping: {
      std::vector<const YamlEntry*> sorted;
      for (const YamlEntry& entry : node.entries) sorted.push_back(&entry);
      std::sort(sorted.begin(), sorted.end(),
                [](const YamlEntry* a, const YamlEntry* b) { return a->key < b->key; });
      out += "{";
      for (const YamlEntry* entry : sorted) {
        const bool is_secret = entry->key == "at" || entry->key == "token";
        append(out, entry->key);
        append(out, entry->value, is_resolved && !is_secret);
      }
      out += "}";
    }
  }
}

}  // namespace

std::string sha256(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest.at(i));
  return text;
}

std::string plan_hash(const Plan& plan, const std::map<std::string, std::string>& files) {
  std::string canonical = "proofload plan 1\n";
  std::vector<const YamlEntry*> sections;
  for (const YamlEntry& entry : plan.tree.entries) {
    if (entry.key != "notify") sections.push_back(&entry);
  }
  std::sort(sections.begin(), sections.end(),
            [](const YamlEntry* a, const YamlEntry* b) { return a->key < b->key; });
  for (const YamlEntry* entry : sections) {
    append(canonical, entry->key);
    append(canonical, entry->value, entry->key == "service" || entry->key == "safety");
  }
  for (const auto& [path, content] : files) {
    append(canonical, path);
    append(canonical, sha256(content));
  }
  return sha256(canonical);
}

}  // namespace proofload::plan
