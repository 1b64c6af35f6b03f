#include "app/runs_transfer.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/checklist.h"
#include "analysis/verdict.h"
#include "app/k6_samples.h"
#include "app/report_files.h"
#include "app/run_archive.h"
#include "app/run_command.h"
#include "app/stored_run.h"
#include "certify/run_folder.h"
#include "report/people_format.h"
#include "report/plain_text.h"

namespace proofload::app {
namespace {

constexpr int kUsage = 255;

int exit_code_after(const Result<void>& done) {
  if (done) return 0;
  log_error(done.error());
  return kUsage;
}

Result<void> do_export(const std::string& store, const std::string& name, std::string output,
                       Presenter& presenter) {
  const StoredRun run = PL_TRY(find_run(store, name));
  if (run.is_under_way) {
    return Error(ErrorKind::kUsage, fmt::format("{} is under way", run.id))
        .with_hint("wait for its end");
  }
  if (output.empty()) output = run.id + ".tar.gz";
  PL_TRY(write_run_archive(run.folder, run.id, output));
  presenter.print(fmt::format("{} is in {}\n", run.id, output));
  return {};
}

Result<std::string> import_samples(const std::string& store, const std::string& file,
                                   const std::string& name) {
  std::ifstream lines(file, std::ios::binary);
  if (!lines) return Error(ErrorKind::kUsage, fmt::format("cannot read {}", file));
  K6Samples samples;
  PL_TRY(samples.read(lines).map_error([&](Error error) { return std::move(error).within(file); }));
  evidence::Result result = samples.result();
  auto folder = PL_TRY(certify::RunFolder::create(store, name, result.started));
  result.run = folder.id();
  result.plan = name;
  result.command = fmt::format("proofload runs import {}", file);
  result.verdict = analysis::decide_verdict(result);
  result.checklist = analysis::production_checklist(result);
  PL_TRY(write_reports(folder, result));
  return folder.id();
}

Result<void> do_import(const std::string& store, const std::string& file, const std::string& name,
                       Presenter& presenter) {
  const std::string plan = name.empty() ? std::filesystem::path(file).stem().stem().string() : name;
  const std::string id = is_run_archive(file) ? PL_TRY(read_run_archive(file, store + "/runs"))
                                              : PL_TRY(import_samples(store, file, plan));
  presenter.print(
      fmt::format("{} is imported; proofload report {} --format html renders it\n", id, id));
  return {};
}

// --- trend --------------------------------------------------------------------------------------

struct Row {
  std::string id;
  std::string unit;
  double limit = 0;
  std::vector<std::pair<std::string, double>> values;  // by run, oldest first
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// How the last value stands to the earlier ones: nothing is claimed of two runs.
std::string comparison(const Row& row) {
  constexpr std::size_t kEarlierMin = 3;
  std::vector<double> earlier;
  for (std::size_t i = 0; i + 1 < row.values.size(); ++i) earlier.push_back(row.values[i].second);
  if (earlier.size() < kEarlierMin) return "too few runs to compare";
  const auto [least, most] = std::minmax_element(earlier.begin(), earlier.end());
  const double last = row.values.back().second;
  const double usual = median(earlier);
  std::string text = fmt::format("median of the earlier {}: {}", earlier.size(),
                                 report::format_value(usual, row.unit));
  if (usual != 0 && std::isfinite(last))
    text += fmt::format(", now {:+.1f} %", 100 * (last - usual) / usual);
  if (last < *least || last > *most) text += ", OUTSIDE the range of the earlier ones";
  return text;
}

std::string trend_text(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    text += fmt::format("\n{} (limit {})\n", report::clean_text(row.id, report::kNameMax),
                        report::format_value(row.limit, row.unit));
    for (const auto& [run, value] : row.values) {
      text += fmt::format("  {:<44} {:>12}\n", report::clean_text(run, report::kNameMax),
                          report::format_value(value, row.unit));
    }
    text += "  " + comparison(row) + "\n";
  }
  return text;
}

Result<void> do_trend(const std::string& store, std::string plan, Presenter& presenter) {
  std::vector<evidence::Result> results;
  for (const StoredRun& run : runs_in(store)) {
    if (!run.has_result()) continue;
    auto stored = read_result(run);
    if (stored) results.push_back(std::move(stored->result));  // a damaged one is `list`'s to tell
  }
  if (plan.empty() && !results.empty()) plan = results.back().plan;
  std::erase_if(results, [&](const evidence::Result& one) { return one.plan != plan; });
  if (results.empty()) {
    return Error(ErrorKind::kUsage,
                 fmt::format("there is no finished run of `{}` in {}", plan, store))
        .with_hint("`proofload runs list` names the plans; --store FOLDER looks elsewhere");
  }
  std::string text =
      fmt::format("{}: {} runs\n", report::clean_text(plan, report::kNameMax), results.size());
  std::vector<Row> rows;
  for (const evidence::Result& result : results) {
    text += fmt::format("  {:<44} {}\n", report::clean_text(result.run, report::kNameMax),
                        result.is_partial
                            ? fmt::format("partial, SLOs {}", to_string(result.verdict.slos))
                            : std::string(to_string(result.verdict.readiness)));
    for (const evidence::ProfileResult& profile : result.profiles) {
      for (const evidence::SloResult& slo : profile.slos) {
        // An invalid profile measured something else.
        if (!slo.value || slo.state == evidence::SloState::kInvalid) continue;
        const std::string id = fmt::format("{} in {}", slo.id, profile.name);
        auto row =
            std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.id == id; });
        if (row == rows.end()) row = rows.insert(rows.end(), Row{.id = id, .unit = slo.unit});
        row->limit = slo.limit;
        row->values.emplace_back(result.run, *slo.value);
      }
    }
  }
  presenter.print(text + trend_text(rows));
  return {};
}

}  // namespace

int export_run(const std::string& store, const std::string& run, const std::string& output,
               Presenter& presenter) {
  return exit_code_after(do_export(store, run, output, presenter));
}

int import_run(const std::string& store, const std::string& file, const std::string& name,
               Presenter& presenter) {
  return exit_code_after(do_import(store, file, name, presenter));
}

int show_trend(const std::string& store, const std::string& plan, Presenter& presenter) {
  return exit_code_after(do_trend(store, plan, presenter));
}

}  // namespace proofload::app
