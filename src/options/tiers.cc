#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "options/codec.h"
#include "options/consolidate.h"
#include "options/option_table.h"
#include "options/problems.h"

namespace proofload::options {
namespace {

template <class Target>
const Row<Target>* row_of(std::span<const Row<Target>> rows, std::string_view key) {
  for (const Row<Target>& row : rows) {
    if (!row.key.empty() && is_same_key(row.key, key)) return &row;
  }
  return nullptr;
}

// The value of `row` as a plain switch would be off: the default spelled out.
bool is_off(const Json& value) {
  // JSON text is never empty(). NOLINTNEXTLINE(readability-container-size-empty)
  return value.is_null() || value == false || value == "" || value == "none" ||
         (value.is_array() && value.empty());
}

Result<Json> parse_object(std::string_view text) {
  Json parsed = PL_TRY(parse_json(text));
  if (parsed.is_null()) return Json(Json::object());  // `export const options = undefined`
  if (!parsed.is_object()) return wrong_json_type(parsed, "lib.Options");
  return parsed;
}

// The value, or nothing if no variable of the row (names separated by commas) has one.
std::string_view variable_of(std::string_view names, const StringMap& environment,
                             std::string_view& name) {
  while (!names.empty()) {
    name = names.substr(0, names.find(','));
    const auto variable = environment.find(std::string(name));
    if (variable != environment.end() && !variable->second.empty()) return variable->second;
    names.remove_prefix(std::min(name.size() + 1, names.size()));
  }
  return {};
}

// https://no-color.org: any text switches colours off.
constexpr std::string_view kNoColorVariable = "NO_COLOR";

template <class Target>
void read_variables(std::span<const Row<Target>> rows, const StringMap& environment, Target& target,
                    std::vector<Error>& problems) {
  for (const Row<Target>& row : rows) {
    if (!row.from_text) continue;
    std::string_view name;
    std::string_view text = variable_of(row.env, environment, name);
    if (text.empty()) continue;
    if (name == kNoColorVariable) text = "true";
    if (Result<void> read = row.from_text(text, target); !read) {
      // Its hint is advice; in a list of problems a hint is the place, which is said already.
      problems.push_back(
          Error(ErrorKind::kInvalidConfig, fmt::format("{}: {}", name, read.error().message())));
    }
  }
}

}  // namespace

Result<Tier> read_script_options(std::string_view text) {
  const Json parsed = PL_TRY(parse_object(text));
  Tier tier;
  std::vector<Error> problems;
  std::vector<std::string> unknown;
  for (const auto& [key, value] : parsed.items()) {
    const OptionRow* row = row_of(option_rows(), key);
    if (!row) {
      unknown.push_back(fmt::format("\"{}\"", key));
      continue;
    }
    Result<void> read = row->from_json(value, tier.options);
    if (read) continue;
    Error error = std::move(read).error();
    const std::string place =
        "options." + (error.hint().starts_with(row->key) ? error.hint() : std::string(row->key));
    problems.push_back(std::move(error).with_hint(place));
  }
  if (!problems.empty()) return all_of(std::move(problems));
  if (!unknown.empty()) {
    tier.warnings.push_back(
        {"There were unknown fields in the options exported in the script",
         {{"error", fmt::format("json: unknown field{} {}", unknown.size() > 1 ? "s" : "",
                                fmt::join(unknown, ", "))}}});
  }
  return tier;
}

Result<Tier> read_config_file(std::string_view text) {
  const Json parsed = PL_TRY(parse_object(text));
  Tier tier;
  std::vector<Error> problems;
  for (const auto& [key, value] : parsed.items()) {
    Result<void> read;
    if (const OptionRow* option = row_of(option_rows(), key)) {
      read = option->from_json(value, tier.options);
    } else if (const RuntimeRow* runtime = row_of(runtime_rows(), key)) {
      read = runtime->from_json(value, tier.runtime);
    }
    if (!read) problems.push_back(std::move(read).error().with_hint(key));
  }
  if (!problems.empty()) return all_of(std::move(problems));
  return tier;
}

Result<Tier> read_environment(const StringMap& environment) {
  Tier tier;
  std::vector<Error> problems;
  read_variables(option_rows(), environment, tier.options, problems);
  read_variables(runtime_rows(), environment, tier.runtime, problems);
  if (!problems.empty()) return all_of(std::move(problems));
  return tier;
}

Result<RuntimeOptions> consolidate_runtime(const Tier& config_file, const Tier& environment,
                                           const RuntimeOptions& flags) {
  RuntimeOptions merged;
  std::vector<std::string> missing;
  for (const RuntimeRow& row : runtime_rows()) {
    row.apply(config_file.runtime, merged);
    row.apply(environment.runtime, merged);
    row.apply(flags, merged);
    if (row.unsupported.empty() || is_off(row.to_json(merged))) continue;
    missing.push_back(row.flag.empty() ? fmt::format("{} ({})", row.unsupported, row.env)
                                       : fmt::format("{} (--{})", row.unsupported, row.flag));
  }
  if (!missing.empty()) {
    return Error(ErrorKind::kUsage, fmt::format("not supported yet: {}", fmt::join(missing, ", ")));
  }
  return merged;
}

StringMap script_environment(const RuntimeOptions& runtime, const StringMap& environment,
                             bool include_by_default) {
  StringMap variables;
  if (runtime.include_system_env_vars.value_or(include_by_default)) variables = environment;
  if (runtime.env) {
    for (const auto& [name, value] : *runtime.env) variables[name] = value;
  }
  return variables;
}

}  // namespace proofload::options
