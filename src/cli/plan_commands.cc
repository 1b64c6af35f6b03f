#include "cli/plan_commands.h"

#include <algorithm>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/plan_command.h"
#include "cli/command_line.h"
#include "cli/derive_command.h"
#include "cli/version.h"

namespace proofload::cli {
namespace {

using Arguments = std::span<const std::string>;

// Flags that all of them share.
struct Common {
  bool has_no_color = false;
  std::int64_t cores = 0;
  certify::ReviewSource reviews;
};

void add_common(CLI::App& app, Common& common) {
  app.add_flag("--no-color", common.has_no_color, "no colours");
  app.add_option("--cores", common.cores, "engine threads; default: all cores")
      ->check(CLI::PositiveNumber);
}

// Where signatures are looked at.
void add_reviews(CLI::App& app, Common& common) {
  app.add_option("--reviews", common.reviews.from,
                 "the pull request's reviews count: the address of .../pulls/NUMBER/reviews, or a "
                 "file of what it answers");
  app.add_option("--reviews-token", common.reviews.token, "'${NAME}' or @FILE");
  app.add_option("--codeowners", common.reviews.code_owners,
                 "who owns the plan; default: the repository's CODEOWNERS");
}

app::PlanRequest plan_request(const Invocation& invocation, const std::string& path,
                              const Common& common) {
  app::PlanRequest request{.path = path, .base = {}, .reviews = common.reviews};
  request.base.working_folder = invocation.working_folder;
  request.base.environment = invocation.environment;
  if (common.cores > 0) request.base.flags.runtime.cores = common.cores;
  return request;
}

}  // namespace

int run_plan(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  CLI::App app("Checks, shows, hashes or approves a plan", "plan");
  app.require_subcommand(1);
  Common common;
  std::string path;
  app::ApproveRequest approval;
  for (const auto& [name, help] :
       {std::pair("check", "every mistake at once, with its place"),
        std::pair("show", "one page to sign, with its arithmetic"),
        std::pair("hash", "of what is signed"), std::pair("approve", "signs for a role")}) {
    CLI::App* command = app.add_subcommand(name, help);
    command->add_option("plan", path, "the plan's file")->required();
    add_common(*command, common);
    if (std::string_view(name) == "show") add_reviews(*command, common);
    if (std::string_view(name) != "approve") continue;
    command->add_option("--role", approval.role, "such as backend, dba or sre")->required();
    command->add_option("--name", approval.name, "who approves, as in allowed_signers")->required();
    command->add_option("--key", approval.key,
                        "private SSH key to sign with; without one it is "
                        "only claimed");
  }
  app::DeriveRequest derivation;
  const CLI::App* derive = add_derive(app, derivation);
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, common.has_no_color, terminal);
  if (derive->parsed()) {
    derivation.plan = plan_request(invocation, derivation.plan.path, common);
    return app::plan_derive(derivation, presenter);
  }
  const app::PlanRequest request = plan_request(invocation, path, common);
  if (app.got_subcommand("check")) return app::plan_check(request, presenter);
  if (app.got_subcommand("show")) return app::plan_show(request, presenter);
  if (app.got_subcommand("hash")) return app::plan_hash(request, presenter);
  approval.plan = request;
  return app::plan_approve(approval, presenter);
}

int run_preflight(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  CLI::App app("Proves that everything is ready for a plan, without load", "preflight");
  Common common;
  std::string path;
  app.add_option("plan", path, "the plan's file")->required();
  add_common(app, common);
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, common.has_no_color, terminal);
  return app::preflight(plan_request(invocation, path, common), presenter);
}

int run_certify(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  CLI::App app("From a plan to a decision: preflight, load, watch, verdict, report", "certify");
  Common common;
  std::string path;
  app::CertifyRequest request;
  app.add_option("plan", path, "the plan's file")->required();
  app.add_option("--only", request.options.only, "these profiles; no certification")
      ->delimiter(',');
  app.add_flag("--keep-going", request.options.keeps_going, "also after an SLO is broken");
  app.add_option("--time-scale", request.options.time_scale,
                 "shortens every profile, for trials; no certification")
      ->check(CLI::Range(0.001, 1.0));
  app.add_option("--store", request.store, "keeps runs there; default: .proofload beside the plan");
  app.add_flag("--dry-run", request.is_dry_run, "says what would happen, and sends no load");
  app.add_flag("--allow-production", request.allows_production,
               "load may go to an environment called production");
  add_reviews(app, common);
  add_common(app, common);
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, common.has_no_color, terminal);
  request.plan = plan_request(invocation, path, common);
  request.version = version_text();
  return app::certify_plan(request, presenter);
}

int run_halt(const Invocation& invocation, Arguments arguments, Terminal& terminal) {
  CLI::App app("Stops all load of a run", "halt");
  std::string run;
  std::string by;
  std::string reason;
  std::string store = ".proofload";
  app.add_option("run", run, "its id, or its folder")->required();
  app.add_option("--by", by, "who stops it")->required();
  app.add_option("--reason", reason, "why")->required();
  app.add_option("--store", store, "where the run is kept")->capture_default_str();
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  return app::halt_run(store, run, by, reason, presenter);
}

}  // namespace proofload::cli
