#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "plan/sections.h"

namespace proofload::plan {
namespace {

// The order they run in; others follow as written.
constexpr std::array<std::string_view, 5> kOrder{"gate", "steady", "spike", "soak", "capacity"};

std::size_t rank(const Profile& profile) {
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), profile.name) -
                                  kOrder.begin());
}

// The unit of `base`, `peak`, `from` and `step`: a rate of what?
RateUnit read_unit(Fields& fields, Diagnostics& diagnostics) {
  const YamlNode* node =
      fields.required("unit", "journeys or requests: a browse journey may well send five requests");
  if (node == nullptr || node->text == "journeys") return RateUnit::kJourneys;
  if (node->text != "requests") {
    diagnostics.error(node->place, "`unit` has to be journeys or requests");
  }
  return RateUnit::kRequests;
}

double read_positive_rate(Fields& fields, std::string_view key, Diagnostics& diagnostics) {
  const YamlNode* node = fields.required(key, "a rate, such as 50/s");
  const auto rate = fields.rate(key);
  if (node != nullptr && rate && *rate <= 0) {
    diagnostics.error(node->place, fmt::format("`{}` has to be more than nothing", key));
  }
  return rate.value_or(1);
}

Duration read_positive_duration(Fields& fields, std::string_view key, std::string_view why,
                                Diagnostics& diagnostics) {
  const YamlNode* node = fields.required(key, why);
  const auto duration = fields.duration(key);
  if (node != nullptr && duration && *duration < std::chrono::seconds(1)) {
    diagnostics.error(node->place, fmt::format("`{}` has to be at least a second", key));
  }
  return duration.value_or(std::chrono::hours(1));  // so that nothing else seems wrong with it
}

SpikeLoad read_spike(Fields& fields, Diagnostics& diagnostics) {
  SpikeLoad load{.base_per_second = read_positive_rate(fields, "base", diagnostics),
                 .peak_per_second = read_positive_rate(fields, "peak", diagnostics),
                 .unit = read_unit(fields, diagnostics)};
  load.rise = fields.duration("rise").value_or(std::chrono::seconds(10));
  load.hold = read_positive_duration(fields, "hold", "how long the peak lasts", diagnostics);
  load.error_rate_max = fields.share("error_rate_max").value_or(1);
  fields.required("recover_within", "how soon after the peak the SLOs hold again, such as 60s");
  load.recover_within = fields.duration("recover_within").value_or(std::chrono::seconds(60));
  if (load.peak_per_second <= load.base_per_second) {
    diagnostics.error(fields.place(), "`peak` has to be above `base`");
  }
  return load;
}

CapacityLoad read_capacity(Fields& fields, Diagnostics& diagnostics) {
  CapacityLoad load{.from_per_second = read_positive_rate(fields, "from", diagnostics),
                    .step_per_second = read_positive_rate(fields, "step", diagnostics),
                    .unit = read_unit(fields, diagnostics),
                    .hold = {}};
  const YamlNode* hold = fields.node("hold");
  if (hold != nullptr && hold->text != "auto") load.hold = fields.duration("hold");
  return load;
}

void read_amount(Fields& fields, HoldLoad& load, Diagnostics& diagnostics) {
  int amounts = 0;
  for (const auto& [key, unit] :
       {std::pair("journeys", RateUnit::kJourneys), std::pair("requests", RateUnit::kRequests)}) {
    if (fields.node(key) == nullptr) continue;
    ++amounts;
    load.unit = unit;
    load.per_second = read_positive_rate(fields, key, diagnostics);
  }
  if (fields.node("vus") != nullptr) {
    ++amounts;
    const auto vus = fields.number("vus");
    if (vus && (*vus < 1 || std::floor(*vus) != *vus || *vus > 1e6)) {
      diagnostics.error(fields.node("vus")->place, "`vus` has to be a whole number from 1 on");
    }
    load.vus = static_cast<std::int64_t>(vus.value_or(1));
  }
  if (const auto scenario = fields.text("scenario")) {
    ++amounts;
    load.scenario = *scenario;
  }
  if (amounts != 1) {
    diagnostics.error(fields.place(),
                      "a profile has exactly one of `journeys`, `requests`, `vus` and `scenario`",
                      "such as `journeys: 50/s`: never a bare number, never two loads at once");
  }
}

HoldLoad read_hold(Fields& fields, Diagnostics& diagnostics) {
  HoldLoad load;
  read_amount(fields, load, diagnostics);
  load.ramp = fields.duration("ramp").value_or(Duration::zero());
  if (load.scenario.empty()) {
    load.hold =
        read_positive_duration(fields, "hold", "how long it lasts, such as 10m", diagnostics);
  } else {
    load.hold = fields.duration("hold").value_or(Duration::zero());
  }
  load.warm_up = fields.duration("warm_up").value_or(Duration::zero());
  load.latency_creep_max = fields.creep("latency_creep_max");
  load.memory_creep_max = fields.creep("memory_creep_max");
  if (load.scenario.empty() && load.warm_up >= load.hold) {
    diagnostics.error(fields.place(), "`warm_up` leaves nothing of `hold` to be judged");
  }
  return load;
}

Profile read_profile(const std::string& name, Place place, const YamlNode& node,
                     Diagnostics& diagnostics) {
  Fields fields(node, fmt::format("the profile `{}`", name), diagnostics);
  Profile profile{.name = name, .load = {}, .max_vus = {}, .place = place};
  if (fields.has("peak") || fields.has("base")) {
    profile.load = read_spike(fields, diagnostics);
  } else if (fields.has("from") || fields.has("step")) {
    profile.load = read_capacity(fields, diagnostics);
  } else {
    profile.load = read_hold(fields, diagnostics);
  }
  if (const auto max = fields.number("max_vus")) {
    profile.max_vus = static_cast<std::int64_t>(std::clamp(*max, 1.0, 1e6));
  }
  if (const auto repeat = fields.number("repeat")) {
    profile.repeat = static_cast<std::int64_t>(std::clamp(*repeat, 1.0, 100.0));
  }
  fields.finish();
  return profile;
}

Journey read_journey(const std::string& name, const YamlNode& node, Diagnostics& diagnostics) {
  Fields fields(node, fmt::format("the journey `{}`", name), diagnostics);
  Journey journey{.name = name,
                  .exec = fields.text("exec").value_or(name),
                  .weight = fields.number("weight").value_or(1)};
  if (journey.weight <= 0) {
    diagnostics.error(node.place, fmt::format("the journey `{}` has no weight", name),
                      "leave it out, or give it the share that production has");
  }
  fields.finish();
  return journey;
}

Grounding read_grounding(const YamlNode& node, Diagnostics& diagnostics) {
  Fields fields(node, "grounded_in", diagnostics);
  Grounding grounding{.source = {},
                      .address = {},
                      .query = fields.text("query").value_or(""),
                      .percentile = fields.number("percentile").value_or(0),
                      .over = fields.text("over").value_or(""),
                      .value = fields.number("value"),
                      .unit = fields.text("unit").value_or(""),
                      .date = fields.text("date").value_or("")};
  for (const char* source : {"prometheus", "datadog", "grafana", "access_log"}) {
    const auto address = fields.text(source);
    if (!address) continue;
    if (!grounding.source.empty()) {
      diagnostics.error(
          fields.node(source)->place,
          fmt::format("rates come from one source: `{}` or `{}`", grounding.source, source));
    }
    grounding.source = source;
    grounding.address = *address;
  }
  fields.finish();
  return grounding;
}

}  // namespace

std::string_view unit_name(RateUnit unit) {
  return unit == RateUnit::kJourneys ? "journeys" : "requests";
}

Duration duration(const Profile& profile) {
  if (const auto* hold = std::get_if<HoldLoad>(&profile.load)) return hold->ramp + hold->hold;
  if (const auto* spike = std::get_if<SpikeLoad>(&profile.load)) {
    return 2 * spike->rise + spike->hold + 2 * spike->recover_within;
  }
  return Duration::zero();
}

std::string describe(const Profile& profile) {
  if (const auto* hold = std::get_if<HoldLoad>(&profile.load)) {
    if (!hold->scenario.empty()) return fmt::format("the script's scenario {}", hold->scenario);
    const std::string amount =
        hold->vus ? fmt::format("{} VUs", *hold->vus)
                  : fmt::format("{:.6g} {}/s", hold->per_second, unit_name(hold->unit));
    return fmt::format("{} for {}", amount, to_string(hold->hold));
  }
  if (const auto* spike = std::get_if<SpikeLoad>(&profile.load)) {
    return fmt::format("from {:.6g} to {:.6g} {}/s in {}, for {}", spike->base_per_second,
                       spike->peak_per_second, unit_name(spike->unit), to_string(spike->rise),
                       to_string(spike->hold));
  }
  const auto& capacity = std::get<CapacityLoad>(profile.load);
  return fmt::format("from {:.6g} {}/s in steps of {:.6g} until an SLO breaks",
                     capacity.from_per_second, unit_name(capacity.unit), capacity.step_per_second);
}

Load read_load(const YamlNode& node, Diagnostics& diagnostics) {
  Fields fields(node, "load", diagnostics);
  Load load;
  load.script = fields.text("script").value_or("");
  if (load.script.empty()) fields.required("script", "the k6 script with the journeys");
  fields.each("env", [&](const std::string& name, Place, const YamlNode& value) {
    load.env[name] = value.text;
  });
  fields.required("journeys", "which exported functions, and how often each");
  fields.each("journeys", [&](const std::string& name, Place, const YamlNode& value) {
    load.journeys.push_back(read_journey(name, value, diagnostics));
  });
  if (const YamlNode* value = fields.node("grounded_in")) {
    load.grounded_in = read_grounding(*value, diagnostics);
  }
  fields.required("profiles", "gate, steady, spike, soak, capacity");
  fields.each("profiles", [&](const std::string& name, Place place, const YamlNode& value) {
    load.profiles.push_back(read_profile(name, place, value, diagnostics));
  });
  std::stable_sort(load.profiles.begin(), load.profiles.end(),
                   [](const Profile& a, const Profile& b) { return rank(a) < rank(b); });
  fields.finish();
  return load;
}

}  // namespace proofload::plan
