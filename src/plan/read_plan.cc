#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "plan/plan.h"
#include "plan/sections.h"

namespace proofload::plan {
namespace {

std::vector<Waiver> read_waivers(Fields& root, Diagnostics& diagnostics) {
  std::vector<Waiver> waivers;
  root.each("waivers", [&](const std::string& key, Place, const YamlNode& value) {
    Fields fields(value, key.empty() ? "a waiver" : fmt::format("the waiver of `{}`", key),
                  diagnostics);
    Waiver waiver{.check = key.empty() ? fields.text("check").value_or("") : key,
                  .by = fields.text("by").value_or(""),
                  .why = fields.text("why").value_or("")};
    if (waiver.by.empty()) fields.required("by", "a waiver names who answers for it");
    if (waiver.why.empty()) fields.required("why", "a waiver says why");
    fields.finish();
    waivers.push_back(std::move(waiver));
  });
  return waivers;
}

void read_rest(Fields& root, Plan& plan, Diagnostics& diagnostics) {
  root.each("changes", [&](const std::string& key, Place, const YamlNode& value) {
    std::string text;
    for (const YamlNode& item : value.items) text += (text.empty() ? "" : ", ") + item.text;
    if (text.empty()) text = value.text;
    plan.changes.push_back(key.empty() ? text : key + ": " + text);
  });
  if (const YamlNode* signoff = root.node("signoff")) {
    Fields fields(*signoff, "signoff", diagnostics);
    plan.required_signatures = fields.texts("required");
    fields.each("owners", [&](const std::string& role, Place, const YamlNode& value) {
      if (auto owner = scalar_text(value, "an owner", diagnostics)) {
        plan.review_owners[role] = *std::move(owner);
      }
    });
    fields.finish();
  }
  if (const YamlNode* notify = root.node("notify")) {
    Fields fields(*notify, "notify", diagnostics);
    plan.slack = fields.text("slack").value_or("");
    fields.finish();
  }
  plan.waivers = read_waivers(root, diagnostics);
  plan.is_demo = root.flag("demo").value_or(false);
}

}  // namespace

const Profile* Plan::profile(std::string_view wanted) const {
  const auto found = std::find_if(load.profiles.begin(), load.profiles.end(),
                                  [&](const Profile& one) { return one.name == wanted; });
  return found == load.profiles.end() ? nullptr : &*found;
}

Plan read_plan(std::string_view text, std::string folder, const Environment& environment,
               Diagnostics& diagnostics) {
  Plan plan;
  plan.folder = std::move(folder);
  std::optional<YamlNode> tree = parse_yaml(text, diagnostics);
  if (!tree) return plan;
  resolve_environment(*tree, environment, diagnostics);
  plan.tree = *std::move(tree);
  Fields root(plan.tree, "the plan", diagnostics);
  if (!plan.tree.is_mapping()) return plan;
  const YamlNode* version = root.required("version", "write `version: 1`");
  if (version != nullptr && version->text != "1") {
    diagnostics.error(version->place, fmt::format("`version: {}` is not known", version->text),
                      "this Proofload reads version 1");
  }
  plan.name = root.text("name").value_or("");
  if (plan.name.empty()) root.required("name", "a short name, such as `checkout-api`");
  if (const auto* node = root.required("service", "1: what is under test, where, on which data")) {
    plan.service = read_service(*node, diagnostics);
  }
  if (const auto* node = root.required("slos", "2: what success is, in numbers")) {
    plan.slos = read_slos(*node, diagnostics);
  }
  if (const auto* node = root.required("load", "3: the script, its journeys, the profiles")) {
    plan.load = read_load(*node, diagnostics);
  }
  if (const auto* node = root.required("observe", "4: what is watched while it runs")) {
    plan.observe = read_observe(*node, diagnostics);
  }
  if (const auto* node = root.required("safety", "5: who halts it, when, and what is allowed")) {
    plan.safety = read_safety(*node, diagnostics);
  }
  read_rest(root, plan, diagnostics);
  root.finish();
  check_whole(plan, plan.tree, diagnostics);
  return plan;
}

}  // namespace proofload::plan
