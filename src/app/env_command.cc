#include "app/env_command.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "app/run_command.h"
#include "app/secret.h"
#include "base/log.h"
#include "certify/parity.h"
#include "certify/run_folder.h"

namespace proofload::app {
namespace {

constexpr int kUsage = 255;
constexpr int kPlanRefused = 104;
constexpr int kNotAlike = 122;

int fail(const Error& error) {
  log_error(error);
  return kUsage;
}

// What the command line adds to `sources`, its secrets looked up.
Result<void> add_asked(const SnapshotRequest& request, certify::EnvironmentSources& sources) {
  const auto& environment = request.plan.base.environment;
  const plan::Environment variables(environment.begin(), environment.end());
  const certify::EnvironmentSources& asked = request.sources;
  for (const std::string& dsn : asked.postgres) {
    sources.postgres.push_back(PL_TRY(resolve_secret(dsn, variables)));
  }
  sources.flags.insert(sources.flags.end(), asked.flags.begin(), asked.flags.end());
  if (!asked.kubernetes.empty()) sources.kubernetes = asked.kubernetes;
  if (!asked.space.empty()) sources.space = asked.space;
  if (!asked.ca_file.empty()) sources.ca_file = asked.ca_file;
  if (!asked.base_url.empty()) sources.base_url = asked.base_url;
  if (!asked.token.empty()) sources.token = PL_TRY(resolve_secret(asked.token, variables));
  if (!asked.flags_token.empty()) {
    sources.flags_token = PL_TRY(resolve_secret(asked.flags_token, variables));
  }
  for (const std::string& fact : request.facts) PL_TRY(certify::add_said_fact(fact, sources.said));
  return {};
}

std::size_t count(const evidence::Facts& facts) {
  std::size_t sum = 0;
  for (const auto& [kind, of_kind] : facts) sum += of_kind.size();
  return sum;
}

}  // namespace

int env_snapshot(const SnapshotRequest& request, Presenter& presenter) {
  certify::EnvironmentSources sources;
  std::string name = request.name;
  if (!request.plan.path.empty()) {
    const auto checked = check_plan(request.plan, presenter);
    if (!checked) return kPlanRefused;
    sources = certify::sources_of(checked->plan);
    if (name.empty()) name = checked->plan.service.environment;
  }
  if (const auto added = add_asked(request, sources); !added) return fail(added.error());
  const auto snapshot = certify::take_snapshot(name, sources);
  if (!snapshot) return fail(snapshot.error());
  if (snapshot->facts.empty()) {
    return fail(Error(ErrorKind::kUsage, "nobody was asked for facts")
                    .with_hint("name a source: --kubernetes, --postgres, --flags, --base-url, "
                               "--fact, or a plan"));
  }
  for (const std::string& note : snapshot->notes) log(LogLevel::kWarning, note);
  const std::string json = certify::snapshot_json(*snapshot);
  if (request.output.empty()) {
    presenter.print(json);
    return 0;
  }
  const auto written = certify::write_file(request.output, json);
  if (!written) return fail(written.error());
  presenter.print(fmt::format("{}: {} facts of {} kinds of {}\n", request.output,
                              count(snapshot->facts), snapshot->facts.size(), name));
  return 0;
}

int env_diff(const std::string& ours, const std::string& theirs,
             const std::vector<std::string>& require, Presenter& presenter) {
  const auto first = certify::read_snapshot(ours);
  if (!first) return fail(first.error());
  const auto second = certify::read_snapshot(theirs);
  if (!second) return fail(second.error());
  const auto differences = certify::compare(first->facts, second->facts, require);
  const auto required = std::count_if(differences.begin(), differences.end(),
                                      [](const auto& one) { return one.is_required; });
  presenter.print(certify::differences_text(differences, first->name, second->name));
  presenter.print(fmt::format("{} facts compared: {} required differ, {} others\n",
                              certify::shared_facts(first->facts, second->facts), required,
                              std::ssize(differences) - required));
  return required == 0 ? 0 : kNotAlike;
}

}  // namespace proofload::app
