#include "plan/draft.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.h"

namespace proofload::plan {
namespace {

// YAML's double-quoted style, for whatever stands in a text.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    const bool is_control = static_cast<unsigned char>(c) < 0x20;
    out += is_control ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out + "\"";
}

// A key: bare where that is surely one.
std::string key_text(std::string_view name) {
  const bool is_plain =
      !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
      std::all_of(name.begin(), name.end(),
                  [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
  return is_plain && name != "null" && name != "true" && name != "false" ? std::string(name)
                                                                         : quoted(name);
}

std::string service_text(const Draft& draft) {
  std::string text = fmt::format("service:\n  environment: {}\n  base_url: {}\n  endpoints:\n",
                                 key_text(draft.environment), quoted(draft.base_url));
  for (const Endpoint& one : draft.endpoints) {
    text += fmt::format("    {}: {}\n", key_text(one.name), quoted(one.method + " " + one.path));
  }
  if (draft.components.empty()) return text;
  text += "  components:   # keep those that are behind the service\n";
  for (const Component& one : draft.components) {
    text += fmt::format("    {}: {{match: {}}}\n", key_text(one.name), quoted(one.match));
  }
  return text;
}

std::string slos_text(const Draft& draft) {
  std::string text = "slos:\n";
  for (const DraftSlo& one : draft.slos) {
    text += fmt::format("  - {{id: {}, ", key_text(one.id));
    if (!one.endpoint.empty()) text += fmt::format("endpoint: {}, ", key_text(one.endpoint));
    text += one.objective;
    if (!one.profiles.empty()) {
      text += ", profiles: [";
      for (std::size_t i = 0; i < one.profiles.size(); ++i) {
        text += (i > 0 ? ", " : "") + key_text(one.profiles[i]);
      }
      text += "]";
    }
    text += "}\n";
  }
  return text;
}

std::string load_text(const Draft& draft) {
  std::string text = fmt::format("load:\n  script: {}\n", quoted(draft.script));
  if (!draft.env.empty()) {
    text += "  env:\n";
    for (const auto& [name, value] : draft.env) {
      text += fmt::format("    {}: {}\n", key_text(name), quoted(value));
    }
  }
  text += "  journeys:\n";
  for (const Journey& one : draft.journeys) {
    text += fmt::format("    {}: {{exec: {}, weight: {:.6g}}}\n", key_text(one.name),
                        key_text(one.exec), one.weight);
  }
  text += "  profiles:   # `proofload plan derive` tells production's rates\n";
  for (const DraftProfile& one : draft.profiles) {
    text += fmt::format("    {}: {{{}", key_text(one.name), one.load);
    if (one.hold) text += ", hold: " + to_string(*one.hold);
    if (!one.more.empty()) text += ", " + one.more;
    text += "}\n";
  }
  return text;
}

std::string observe_text(const Draft& draft) {
  if (!draft.prometheus.empty()) {
    return fmt::format("observe:\n  prometheus: {{url: {}}}\n", quoted(draft.prometheus));
  }
  return fmt::format("observe:\n  scrape: [{}]\n", quoted(draft.scrape));
}

std::string safety_text(const Draft& draft) {
  return fmt::format(
      "safety:\n"
      "  halt_when: [\"error_rate > 25% for 10s\", \"served < 20% of offered for 30s\"]\n"
      "  halt_owner: {{role: {}, contact: {}}}\n"
      "  allow_targets: [{}]\n"
      "signoff: {{required: [backend, dba, sre]}}\n",
      key_text(draft.halt_role), quoted(draft.halt_contact), quoted(target_of(draft.base_url)));
}

// `/products/{id}` as a template of JavaScript.
std::string url_text(const Endpoint& endpoint) {
  std::string text = "`${BASE}";
  for (std::size_t i = 0; i < endpoint.path.size(); ++i) {
    const char c = endpoint.path[i];
    if (c == '{') {
      text += "${pick(IDS)}";
      i = std::min(endpoint.path.find('}', i), endpoint.path.size() - 1);
    } else {
      if (c == '`' || c == '\\' || c == '$') text += '\\';
      text += c;
    }
  }
  return text + "`";
}

bool reads(const Endpoint& endpoint) {
  return endpoint.method == "GET" || endpoint.method == "HEAD";
}

std::string call_text(const Endpoint& endpoint) {
  std::string method = endpoint.method;
  std::transform(method.begin(), method.end(), method.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  if (method == "delete") method = "del";
  return reads(endpoint)
             ? fmt::format("  http.{}({});\n", method, url_text(endpoint))
             : fmt::format("  http.{}({}, JSON.stringify({{ id: pick(IDS) }}), JSON_TYPE);\n",
                           method, url_text(endpoint));
}

}  // namespace

std::string draft_text(const Draft& draft) {
  std::string text =
      "# A first plan: `proofload plan check` says what is missing, and "
      "docs/plan-reference.md what else there is.\n";
  for (std::string note : draft.notes) {
    // Others' words must not end the comment.
    std::replace_if(
        note.begin(), note.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    text += "# " + note + "\n";
  }
  return text + fmt::format("version: 1\nname: {}\n", key_text(draft.name)) + service_text(draft) +
         slos_text(draft) + load_text(draft) + observe_text(draft) + safety_text(draft);
}

std::string draft_script(Draft& draft) {
  std::string script =
      "// Each exported function is a journey: what one user does. The plan says how often.\n"
      "import http from 'k6/http';\n"
      "import { sleep } from 'k6';\n\n"
      "const BASE = __ENV.BASE_URL;\n"
      "// Ids that the paths are filled with; many of them belong into a file and a SharedArray.\n"
      "const IDS = (__ENV.IDS || '1,2,3').split(',');\n"
      "const JSON_TYPE = { headers: { 'Content-Type': 'application/json' } };\n\n"
      "const pick = (list) => list[Math.floor(Math.random() * list.length)];\n";
  draft.env["BASE_URL"] = draft.base_url;
  draft.journeys.clear();
  const auto add = [&](const std::string& name, double weight, bool is_reading) {
    std::string calls;
    for (const Endpoint& one : draft.endpoints) {
      if (reads(one) == is_reading) calls += call_text(one);
    }
    if (calls.empty()) return;
    script += fmt::format("\nexport function {}() {{\n{}  sleep(0.1);\n}}\n", name, calls);
    draft.journeys.push_back({.name = name, .exec = name, .weight = weight});
  };
  add("browse", 10, true);
  add("change", 1, false);
  return script;
}

bool make_decidable(Draft& draft, const Plan& plan, const JourneyShapes& shapes) {
  bool has_changed = false;
  for (const Decidability& one : decidability(plan, shapes)) {
    if (one.is_decidable()) continue;
    // An objective of several percentiles is several SLOs, `id-p95`.
    const auto slo = std::find_if(draft.slos.begin(), draft.slos.end(), [&](const DraftSlo& each) {
      return one.slo->id == each.id || one.slo->id.starts_with(each.id + "-p");
    });
    if (one.hold_needed == Duration::max()) {
      if (slo == draft.slos.end()) continue;
      draft.notes.push_back(
          fmt::format("Left out: the SLO {}, since no journey calls its endpoint.", slo->id));
      draft.slos.erase(slo);
      has_changed = true;
      continue;
    }
    for (DraftProfile& profile : draft.profiles) {
      if (profile.name != one.profile->name || !profile.hold) continue;
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(one.hold_needed);
      if (*profile.hold >= seconds) continue;
      draft.notes.push_back(fmt::format("{} is held for {}, not {}: {} could not be decided.",
                                        profile.name, to_string(seconds), to_string(*profile.hold),
                                        one.slo->id));
      profile.hold = seconds;
      has_changed = true;
    }
  }
  return has_changed;
}

}  // namespace proofload::plan
