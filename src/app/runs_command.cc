#include "app/runs_command.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "app/result_text.h"
#include "app/run_command.h"
#include "app/stored_run.h"
#include "certify/decisions.h"
#include "certify/run_folder.h"
#include "report/people_format.h"
#include "report/plain_text.h"
#include "report/report_html.h"
#include "report/report_junit.h"
#include "report/report_markdown.h"
#include "report/result_json.h"
#include "report/slack_message.h"
#include "report/timestamp.h"
#include "store/run_reader.h"

namespace proofload::app {
namespace {

using evidence::Readiness;

constexpr int kUsage = 255;

int exit_code_after(const Result<void>& done) {
  if (done) return 0;
  log_error(done.error());
  return kUsage;
}

// --- report -------------------------------------------------------------------------------------

struct Rendered {
  std::string text;
  std::vector<report::Figure> figures;  // files beside the text
};

Rendered render(const evidence::Result& result, std::string_view format) {
  if (format == "html") return {report::report_html(result), {}};
  if (format == "json") return {report::to_json(result), {}};
  if (format == "junit") return {report::report_junit(result), {}};
  if (format == "slack") return {report::slack_message(result, "") + "\n", {}};
  report::MarkdownReport markdown = report::report_markdown(result);
  return {std::move(markdown.text), std::move(markdown.figures)};
}

Result<void> write_report(const Rendered& rendered, const std::filesystem::path& output) {
  const auto write = [](const std::filesystem::path& path, const std::string& text) {
    return certify::write_file(path, text).map_error([](Error error) {
      return std::move(error).with_hint("--output names a file in a folder that is there");
    });
  };
  for (const report::Figure& figure : rendered.figures) {
    PL_TRY(Result<void>(write(output.parent_path() / figure.file, figure.svg)));
  }
  return write(output, rendered.text);
}

Result<void> report_on(const ReportRequest& request, Presenter& presenter) {
  const StoredRun run = PL_TRY(find_run(request.store, request.run));
  const StoredResult stored = PL_TRY(read_decided_result(run, wall_now()));
  const Rendered rendered = render(stored.result, request.format);
  if (!request.output.empty()) return write_report(rendered, request.output);
  presenter.print(rendered.text);
  return {};
}

// --- runs ---------------------------------------------------------------------------------------

struct Row {
  std::string id;
  std::string verdict;
  std::string plan;
  WallTime started{};
  std::string took = "-";
};

Row row_of(const StoredRun& run) {
  Row row{.id = run.id, .verdict = "unfinished", .plan = run.plan, .started = run.started};
  if (run.is_under_way) row.verdict = "under way";
  if (!run.has_result()) return row;
  const auto stored = read_result(run);
  if (!stored) {
    row.verdict = "damaged";
    return row;
  }
  const evidence::Result& result = stored->result;
  row.verdict = result.is_partial ? fmt::format("partial, SLOs {}", to_string(result.verdict.slos))
                                  : std::string(to_string(result.verdict.readiness));
  row.plan = result.plan;
  row.started = result.started;
  row.took = report::format_clock(result.ended - result.started);
  return row;
}

// One line, whatever is in it.
std::string cell(const std::string& text) {
  return text.empty() ? "-" : report::clean_text(text, report::kNameMax);
}

std::string list_text(const std::vector<StoredRun>& runs) {
  std::vector<Row> rows;
  std::size_t id_width = 0;
  std::size_t plan_width = 0;
  for (const StoredRun& run : runs) {
    Row& row = rows.emplace_back(row_of(run));
    row.id = cell(row.id);
    row.plan = cell(row.plan);
    id_width = std::max(id_width, row.id.size());
    plan_width = std::max(plan_width, row.plan.size());
  }
  std::string text;
  for (const Row& row : rows) {
    text += fmt::format("{:<{}}  {:<24}  {:<{}}  {:<23}  {:>8}\n", row.id, id_width, row.verdict,
                        row.plan, plan_width, report::format_time(row.started), row.took);
  }
  return text;
}

// What the store has of the profiles, in the order they were sent.
Result<std::string> kept_text(const std::string& folder) {
  if (!std::filesystem::exists(folder + "/run.sqlite")) return std::string();
  auto store = PL_TRY(store::RunReader::open(folder));
  const std::vector<evidence::Event> events = PL_TRY(store.events());
  std::vector<std::string> profiles;
  std::string text;
  for (const evidence::Event& event : events) {
    text += fmt::format("  {}  {}: {}\n", report::format_time(event.at), cell(event.profile),
                        cell(event.text));
    if (std::find(profiles.begin(), profiles.end(), event.profile) == profiles.end()) {
      profiles.push_back(event.profile);
    }
  }
  for (const std::string& profile : profiles) {
    const std::vector<evidence::Second> seconds = PL_TRY(store.seconds(profile));
    std::uint64_t requests = 0;
    std::uint64_t failed = 0;
    for (const evidence::Second& second : seconds) {
      requests += second.requests;
      failed += second.failed;
    }
    text += fmt::format("{}: {} s are kept, with {} requests, {} failed\n", cell(profile),
                        seconds.size(), report::with_thousands(requests),
                        report::with_thousands(failed));
  }
  return text;
}

std::string unfinished_text(const StoredRun& run) {
  if (run.is_under_way) {
    return fmt::format("under way; `proofload halt {} --by NAME --reason WHY` stops it\n",
                       run.folder);
  }
  return "unfinished: it was killed or crashed before its end, and nothing was judged; certify "
         "again\n";
}

std::string decisions_text(const std::vector<evidence::Decision>& decisions) {
  std::string text;
  for (const evidence::Decision& one : decisions) {
    text += fmt::format("{} said {} at {} as {}", cell(one.name), cell(one.decision), cell(one.at),
                        cell(one.role));
    if (!one.accepted_risk.empty()) {
      text += fmt::format(", accepting until {}: {}", cell(one.expires), cell(one.accepted_risk));
    }
    text += "\n";
  }
  return text;
}

Result<void> show(const std::string& store, const std::string& name, Presenter& presenter) {
  const StoredRun run = PL_TRY(find_run(store, name));
  std::string text = fmt::format("Run {}\n", cell(run.id));
  if (!run.has_result()) {
    presenter.print(text + unfinished_text(run));
    presenter.print(PL_TRY(kept_text(run.folder)));
    return {};
  }
  const auto [result, hash] = PL_TRY(read_decided_result(run, wall_now()));
  text += fmt::format("{} of {} in {}, {}, took {}, result {}\n", cell(result.plan),
                      cell(result.service), cell(result.environment),
                      report::format_time(result.started),
                      report::format_clock(result.ended - result.started), hash.substr(0, 12));
  presenter.print(text + result_text(result) + decisions_text(result.decisions));
  return {};
}

Result<void> remove(const std::string& store, const std::vector<std::string>& ids,
                    Presenter& presenter) {
  const std::vector<StoredRun> runs = runs_in(store);
  std::vector<StoredRun> chosen;
  for (const std::string& id : ids) {
    const auto found =
        std::find_if(runs.begin(), runs.end(), [&](const StoredRun& run) { return run.id == id; });
    if (found == runs.end()) {
      return Error(ErrorKind::kUsage, fmt::format("there is no run `{}` in {}", id, store))
          .with_hint(
              "rm takes whole ids, as `proofload runs list` shows them; nothing was removed");
    }
    if (found->is_under_way) {
      return Error(ErrorKind::kUsage, fmt::format("{} is under way", id))
          .with_hint("stop it first with `proofload halt`; nothing was removed");
    }
    chosen.push_back(*found);
  }
  for (const StoredRun& run : chosen) {
    std::error_code error;
    std::filesystem::remove_all(run.folder, error);
    if (error) {
      return Error(ErrorKind::kUsage,
                   fmt::format("cannot remove {}: {}", run.folder, error.message()))
          .with_hint("check whose folder it is");
    }
    presenter.print(fmt::format("{} is removed\n", run.id));
  }
  return {};
}

// --- decide -------------------------------------------------------------------------------------

Result<void> check_decision(const DecideRequest& request, const evidence::Verdict& verdict) {
  const auto refuse = [](std::string what, std::string hint) {
    return Error(ErrorKind::kUsage, std::move(what)).with_hint(std::move(hint));
  };
  if (request.role.empty() || request.name.empty()) {
    return refuse("--role and --by are empty", "a decision is a person's: say whose");
  }
  if (request.accepted_risk.empty() != request.expires.empty()) {
    return refuse("--accept-risk and --expires belong together",
                  "say which risk is taken, and until which day");
  }
  if (!request.expires.empty()) {
    const auto end = end_of_day(request.expires);
    if (!end) return Error(end.error()).within("--expires");
    if (*end <= wall_now()) {
      return refuse(fmt::format("--expires: {} is over", request.expires), "name a day to come");
    }
  }
  const bool is_against =
      verdict.readiness == Readiness::kNotReady || verdict.readiness == Readiness::kInvalid;
  if (request.decision != "no-go" && is_against && request.accepted_risk.empty()) {
    return refuse(fmt::format("the run is {}: --{} needs --accept-risk and --expires",
                              to_string(verdict.readiness), request.decision),
                  "say which risk is taken and until which day, or decide --no-go");
  }
  return {};
}

Result<void> decide(const DecideRequest& request, Presenter& presenter) {
  const StoredRun run = PL_TRY(find_run(request.store, request.run));
  const StoredResult stored = PL_TRY(read_result(run));
  PL_TRY(check_decision(request, stored.result.verdict));
  const WallTime now = std::chrono::floor<std::chrono::seconds>(wall_now());
  PL_TRY(certify::add_decision(run.folder, {.role = request.role,
                                            .name = request.name,
                                            .decision = request.decision,
                                            .at = report::rfc3339(now),
                                            .result_hash = stored.hash,
                                            .accepted_risk = request.accepted_risk,
                                            .expires = request.expires}));
  presenter.print(fmt::format("{} says {} to {} as {} (bound to result {})\n", cell(request.name),
                              request.decision, cell(run.id), cell(request.role),
                              stored.hash.substr(0, 12)));
  return {};
}

}  // namespace

int report_run(const ReportRequest& request, Presenter& presenter) {
  return exit_code_after(report_on(request, presenter));
}

int list_runs(const std::string& store, Presenter& presenter) {
  presenter.print(list_text(runs_in(store)));
  return 0;
}

int show_run(const std::string& store, const std::string& run, Presenter& presenter) {
  return exit_code_after(show(store, run, presenter));
}

int remove_runs(const std::string& store, const std::vector<std::string>& ids,
                Presenter& presenter) {
  return exit_code_after(remove(store, ids, presenter));
}

int decide_run(const DecideRequest& request, Presenter& presenter) {
  return exit_code_after(decide(request, presenter));
}

}  // namespace proofload::app
