#include "plan/fields.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "plan/values.h"

namespace proofload::plan {

Fields::Fields(const YamlNode& node, std::string what, Diagnostics& diagnostics)
    : node_(node), what_(std::move(what)), diagnostics_(diagnostics) {
  if (node_.kind != YamlNode::Kind::kMapping) {
    diagnostics_.error(node_.place, fmt::format("{} has to be a mapping, `key: value`", what_));
  }
}

const YamlNode* Fields::node(std::string_view key) {
  known_.push_back(key);
  const YamlNode* found = find(key);
  return found != nullptr && found->kind != YamlNode::Kind::kNull ? found : nullptr;
}

const YamlNode* Fields::required(std::string_view key, std::string_view why) {
  const YamlNode* found = node(key);
  if (found == nullptr && node_.is_mapping()) {
    diagnostics_.error(node_.place, fmt::format("{} lacks `{}`", what_, key), std::string(why));
  }
  return found;
}

template <class Value>
std::optional<Value> Fields::read(std::string_view key,
                                  std::optional<Value> (*parse)(std::string_view),
                                  std::string_view expected) {
  const YamlNode* value = node(key);
  if (value == nullptr) return std::nullopt;
  std::optional<Value> parsed;
  if (value->kind == YamlNode::Kind::kScalar) parsed = parse(value->text);
  if (!parsed) {
    diagnostics_.error(value->place, fmt::format("`{}` has to be {}", key, expected));
  }
  return parsed;
}

std::optional<std::string> Fields::text(std::string_view key) {
  const YamlNode* value = node(key);
  if (value == nullptr) return std::nullopt;
  return scalar_text(*value, fmt::format("`{}`", key), diagnostics_);
}

std::optional<Duration> Fields::duration(std::string_view key) {
  return read(key, to_duration, "a duration with its unit, such as 500ms, 30s or 10m");
}

std::optional<double> Fields::share(std::string_view key) {
  return read(key, to_share, "a share, such as 0.1%");
}

std::optional<double> Fields::rate(std::string_view key) {
  return read(key, to_rate, "a rate, such as 50/s");
}

std::optional<double> Fields::creep(std::string_view key) {
  return read(key, to_creep, "a growth in time, such as 5%/h");
}

std::optional<double> Fields::number(std::string_view key) {
  return read(key, to_number, "a number that is not negative");
}

std::optional<bool> Fields::flag(std::string_view key) {
  constexpr auto kParse = [](std::string_view text) {
    return text == "true"    ? std::optional(true)
           : text == "false" ? std::optional(false)
                             : std::nullopt;
  };
  return read<bool>(key, kParse, "true or false");
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> found;
  const YamlNode* value = node(key);
  if (value == nullptr) return found;
  if (value->kind != YamlNode::Kind::kSequence) {
    if (auto text = scalar_text(*value, fmt::format("`{}`", key), diagnostics_)) {
      found.push_back(*std::move(text));
    }
    return found;
  }
  for (const YamlNode& item : value->items) {
    if (auto text = scalar_text(item, fmt::format("an entry of `{}`", key), diagnostics_)) {
      found.push_back(*std::move(text));
    }
  }
  return found;
}

void Fields::each(std::string_view key, const Visit& visit) {
  const YamlNode* value = node(key);
  if (value == nullptr) return;
  if (value->kind == YamlNode::Kind::kScalar) {
    diagnostics_.error(value->place, fmt::format("`{}` has to be a list or a mapping", key));
  }
  for (const YamlNode& item : value->items) visit("", item.place, item);
  for (const YamlEntry& entry : value->entries) visit(entry.key, entry.place, entry.value);
}

void Fields::finish() {
  for (const YamlEntry& entry : node_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    const std::string_view meant = nearest(entry.key, known_);
    diagnostics_.error(entry.place, fmt::format("{} has no key `{}`", what_, entry.key),
                       meant.empty() ? fmt::format("it may have: {}", fmt::join(known_, ", "))
                                     : fmt::format("did you mean `{}`?", meant));
  }
}

std::optional<std::string> scalar_text(const YamlNode& node, std::string_view what,
                                       Diagnostics& diagnostics) {
  if (node.kind == YamlNode::Kind::kScalar && !node.text.empty()) return node.text;
  diagnostics.error(node.place, fmt::format("{} has to be a text", what));
  return std::nullopt;
}

}  // namespace proofload::plan
