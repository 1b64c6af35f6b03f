#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "plan/sections.h"

namespace proofload::plan {
namespace {

Place place_of(const YamlNode& root, std::string_view key) {
  const YamlNode* node = root.find(key);
  return node != nullptr ? node->place : root.place;
}

template <class Items>
std::vector<std::string_view> names_of(const Items& items) {
  std::vector<std::string_view> names;
  names.reserve(items.size());
  for (const auto& item : items) names.push_back(item.name);
  return names;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string hint_for(std::string_view name, const std::vector<std::string_view>& names) {
  const std::string_view meant = nearest(name, names);
  return meant.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                       : fmt::format("did you mean `{}`?", meant);
}

void check_slos(const Plan& plan, const YamlNode& root, Diagnostics& diagnostics) {
  const auto endpoints = names_of(plan.service.endpoints);
  const auto profiles = names_of(plan.load.profiles);
  std::set<std::string> ids;
  for (const Slo& slo : plan.slos) {
    if (!ids.insert(slo.id).second) {
      diagnostics.error(slo.place, fmt::format("two SLOs are called `{}`", slo.id));
    }
    if (!slo.endpoint.empty() && !contains(endpoints, slo.endpoint)) {
      diagnostics.error(
          slo.place,
          fmt::format("the SLO `{}` is about `{}`, which is no endpoint", slo.id, slo.endpoint),
          hint_for(slo.endpoint, endpoints));
    }
    for (const std::string& profile : slo.profiles) {
      const Profile* named = plan.profile(profile);
      if (named != nullptr && !std::holds_alternative<HoldLoad>(named->load)) {
        diagnostics.error(slo.place,
                          fmt::format("the SLO `{}` is for `{}`, which has no load that is held",
                                      slo.id, profile),
                          "a spike is judged by errors and recovery, capacity by all SLOs");
      }
      if (named != nullptr) continue;
      diagnostics.error(
          slo.place,
          fmt::format("the SLO `{}` is for the profile `{}`, which is not there", slo.id, profile),
          hint_for(profile, profiles));
    }
  }
  const bool has_error_rate = std::any_of(plan.slos.begin(), plan.slos.end(), [](const Slo& slo) {
    return std::holds_alternative<ErrorRateObjective>(slo.objective);
  });
  if (root.find("slos") != nullptr && !has_error_rate) {
    diagnostics.error(place_of(root, "slos"), "no SLO limits the error rate",
                      "fast failures look like success: add {id: errors, error_rate: {max: 0.1%}}");
  }
}

void check_safety(const Plan& plan, const YamlNode& root, Diagnostics& diagnostics) {
  const Safety& safety = plan.safety;
  const YamlNode* node = root.find("safety");
  if (node == nullptr) return;
  const bool needs_capacity = std::any_of(
      safety.halt_when.begin(), safety.halt_when.end(),
      [](const HaltRule& rule) { return rule.reference == HaltRule::Reference::kCapacity; });
  if (needs_capacity && !safety.capacity_per_second) {
    diagnostics.error(node->place, "a halt rule speaks of capacity, and none is declared",
                      "add `capacity: 400/s` (requests), or say `of offered`");
  }
  const std::string target = target_of(plan.service.base_url);
  const bool is_allowed = std::find(safety.allow_targets.begin(), safety.allow_targets.end(),
                                    target) != safety.allow_targets.end();
  if (!safety.allow_targets.empty() && !target.empty() && !is_allowed) {
    diagnostics.error(place_of(*node, "allow_targets"),
                      fmt::format("the service itself, {}, is no allowed target", target));
  }
}

void check_profiles(const Plan& plan, const YamlNode& root, Diagnostics& diagnostics) {
  const YamlNode* load = root.find("load");
  if (load != nullptr && plan.load.profiles.empty() && load->find("profiles") != nullptr) {
    diagnostics.error(place_of(*load, "profiles"), "there is no profile to run");
  }
  for (const Profile& profile : plan.load.profiles) {
    const auto* hold = std::get_if<HoldLoad>(&profile.load);
    const bool has_max = plan.safety.max_requests_per_second.has_value();
    if (hold == nullptr || !has_max || hold->unit != RateUnit::kRequests) continue;
    if (hold->per_second > *plan.safety.max_requests_per_second) {
      diagnostics.error(
          profile.place,
          fmt::format("the profile `{}` sends more than `max_requests` allows", profile.name));
    }
  }
}

void check_observability(const Plan& plan, const YamlNode& root, Diagnostics& diagnostics) {
  const YamlNode* node = root.find("observe");
  if (node == nullptr) return;
  const bool has_scrape =
      std::any_of(plan.service.components.begin(), plan.service.components.end(),
                  [](const Component& one) { return !one.scrape.empty(); });
  if (plan.observe.prometheus.empty() && plan.observe.scrape.empty() && !has_scrape) {
    diagnostics.error(node->place, "no metrics are watched: the test would run in the dark",
                      "add `prometheus: {url: ...}`, or `scrape: [http://.../metrics]`");
  }
}

}  // namespace

std::string target_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const bool is_https = url.starts_with("https");
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && host.find(']', colon) == host.npos;
  return has_port ? std::string(host) : fmt::format("{}:{}", host, is_https ? 443 : 80);
}

void check_whole(const Plan& plan, const YamlNode& root, Diagnostics& diagnostics) {
  check_slos(plan, root, diagnostics);
  check_profiles(plan, root, diagnostics);
  check_observability(plan, root, diagnostics);
  check_safety(plan, root, diagnostics);
}

}  // namespace proofload::plan
