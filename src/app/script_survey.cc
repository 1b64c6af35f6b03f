#include "app/script_survey.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/run_command.h"
#include "base/duration.h"
#include "base/json.h"
#include "certify/scratch_folder.h"
#include "metrics/threshold.h"

namespace proofload::app {
namespace {

using metrics::Aggregation;
using metrics::ThresholdOperator;

// Shows nothing of a dry iteration but its errors, which are logged.
class SilentPresenter final : public Presenter {
 public:
  explicit SilentPresenter(Presenter& outer) : outer_(outer) {}
  report::Terminals terminals() const override { return outer_.terminals(); }
  bool has_color() const override { return false; }
  void print(std::string_view) override {}
  void print_banner(std::string_view) override {}
  void print_error(std::string_view text) override { outer_.print_error(text); }
  Duration progress_period() const override { return std::chrono::seconds(1); }
  void progress(const run::RunSnapshot&) override {}
  void final_progress(const run::RunSnapshot&) override {}

 private:
  Presenter& outer_;
};

std::string member_text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The requests among the samples of a run.
void read_samples(const std::string& path, std::vector<SeenRequest>& requests) {
  std::ifstream lines(path);
  std::string line;
  while (std::getline(lines, line)) {
    const Json sample = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!sample.is_object() || member_text(sample, "type") != "Point") continue;
    if (member_text(sample, "metric") != "http_reqs" || !sample.contains("data")) continue;
    const Json tags = sample["data"].value("tags", Json::object());
    std::string url = member_text(tags, "url");
    url = url.substr(0, url.find_first_of("?#"));
    if (!url.empty()) requests.push_back({member_text(tags, "method"), std::move(url)});
  }
}

Result<void> run_once(const SessionRequest& base, const std::string& exec,
                      std::vector<SeenRequest>& requests, Presenter& presenter) {
  const certify::ScratchFolder folder = PL_TRY(certify::ScratchFolder::create());
  const std::string samples = folder.file("samples.json");
  load::Scenario scenario;
  scenario.name = exec;
  scenario.exec = exec;
  scenario.executor = load::SharedIterationsConfig{
      .vus = 1, .iterations = 1, .max_duration = std::chrono::minutes(1)};
  SessionRequest request = base;
  request.planned = PlannedLoad{.scenarios = {scenario},
                                .script_scenario = {},
                                .endpoints = {},
                                .allow_targets = {},
                                .version_header = {}};
  request.flags.runtime.out = {"json=" + samples};
  request.flags.runtime.no_thresholds = true;
  request.flags.runtime.summary_mode = "disabled";
  const auto session = PL_TRY(TestSession::create(std::move(request)));
  SilentPresenter silent(presenter);
  const RunResult ran = run_test(*session, silent);
  if (ran.error) return Error(*ran.error);
  read_samples(samples, requests);
  return {};
}

std::string number(double value) {
  return fmt::format("{:.6g}", value);
}

// Sub-metrics by anything but `scenario` and `expected_response` are no SLO of a plan.
bool read_selector(const std::string& metric, plan::DraftSlo& slo) {
  const std::size_t brace = metric.find('{');
  if (brace == std::string::npos) return true;
  const std::string inside = metric.substr(brace + 1, metric.size() - brace - 2);
  if (inside == "expected_response:true") return true;
  constexpr std::string_view kScenario = "scenario:";
  if (!inside.starts_with(kScenario) || inside.find(',') != std::string::npos) return false;
  slo.profiles.push_back(inside.substr(kScenario.size()));
  slo.id += "-" + slo.profiles.front();
  return true;
}

std::string scenario_word(const load::Scenario& scenario) {
  return fmt::format("scenario: {}", scenario.name);
}

// Iterations a second, for the journeys' weights; a closed loop's VUs stand for as many.
double weight_of(const load::Scenario& scenario) {
  if (const auto* rate = std::get_if<load::ConstantArrivalRateConfig>(&scenario.executor)) {
    return load::per_second(rate->rate.value_or(1), rate->time_unit);
  }
  if (const auto* ramp = std::get_if<load::RampingArrivalRateConfig>(&scenario.executor)) {
    const auto most = load::stages_max(ramp->start_rate.value_or(0), ramp->stages);
    return load::per_second(most, ramp->time_unit);
  }
  if (const auto* vus = std::get_if<load::ConstantVusConfig>(&scenario.executor)) {
    return static_cast<double>(vus->vus.value_or(1));
  }
  return 1;
}

void take_scenarios(const std::vector<load::Scenario>& scenarios, ScriptSurvey& survey) {
  for (const load::Scenario& one : scenarios) {
    survey.profiles.push_back(profile_of_scenario(one));
    const std::string exec(one.exec_or_default());
    const auto known = std::find_if(survey.journeys.begin(), survey.journeys.end(),
                                    [&](const plan::Journey& each) { return each.exec == exec; });
    if (known == survey.journeys.end()) {
      survey.journeys.push_back({.name = exec, .exec = exec, .weight = weight_of(one)});
    } else {
      known->weight += weight_of(one);
    }
  }
}

bool has_profile(const ScriptSurvey& survey, const std::string& name) {
  return std::any_of(survey.profiles.begin(), survey.profiles.end(),
                     [&](const plan::DraftProfile& profile) { return profile.name == name; });
}

void take_threshold(const std::string& metric, const std::string& expression,
                    ScriptSurvey& survey) {
  auto slo = slo_of_threshold(metric, expression);
  // A sub-metric of a scenario that is not there.
  if (slo && !slo->profiles.empty() && !has_profile(survey, slo->profiles.front())) slo.reset();
  if (!slo) {
    survey.notes.push_back(
        fmt::format("Not taken, since no SLO of a plan says it: {}: {}", metric, expression));
    return;
  }
  const auto namesakes =
      std::count_if(survey.slos.begin(), survey.slos.end(), [&](const plan::DraftSlo& one) {
        return one.id == slo->id || one.id.starts_with(slo->id + "-again-");
      });
  if (namesakes > 0) slo->id += fmt::format("-again-{}", namesakes);
  survey.slos.push_back(*std::move(slo));
}

}  // namespace

std::optional<plan::DraftSlo> slo_of_threshold(const std::string& metric,
                                               const std::string& expression) {
  const auto parsed = metrics::parse_threshold(expression);
  if (!parsed) return std::nullopt;
  const std::string name = metric.substr(0, metric.find('{'));
  const bool is_upper = parsed->comparison == ThresholdOperator::kLess ||
                        parsed->comparison == ThresholdOperator::kLessOrEqual;
  const Aggregation& of = parsed->aggregation;
  plan::DraftSlo slo;
  if (name == "http_req_duration" && is_upper &&
      (of.kind == Aggregation::Kind::kPercentile || of.kind == Aggregation::Kind::kMed)) {
    const double percentile = of.kind == Aggregation::Kind::kMed ? 50 : of.percentile;
    if (percentile <= 0 || percentile >= 100 || parsed->limit <= 0) return std::nullopt;
    slo.id = "latency-p" + number(percentile);
    slo.objective =
        fmt::format("latency: {{p{}: {}ms}}", number(percentile), number(parsed->limit));
  } else if (name == "http_req_failed" && is_upper && of.kind == Aggregation::Kind::kRate) {
    if (parsed->limit <= 0 || parsed->limit > 1) return std::nullopt;
    slo.id = "errors";
    slo.objective = fmt::format("error_rate: {{max: {}%}}", number(parsed->limit * 100));
  } else if (name == "http_reqs" && !is_upper && of.kind == Aggregation::Kind::kRate &&
             parsed->limit > 0) {
    slo.id = "throughput";
    slo.objective = fmt::format("throughput: {{sustains: {}/s}}", number(parsed->limit));
  } else {
    return std::nullopt;
  }
  std::replace(slo.id.begin(), slo.id.end(), '.', '_');
  if (!read_selector(metric, slo)) return std::nullopt;
  return slo;
}

plan::DraftProfile profile_of_scenario(const load::Scenario& scenario) {
  plan::DraftProfile profile{.name = scenario.name, .load = {}, .hold = {}, .more = {}};
  if (const auto* rate = std::get_if<load::ConstantArrivalRateConfig>(&scenario.executor)) {
    const double each = load::per_second(rate->rate.value_or(1), rate->time_unit);
    profile.load = fmt::format("journeys: {}/s", number(each));
    profile.hold = rate->duration;
    if (rate->max_vus) profile.more = fmt::format("max_vus: {}", *rate->max_vus);
  } else if (const auto* vus = std::get_if<load::ConstantVusConfig>(&scenario.executor)) {
    profile.load = fmt::format("vus: {}", vus->vus.value_or(1));
    profile.hold = vus->duration;
  } else {
    profile.load = scenario_word(scenario);
  }
  return profile;
}

Result<ScriptSurvey> survey_script(const SessionRequest& base, Presenter& presenter) {
  ScriptSurvey survey;
  {
    const auto session = PL_TRY(TestSession::create(base));
    Result<void> loaded;
    session->run_on_fiber([&] { loaded = session->load(); });
    PL_TRY(std::move(loaded));
    take_scenarios(session->scenarios(), survey);
    const auto thresholds = session->options().thresholds.value_or(metrics::ThresholdConfigs());
    for (const auto& [metric, configs] : thresholds) {
      for (const auto& config : configs) take_threshold(metric, config.expression, survey);
    }
  }
  for (const plan::Journey& journey : survey.journeys) {
    PL_TRY(run_once(base, journey.exec, survey.requests, presenter));
  }
  return survey;
}

}  // namespace proofload::app
