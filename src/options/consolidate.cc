#include "options/consolidate.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "metrics/tags.h"
#include "metrics/threshold.h"
#include "options/codec.h"
#include "options/option_table.h"
#include "options/problems.h"

namespace proofload::options {
namespace {

using load::Scenario;

bool sets_execution(const Options& options) {
  return options.duration || options.iterations || options.stages || options.scenarios;
}

bool has_feature(const Options& options, std::string_view name) {
  return options.features && std::find(options.features->begin(), options.features->end(), name) !=
                                 options.features->end();
}

class Merger {
 public:
  Merger(Options& merged, std::vector<Warning>& warnings, bool merge_tags)
      : merged_(merged), warnings_(warnings), merge_tags_(merge_tags) {}

  // Execution settings of a tier replace all of those below, because half of each would be a test
  // that nobody wrote. `vus` is not one of them: it changes the test that is there.
  void add(const Options& tier, std::string_view name) {
    if (sets_execution(tier)) {
      if (merged_.scenarios && !name.empty()) {
        warnings_.push_back(
            {fmt::format("\"{}\" level configuration overrode scenarios configuration entirely",
                         name),
             {}});
      }
      merged_.duration.reset();
      merged_.iterations.reset();
      merged_.stages.reset();
      merged_.scenarios.reset();
    }
    const std::optional<StringMap> tags_below = merged_.tags;
    for (const OptionRow& row : option_rows()) row.apply(tier, merged_);
    if (merge_tags_ && tags_below && merged_.tags) {
      merged_.tags->insert(tags_below->begin(), tags_below->end());
    }
  }

 private:
  Options& merged_;
  std::vector<Warning>& warnings_;
  bool merge_tags_;
};

Options merge_tiers(const Tiers& tiers, std::vector<Warning>& warnings) {
  Options features;
  for (const Options* tier :
       {&tiers.config_file, &tiers.script, &tiers.environment, &tiers.flags}) {
    if (tier->features) features.features = tier->features;
  }
  Options merged;
  Merger merger(merged, warnings, has_feature(features, "merge-run-tags"));
  merger.add(tiers.config_file, "");
  merger.add(tiers.script, "script");
  merger.add(tiers.environment, "env");
  merger.add(tiers.flags, "cli");
  return merged;
}

void set_defaults(Options& options) {
  if (!options.summary_trend_stats) {
    options.summary_trend_stats = {"avg", "min", "med", "max", "p(90)", "p(95)"};
  }
  if (!options.system_tags) {
    options.system_tags.emplace();
    for (std::size_t i = 0; i < metrics::kSystemTagCount; i++) {
      const auto tag = static_cast<metrics::SystemTag>(i);
      if (metrics::SystemTagSet::defaults().has(tag)) {
        options.system_tags->emplace_back(metrics::to_string(tag));
      }
    }
  }
}

Error conflict(std::string_view a, std::string_view b) {
  return invalid_value(
      fmt::format("using `{}` and `{}` options simultaneously is not allowed", a, b));
}

std::vector<Scenario> only_scenario(load::ExecutorConfig executor) {
  Scenario scenario;
  scenario.name = "default";
  scenario.executor = std::move(executor);
  return {std::move(scenario)};
}

void warn_of_empty(const Options& options, std::vector<Warning>& warnings) {
  constexpr std::string_view kText =
      "`{}` was explicitly set to an empty value, running the script with 1 iteration in 1 VU";
  if (options.stages) warnings.push_back({fmt::format(kText, "stages"), {}});
  if (options.scenarios) warnings.push_back({fmt::format(kText, "scenarios"), {}});
}

// Two shortcuts, or one and scenarios; in the order k6 looks.
void find_conflicts(const Options& options, std::vector<Error>& problems) {
  const bool has_stages = options.stages && !options.stages->empty();
  const std::array<std::pair<std::string_view, bool>, 3> shortcuts{
      {{"iterations", options.iterations.has_value()},
       {"duration", options.duration.has_value() && !options.iterations},
       {"stages", has_stages}}};
  for (const auto& [name, is_used] : shortcuts) {
    if (!is_used) continue;
    if (has_stages && name != "stages") problems.push_back(conflict(name, "stages"));
    if (options.scenarios) problems.push_back(conflict(name, "scenarios"));
  }
}

// A shortcut becomes the scenario `default`.
void derive_scenarios(Options& options, std::vector<Warning>& warnings,
                      std::vector<Error>& problems) {
  find_conflicts(options, problems);
  if (!problems.empty()) return;
  if (options.iterations) {
    options.scenarios = only_scenario(load::SharedIterationsConfig{
        .vus = options.vus, .iterations = options.iterations, .max_duration = options.duration});
  } else if (options.duration) {
    if (*options.duration <= Duration::zero()) {
      problems.push_back(invalid_value("`duration` should be more than 0"));
    }
    options.scenarios =
        only_scenario(load::ConstantVusConfig{.vus = options.vus, .duration = options.duration});
  } else if (options.stages && !options.stages->empty()) {
    // Here, but not in a scenario, a stage without a duration is none.
    std::vector<load::Stage> stages = *options.stages;
    std::erase_if(stages, [](const load::Stage& stage) { return !stage.duration; });
    options.scenarios = only_scenario(
        load::RampingVusConfig{.start_vus = options.vus, .stages = std::move(stages)});
  } else if (options.vus) {
    if (options.scenarios) {
      warnings.push_back(
          {fmt::format("`vus={}` overrides scenarios configuration", *options.vus), {}});
    }
    options.scenarios =
        only_scenario(load::SharedIterationsConfig{.vus = options.vus, .iterations = options.vus});
  } else if (!options.scenarios || options.scenarios->empty()) {
    warn_of_empty(options, warnings);
    options.scenarios = only_scenario(load::PerVuIterationsConfig{});
  }
}

// A sum of times must not overflow; k6 lets it wrap.
void check_length(const Scenario& scenario, std::vector<Error>& problems) {
  Duration rest = kDurationMax - std::max(scenario.start_offset(), Duration::zero());
  const auto take = [&](const std::optional<Duration>& part) {
    if (part && *part > Duration::zero()) rest -= std::min(rest + Duration(1), *part);
  };
  const auto take_stages = [&](const std::vector<load::Stage>& stages) {
    for (const load::Stage& stage : stages) take(stage.duration);
  };
  if (const auto* ramp = std::get_if<load::RampingVusConfig>(&scenario.executor)) {
    take_stages(ramp->stages);
  }
  if (const auto* ramp = std::get_if<load::RampingArrivalRateConfig>(&scenario.executor)) {
    take_stages(ramp->stages);
  }
  if (rest < Duration::zero()) {
    problems.push_back(invalid_value(
        fmt::format("scenario {} has configuration errors: it would end after more than ten years",
                    scenario.name)));
  }
}

void check_scenarios(const std::vector<Scenario>& scenarios, std::vector<Error>& problems,
                     const std::function<bool(std::string_view)>& is_exported) {
  for (std::string& text : load::validate(scenarios)) problems.push_back(invalid_value(text));
  for (const Scenario& scenario : scenarios) {
    check_length(scenario, problems);
    if (is_exported && !is_exported(scenario.exec_or_default())) {
      problems.push_back(
          invalid_value(fmt::format("executor {}: function '{}' not found in exports",
                                    scenario.name, scenario.exec_or_default())));
    }
  }
}

// Only the syntax: whether metrics exist and fit is known once the script has made its own.
void check_thresholds(const Options& options, std::vector<Error>& problems) {
  if (!options.thresholds) return;
  for (const auto& [metric, list] : *options.thresholds) {
    for (const metrics::ThresholdConfig& threshold : list) {
      auto parsed = metrics::parse_threshold(threshold.expression);
      if (!parsed) problems.push_back(std::move(parsed).error());
    }
  }
}

void check_supported(const Options& options, std::vector<Error>& problems) {
  for (const OptionRow& row : option_rows()) {
    const Json value = row.to_json(options);
    if (row.unsupported.empty() || value.is_null() || value == false) continue;
    problems.push_back(
        Error(ErrorKind::kUsage, fmt::format("not supported yet: {} (--{})", row.unsupported,
                                             row.flag.empty() ? row.key : row.flag)));
  }
}

}  // namespace

Result<TestOptions> consolidate(const Tiers& tiers, std::vector<Warning>& warnings,
                                const std::function<bool(std::string_view)>& is_exported) {
  TestOptions test;
  test.options = merge_tiers(tiers, warnings);
  set_defaults(test.options);

  std::vector<Error> problems;  // which k6 says by themselves
  check_supported(test.options, problems);
  derive_scenarios(test.options, warnings, problems);
  if (!tiers.no_thresholds) check_thresholds(test.options, problems);
  std::vector<Error> faults;  // which k6 lists under a title
  if (test.options.scenarios) {
    test.scenarios = *test.options.scenarios;
    check_scenarios(test.scenarios, faults, is_exported);
  }
  Result<load::ExecutionTuple> tuple = load::ExecutionTuple::create(
      test.options.execution_segment,
      test.options.execution_segment_sequence.value_or(load::ExecutionSegmentSequence()));
  if (!tuple) faults.push_back(tuple.error());

  if (!faults.empty() && problems.empty()) return listed(faults);
  problems.insert(problems.end(), faults.begin(), faults.end());
  if (!problems.empty()) return all_of(std::move(problems));
  test.tuple = *std::move(tuple);
  load::sort_scenarios(test.scenarios);
  test.run_tags = test.options.tags.value_or(StringMap());
  for (const std::string& name : test.options.features.value_or(std::vector<std::string>())) {
    test.run_tags["k6_feature_" + name] = "true";
  }
  return test;
}

}  // namespace proofload::options
