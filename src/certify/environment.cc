#include "certify/environment.h"

#include <filesystem>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "certify/preflight.h"
#include "certify/run_folder.h"
#include "observe/environment_facts.h"
#include "observe/http_get.h"
#include "observe/kubernetes.h"

namespace proofload::certify {
namespace {

using evidence::Facts;

constexpr const char* kFormat = "proofload_environment";

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

observe::HttpRequest request_to(const std::string& url, const std::string& token) {
  observe::HttpRequest request{.url = url};
  request.credentials.bearer = token;
  request.timeout = kProbeTimeout;
  return request;
}

Result<void> add_kubernetes(const EnvironmentSources& sources, EnvironmentSnapshot& snapshot) {
  if (is_url(sources.kubernetes)) {
    observe::HttpRequest server = request_to(sources.kubernetes, sources.token);
    server.ca_file = sources.ca_file;
    return observe::fetch_kubernetes_facts(server, sources.space, snapshot.facts, snapshot.notes);
  }
  const Json list =
      Json::parse(PL_TRY(read_file(sources.kubernetes)), nullptr, /*allow_exceptions=*/false);
  const auto added = observe::add_kubernetes_facts(list, sources.space, snapshot.facts);
  if (!added) return Error(added.error()).within(sources.kubernetes);
  return {};
}

Result<void> add_databases(const std::vector<std::string>& databases, Facts& facts) {
  for (std::size_t i = 0; i < databases.size(); ++i) {
    // One is compared with one, whatever they are called; of several the order tells.
    const std::string subject = databases.size() == 1 ? "" : fmt::format("database {}", i + 1);
    PL_TRY(observe::add_postgres_facts(databases[i], subject, kProbeTimeout, facts));
  }
  return {};
}

Result<void> add_flags(const EnvironmentSources& sources, Facts& facts) {
  observe::HttpClient client;
  for (const std::string& url : sources.flags) {
    const Json flags = PL_TRY(client.fetch_json(request_to(url, sources.flags_token)));
    observe::add_flags(flags, facts);
  }
  return {};
}

Result<void> add_round_trip(const std::string& base_url, Facts& facts) {
  const std::string target = plan::target_of(base_url);
  const std::size_t colon = target.rfind(':');
  std::string host = target.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const Duration median =
      PL_TRY(observe::connect_time(host, target.substr(colon + 1), kProbeTimeout));
  facts["client_rtt"][""] = fmt::format("{:.3f}ms", to_milliseconds(median));
  return {};
}

}  // namespace

Result<EnvironmentSnapshot> take_snapshot(const std::string& name,
                                          const EnvironmentSources& sources) {
  const std::time_t now = std::chrono::system_clock::to_time_t(wall_now());
  EnvironmentSnapshot snapshot{.name = name,
                               .taken = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now)),
                               .facts = {},
                               .notes = {}};
  if (!sources.kubernetes.empty()) PL_TRY(add_kubernetes(sources, snapshot));
  PL_TRY(add_databases(sources.postgres, snapshot.facts));
  PL_TRY(add_flags(sources, snapshot.facts));
  if (!sources.base_url.empty()) PL_TRY(add_round_trip(sources.base_url, snapshot.facts));
  for (const auto& [kind, facts] : sources.said) {
    for (const auto& [subject, value] : facts) snapshot.facts[kind][subject] = value;
  }
  return snapshot;
}

std::string snapshot_json(const EnvironmentSnapshot& snapshot) {
  Json json{{kFormat, 1}, {"name", snapshot.name}, {"taken", snapshot.taken}};
  json["facts"] = Json::object();
  for (const auto& [kind, facts] : snapshot.facts) json["facts"][kind] = facts;
  if (!snapshot.notes.empty()) json["notes"] = snapshot.notes;
  // Names of tables need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<EnvironmentSnapshot> read_snapshot(const std::string& path) {
  const Json json = Json::parse(PL_TRY(read_file(path)), nullptr, /*allow_exceptions=*/false);
  const bool is_one = json.is_object() && json.contains(kFormat) && json[kFormat] == 1 &&
                      json.contains("facts") && json["facts"].is_object();
  if (!is_one) {
    return Error(ErrorKind::kUsage, path + " is no snapshot of an environment")
        .with_hint("`proofload env snapshot` writes one");
  }
  EnvironmentSnapshot snapshot;
  const auto text_of = [](const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  if (json.contains("name")) snapshot.name = text_of(json["name"]);
  if (json.contains("taken")) snapshot.taken = text_of(json["taken"]);
  for (const auto& [kind, facts] : json["facts"].items()) {
    if (!facts.is_object()) {
      snapshot.facts[kind][""] = text_of(facts);
      continue;
    }
    for (const auto& [subject, value] : facts.items()) {
      snapshot.facts[kind][subject] = text_of(value);
    }
  }
  return snapshot;
}

Result<void> add_said_fact(std::string_view text, Facts& facts) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return Error(ErrorKind::kUsage, fmt::format("`{}` is no fact", text))
        .with_hint("write it as KIND=VALUE or KIND/SUBJECT=VALUE, such as cdn=off");
  }
  const std::string_view name = text.substr(0, equals);
  const std::size_t slash = name.find('/');
  const std::string_view subject =
      slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
  facts[std::string(name.substr(0, slash))][std::string(subject)] = text.substr(equals + 1);
  return {};
}

EnvironmentSources sources_of(const plan::Plan& plan) {
  EnvironmentSources sources;
  sources.base_url = plan.service.base_url;
  if (!plan.observe.postgres.empty()) sources.postgres.push_back(plan.observe.postgres);
  if (!plan.service.parity) return sources;
  const plan::Parity& parity = *plan.service.parity;
  sources.kubernetes = is_url(parity.kubernetes) || parity.kubernetes.empty()
                           ? parity.kubernetes
                           : (std::filesystem::path(plan.folder) / parity.kubernetes).string();
  sources.space = parity.space;
  sources.token = parity.token;
  sources.flags = parity.flags;
  sources.said = parity.facts;
  return sources;
}

}  // namespace proofload::certify
