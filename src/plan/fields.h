// Fields: the keys of one mapping of a plan, read by name and type; what is wrong is reported with
// its place, and so is what nobody asked for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "plan/diagnostics.h"
#include "plan/yaml.h"

namespace proofload::plan {

class Fields {
 public:
  // `what` names the mapping in messages: "service", "the profile `steady`". Reports a node that is
  // no mapping. The node and `diagnostics` outlive it.
  Fields(const YamlNode& node, std::string what, Diagnostics& diagnostics);

  Place place() const { return node_.place; }
  bool has(std::string_view key) const { return find(key) != nullptr; }

  // The value of a key, null when it is not there (or null). Marks the key as known.
  const YamlNode* node(std::string_view key);
  // Reports a missing key; `why` says what it answers.
  const YamlNode* required(std::string_view key, std::string_view why);

  // Nothing when the key is missing, or its value was reported.
  std::optional<std::string> text(std::string_view key);
  std::optional<Duration> duration(std::string_view key);
  std::optional<double> share(std::string_view key);
  std::optional<double> rate(std::string_view key);
  std::optional<double> creep(std::string_view key);
  std::optional<double> number(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  // A list, or a single text. Empty without the key.
  std::vector<std::string> texts(std::string_view key);

  // Each entry of a mapping (`key` its name), or each item of a list (`key` empty).
  using Visit = std::function<void(const std::string& key, Place at, const YamlNode& value)>;
  void each(std::string_view key, const Visit& visit);

  // After everything was asked for: reports the keys that were not.
  void finish();

 private:
  template <class Value>
  std::optional<Value> read(std::string_view key, std::optional<Value> (*parse)(std::string_view),
                            std::string_view expected);
  const YamlNode* find(std::string_view key) const { return node_.find(key); }

  const YamlNode& node_;
  std::string what_;
  Diagnostics& diagnostics_;
  std::vector<std::string_view> known_;
};

// The text of a scalar; reports another kind of node.
std::optional<std::string> scalar_text(const YamlNode& node, std::string_view what,
                                       Diagnostics& diagnostics);

}  // namespace proofload::plan
