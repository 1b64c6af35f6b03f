#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "options/value_codecs.h"

namespace proofload::options {
namespace {

using load::Scenario;

// One visitor call per field, in the order k6 prints them: visit(name, codec, member).
template <class Target, class Visitor>
void visit_common(Target& scenario, Visitor&& visit) {
  visit("startTime", DurationCodec(), scenario.start_time);
  visit("gracefulStop", DurationCodec(), scenario.graceful_stop);
  visit("env", TextMapCodec(), scenario.env);
  visit("exec", TextCodec(), scenario.exec);
  visit("tags", TextMapCodec(), scenario.tags);
}

template <class Config, class Visitor>
void visit_own(Config& config, Visitor&& visit) {
  using Plain = std::remove_const_t<Config>;
  if constexpr (std::is_same_v<Plain, load::SharedIterationsConfig> ||
                std::is_same_v<Plain, load::PerVuIterationsConfig>) {
    visit("vus", VuCount(), config.vus);
    visit("iterations", IterationCount(), config.iterations);
    visit("maxDuration", DurationCodec(), config.max_duration);
  } else if constexpr (std::is_same_v<Plain, load::ConstantVusConfig>) {
    visit("vus", VuCount(), config.vus);
    visit("duration", DurationCodec(), config.duration);
  } else if constexpr (std::is_same_v<Plain, load::RampingVusConfig>) {
    visit("startVUs", VuCount(), config.start_vus);
    visit("stages", StagesCodec(), config.stages);
    visit("gracefulRampDown", DurationCodec(), config.graceful_ramp_down);
  } else {
    if constexpr (std::is_same_v<Plain, load::ConstantArrivalRateConfig>) {
      visit("rate", IterationCount(), config.rate);
      visit("timeUnit", DurationCodec(), config.time_unit);
      visit("duration", DurationCodec(), config.duration);
    } else {
      visit("startRate", IterationCount(), config.start_rate);
      visit("timeUnit", DurationCodec(), config.time_unit);
      visit("stages", StagesCodec(), config.stages);
    }
    visit("preAllocatedVUs", VuCount(), config.pre_allocated_vus);
    visit("maxVUs", VuCount(), config.max_vus);
  }
}

// Sets the field called `key_` from `value_`, if it is among those visited.
class Reader {
 public:
  Reader(std::string_view key, const Json& value) : key_(key), value_(value) {}

  template <class Codec, class Member>
  void operator()(std::string_view name, Codec, Member& member) {
    if (!is_same_key(name, key_)) return;
    is_known_ = true;
    if (value_.is_null()) return;
    auto read = Codec::from_json(value_);
    if (read) {
      member = *std::move(read);
    } else {
      result_ = std::move(read).error();
    }
  }

  bool is_known() const { return is_known_; }
  Result<void> take_result() { return std::move(result_); }

 private:
  std::string_view key_;
  const Json& value_;
  bool is_known_ = false;
  Result<void> result_;
};

class Writer {
 public:
  explicit Writer(Json& object) : object_(object) {}

  template <class Codec, class Value>
  void operator()(std::string_view name, Codec, const std::optional<Value>& member) {
    object_[std::string(name)] = member ? Codec::to_json(*member) : Json();
  }
  void operator()(std::string_view name, StagesCodec, const std::vector<load::Stage>& stages) {
    object_[std::string(name)] = stages.empty() ? Json() : StagesCodec::to_json(stages);
  }

 private:
  Json& object_;
};

Result<load::ExecutorType> executor_of(std::string_view scenario, const Json& value) {
  std::string name;
  for (const auto& [key, element] : value.items()) {
    if (is_same_key(key, "executor") && !element.is_null()) {
      name = PL_TRY(TextCodec::from_json(element));
    }
  }
  if (name.empty()) {
    return invalid_value(
        fmt::format("scenario '{}' doesn't have a specified executor type", scenario));
  }
  if (const auto type = load::parse_executor_type(name)) return *type;
  return invalid_value(fmt::format("unknown executor type '{}'", name));
}

Result<void> read_field(std::string_view key, const Json& value, Scenario& scenario) {
  if (is_same_key(key, "executor")) return {};
  if (is_same_key(key, "options")) {
    if (!value.is_null()) scenario.options_json = json_text(value);
    return {};
  }
  Reader read(key, value);
  visit_common(scenario, read);
  std::visit([&](auto& config) { visit_own(config, read); }, scenario.executor);
  if (!read.is_known()) return invalid_value(fmt::format("json: unknown field \"{}\"", key));
  return read.take_result();
}

// Adds every problem to `problems`; they name the place only when there are several.
void read_scenario(Scenario& scenario, const Json& value, std::vector<Error>& problems) {
  const std::string where = fmt::format("scenarios.{}", scenario.name);
  if (!value.is_object()) {
    problems.push_back(wrong_json_type(value, "executor.protoExecutorConfig").with_hint(where));
    return;
  }
  const Result<load::ExecutorType> type = executor_of(scenario.name, value);
  if (!type) {
    problems.push_back(Error(type.error()).with_hint(where));
    return;
  }
  scenario.executor = load::empty_config(*type);
  for (const auto& [key, element] : value.items()) {
    Result<void> read = read_field(key, element, scenario);
    if (!read) {
      problems.push_back(std::move(read).error().with_hint(fmt::format("{}.{}", where, key)));
    }
  }
}

Error joined(std::vector<Error> problems) {
  if (problems.size() == 1) {
    return std::move(problems.front());
  }
  std::vector<std::string> texts;
  texts.reserve(problems.size());
  for (const Error& problem : problems) {
    texts.push_back(fmt::format("{}: {}", problem.hint(), problem.message()));
  }
  return invalid_value(fmt::format("{}", fmt::join(texts, "; ")));
}

}  // namespace

Result<std::vector<Scenario>> ScenariosCodec::from_json(const Json& value) {
  if (!value.is_object()) return wrong_json_type(value, "lib.ScenarioConfigs");
  Value scenarios;
  std::vector<Error> problems;
  for (const auto& [name, element] : value.items()) {
    Scenario& scenario = scenarios.emplace_back();
    scenario.name = name;
    read_scenario(scenario, element, problems);
  }
  if (!problems.empty()) return joined(std::move(problems));
  std::sort(scenarios.begin(), scenarios.end(),
            [](const Scenario& a, const Scenario& b) { return a.name < b.name; });
  return scenarios;
}

Json ScenariosCodec::to_json(const Value& scenarios) {
  Json object = Json::object();
  for (const Scenario& scenario : scenarios) {
    Json& fields = object[scenario.name];
    fields["executor"] = load::to_string(scenario.type());
    Writer write(fields);
    visit_common(scenario, write);
    if (!scenario.options_json.empty()) {
      fields["options"] = RawJsonCodec::to_json(scenario.options_json);
    }
    std::visit([&](const auto& config) { visit_own(config, write); }, scenario.executor);
  }
  return object;
}

}  // namespace proofload::options
