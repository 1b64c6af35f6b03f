#include "plan/yaml.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <libfyaml.h>

namespace proofload::plan {
namespace {

struct Free {
  void operator()(fy_document* document) const { fy_document_destroy(document); }
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

Place place_of(fy_token* token) {
  const fy_mark* mark = token != nullptr ? fy_token_start_mark(token) : nullptr;
  if (mark == nullptr) return {};
  return {mark->line + 1, mark->column + 1};
}

class TreeBuilder {
 public:
  explicit TreeBuilder(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  YamlNode build(fy_node* node, Place otherwise) {
    YamlNode built{.place = otherwise};
    if (node == nullptr) return built;
    std::size_t length = 0;
    if (fy_node_get_tag(node, &length) != nullptr) {
      diagnostics_.error(otherwise, "tags (!name) have no meaning in a plan", "leave it out");
    }
    switch (fy_node_get_type(node)) {
      case FYNT_SCALAR:
        build_scalar(node, built);
        break;
      case FYNT_SEQUENCE:
        build_sequence(node, built);
        break;
      case FYNT_MAPPING:
        build_mapping(node, built);
        break;
    }
    return built;
  }

 private:
  void build_scalar(fy_node* node, YamlNode& built) {
    fy_token* token = fy_node_get_scalar_token(node);
    if (token != nullptr) built.place = place_of(token);
    if (fy_node_is_alias(node)) {
      diagnostics_.error(built.place, "aliases (*name) have no meaning in a plan",
                         "write the value out: what is signed should read as it is written");
      return;
    }
    std::size_t length = 0;
    const char* text = fy_node_get_scalar(node, &length);
    const bool is_plain = fy_node_get_style(node) == FYNS_PLAIN;
    if (text == nullptr) return;
    built.text.assign(text, length);
    built.written = built.text;
    const bool is_null =
        is_plain && (built.text.empty() || built.text == "~" || built.text == "null");
    built.kind = is_null ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar;
  }

  void build_sequence(fy_node* node, YamlNode& built) {
    built.kind = YamlNode::Kind::kSequence;
    void* at = nullptr;
    while (fy_node* item = fy_node_sequence_iterate(node, &at)) {
      built.items.push_back(build(item, first_place(item, built.place)));
    }
  }

  void build_mapping(fy_node* node, YamlNode& built) {
    built.kind = YamlNode::Kind::kMapping;
    void* at = nullptr;
    while (fy_node_pair* pair = fy_node_mapping_iterate(node, &at)) {
      fy_node* key_node = fy_node_pair_key(pair);
      YamlNode key = build(key_node, built.place);
      if (key.kind != YamlNode::Kind::kScalar) {
        diagnostics_.error(key.place, "a key has to be a word");
        continue;
      }
      if (const YamlNode* first = built.find(key.text)) {
        diagnostics_.error(key.place, fmt::format("`{}` is here twice", key.text),
                           fmt::format("the first one's value is on line {}", first->place.line));
        continue;
      }
      fy_node* value = fy_node_pair_value(pair);
      YamlNode child = build(value, first_place(value, key.place));
      built.entries.push_back({std::move(key.text), key.place, std::move(child)});
    }
  }

  // Where the first word inside a node stands: a mapping has no mark of its own.
  static Place first_place(fy_node* node, Place otherwise) {
    while (node != nullptr) {
      void* at = nullptr;
      if (fy_node_is_scalar(node)) {
        fy_token* token = fy_node_get_scalar_token(node);
        return token != nullptr ? place_of(token) : otherwise;
      }
      if (fy_node_is_sequence(node)) {
        node = fy_node_sequence_iterate(node, &at);
      } else {
        fy_node_pair* pair = fy_node_mapping_iterate(node, &at);
        node = pair != nullptr ? fy_node_pair_key(pair) : nullptr;
      }
    }
    return otherwise;
  }

  Diagnostics& diagnostics_;
};

// The first `%` that begins a line, by any of YAML's line ends or after a byte order mark.
std::size_t find_directive(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const std::string_view before = text.substr(0, at);
    const bool begins_line = before.empty() || before.ends_with('\n') || before.ends_with('\r') ||
                             before.ends_with("\xC2\x85") || before.ends_with("\xE2\x80\xA8") ||
                             before.ends_with("\xE2\x80\xA9") || before.ends_with("\xEF\xBB\xBF");
    if (begins_line) return at;
  }
  return std::string_view::npos;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto& one) { return one.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

void resolve_environment(YamlNode& node, const Environment& environment, Diagnostics& diagnostics) {
  for (YamlNode& item : node.items) resolve_environment(item, environment, diagnostics);
  for (YamlEntry& entry : node.entries) {
    resolve_environment(entry.value, environment, diagnostics);
  }
  std::size_t at = 0;
  while ((at = node.text.find("${", at)) != std::string::npos) {
    const std::size_t end = node.text.find('}', at);
    if (end == std::string::npos) return;
    const std::string name = node.text.substr(at + 2, end - at - 2);
    const auto value = environment.find(name);
    if (value == environment.end()) {
      diagnostics.error(node.place, fmt::format("the environment has no variable {}", name),
                        fmt::format("set it, for example with `export {}=...`", name));
      return;
    }
    node.text.replace(at, end + 1 - at, value->second);
    at += value->second.size();
  }
}

std::optional<YamlNode> parse_yaml(std::string_view text, Diagnostics& diagnostics) {
  constexpr std::size_t kBytesMax = 1 << 20;
  if (text.size() > kBytesMax) {
    diagnostics.error({}, fmt::format("a plan of {} bytes: more than people can sign", text.size()),
                      "a plan is a page or two; at most 1 MiB is read");
    return std::nullopt;
  }
  // A plan has no use for them, and libfyaml 0.7.12 never comes back from some that are broken.
  if (const std::size_t at = find_directive(text); at != std::string_view::npos) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    diagnostics.error({static_cast<int>(line) + 1, 1},
                      "directives (%NAME) have no meaning in a plan", "leave the line out");
    return std::nullopt;
  }
  fy_diag_cfg diag_options{};
  fy_diag_cfg_default(&diag_options);
  diag_options.fp = nullptr;  // it collects, we print
  diag_options.output_fn = [](fy_diag*, void*, const char*, std::size_t) {};
  const std::unique_ptr<fy_diag, Free> diag(fy_diag_create(&diag_options));
  fy_diag_set_collect_errors(diag.get(), true);
  fy_parse_cfg options{};
  options.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_ALLOW_DUPLICATE_KEYS |
                                                  FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE);
  options.diag = diag.get();
  const std::unique_ptr<fy_document, Free> document(
      fy_document_build_from_string(&options, text.data(), text.size()));
  void* at = nullptr;
  while (const fy_diag_error* error = fy_diag_errors_iterate(diag.get(), &at)) {
    diagnostics.error({std::max(error->line, 1), std::max(error->column, 1)}, error->msg);
  }
  if (document == nullptr) {
    if (!diagnostics.has_errors()) diagnostics.error({}, "this is no YAML");
    return std::nullopt;
  }
  if (diagnostics.has_errors()) return std::nullopt;
  return TreeBuilder(diagnostics).build(fy_document_root(document.get()), Place{});
}

}  // namespace proofload::plan
