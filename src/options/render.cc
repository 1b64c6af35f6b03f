#include "options/render.h"

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "load/plan.h"
#include "options/codec.h"
#include "options/option_table.h"

namespace proofload::options {
namespace {

// Go's encoding/json writes these three so that JSON can stand in HTML.
std::string escape_html(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "\\u003c";
    } else if (c == '>') {
      escaped += "\\u003e";
    } else if (c == '&') {
      escaped += "\\u0026";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

Json to_json(const Options& options) {
  Json object = Json::object();
  for (const OptionRow& row : option_rows()) {
    if (row.key.empty() || (row.key == "cloud" && !options.cloud)) continue;
    object[std::string(row.key)] = row.to_json(options);
  }
  return object;
}

std::string overrides_text(const Options& script, const Options& consolidated) {
  const Json own = to_json(script);
  const Json all = to_json(consolidated);
  Json changed = Json::object();
  for (const auto& [key, value] : all.items()) {
    const bool is_always_there =
        key == "scenarios" || key == "systemTags" || key == "summaryTrendStats";
    const auto before = own.find(key);
    const bool is_same = before != own.end() && *before == value;
    if (!is_always_there && !value.is_null() && !is_same) changed[key] = value;
  }
  return changed.empty() ? std::string() : json_text(changed);
}

ExecutionRequirements execution_requirements(const TestOptions& test) {
  const load::ExecutionPlan plan = load::merged_requirements(test.scenarios, test.tuple);
  return {.total_duration = load::end_offset(plan), .max_vus = load::possible_vus(plan)};
}

std::string inspect_text(const Options& options,
                         const std::optional<ExecutionRequirements>& requirements) {
  Json object = to_json(options);
  if (requirements) {
    object["totalDuration"] = to_string(requirements->total_duration);
    object["maxVUs"] = requirements->max_vus;
  }
  return escape_html(object.dump(2, ' ', false, Json::error_handler_t::replace));
}

std::string test_options_text(const Options& options) {
  Json object = to_json(options);
  for (const char* shortcut : {"vus", "iterations", "duration", "stages"}) object.erase(shortcut);
  object["consoleOutput"] = options.console_output ? Json(*options.console_output) : Json();
  object["localIPs"] = options.local_ips ? Json(*options.local_ips) : Json();
  return json_text(object);
}

}  // namespace proofload::options
