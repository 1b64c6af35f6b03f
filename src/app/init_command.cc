#include "app/init_command.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/run_command.h"
#include "app/script_driver.h"
#include "app/script_survey.h"
#include "certify/certification.h"
#include "certify/run_folder.h"
#include "observe/prometheus.h"
#include "plan/draft.h"
#include "plan/path_template.h"
#include "plan/values.h"

namespace proofload::app {
namespace {

constexpr int kUsage = 255;
constexpr Duration kHold = std::chrono::minutes(10);

class NoProgress final : public certify::CertifyProgress {
 public:
  void say(std::string_view) override {}
  void second(const std::string&, Duration, const evidence::Second&) override {}
};

Error usage(std::string message, std::string hint) {
  return Error(ErrorKind::kUsage, std::move(message)).with_hint(std::move(hint));
}

std::string origin_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string::npos ? "" : url.substr(0, url.find('/', scheme + 3));
}

// The origin that most requests are for.
std::string main_origin(const std::vector<SeenRequest>& requests) {
  std::map<std::string, int> counts;
  for (const SeenRequest& one : requests) ++counts[origin_of(one.url)];
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? "" : most->first;
}

class Init {
 public:
  Init(const InitRequest& request, Presenter& presenter)
      : request_(request), presenter_(presenter) {}

  Result<void> run() {
    PL_TRY(check_request());
    draft_.name = request_.name;
    draft_.environment = request_.environment;
    draft_.base_url = request_.base_url;
    while (draft_.base_url.ends_with('/')) draft_.base_url.pop_back();
    draft_.env = request_.env;
    draft_.prometheus = request_.prometheus;
    draft_.scrape = request_.scrape;
    draft_.halt_role = request_.halt_role;
    draft_.halt_contact = request_.halt_contact;
    PL_TRY(request_.from.empty() ? from_flags() : from_script());
    if (!draft_.prometheus.empty()) find_components();
    PL_TRY(make_room());
    if (!script_.empty()) PL_TRY(certify::write_file(path("journeys.js"), script_));
    PL_TRY(settle());
    PL_TRY(certify::write_file(path("plan.yaml"), plan::draft_text(draft_)));
    presenter_.print(fmt::format("{} is written{}: proofload plan check {}\n", path("plan.yaml"),
                                 script_.empty() ? "" : ", and journeys.js beside it",
                                 path("plan.yaml")));
    return {};
  }

 private:
  std::string path(const char* name) const { return std::filesystem::path(request_.folder) / name; }

  Result<void> check_request() const {
    if (request_.prometheus.empty() && request_.scrape.empty()) {
      return usage("nothing says where the service's metrics are",
                   "--prometheus URL, or --scrape URL of a /metrics page");
    }
    if (request_.from.empty() && request_.base_url.empty()) {
      return usage("nothing says what is under test",
                   "--base-url URL --endpoint 'GET /PATH', or --from SCRIPT");
    }
    if (!plan::to_duration(request_.p95) || !plan::to_share(request_.error_rate)) {
      return usage("--p95 takes a duration, --error-rate a share", "such as 500ms and 1%");
    }
    return {};
  }

  Result<void> add_endpoint(const std::string& method, const std::string& path) {
    std::string name = plan::endpoint_name(method, path);
    for (const plan::Endpoint& one : draft_.endpoints) {
      if (one.method == method && one.path == path) return {};
      if (one.name == name) name += "_" + std::to_string(draft_.endpoints.size());
    }
    draft_.endpoints.push_back({.name = std::move(name), .method = method, .path = path});
    return {};
  }

  Result<void> from_flags() {
    for (const std::string& text : request_.endpoints) {
      const std::size_t space = text.find(' ');
      const std::string path = space == std::string::npos ? "" : text.substr(space + 1);
      if (!path.starts_with('/')) {
        return usage(fmt::format("--endpoint `{}` is no method and path", text),
                     "such as 'GET /products/{id}'");
      }
      PL_TRY(add_endpoint(text.substr(0, space), path));
    }
    if (draft_.endpoints.empty()) PL_TRY(add_endpoint("GET", "/"));
    draft_.slos = {
        {.id = "latency", .objective = fmt::format("latency: {{p95: {}}}", request_.p95)},
        {.id = "errors", .objective = fmt::format("error_rate: {{max: {}}}", request_.error_rate)}};
    draft_.script = "journeys.js";
    script_ = plan::draft_script(draft_);
    const std::string rate = fmt::format("journeys: {:.6g}/s", request_.per_second);
    draft_.profiles = {
        {.name = "gate", .load = rate, .hold = std::chrono::seconds(60), .more = {}},
        {.name = "steady", .load = rate, .hold = kHold, .more = "ramp: 30s, warm_up: 30s"},
        {.name = "soak", .load = rate, .hold = std::chrono::hours(4), .more = {}},
        {.name = "spike",
         .load = fmt::format("base: {:.6g}/s, peak: {:.6g}/s, unit: journeys", request_.per_second,
                             3 * request_.per_second),
         .hold = std::chrono::seconds(60),
         .more = "rise: 10s, error_rate_max: 5%, recover_within: 60s"}};
    return {};
  }

  SessionRequest session(const std::string& script) const {
    SessionRequest session = request_.base;
    session.script = script;
    if (!request_.env.empty()) {
      session.flags.runtime.env.emplace(request_.env.begin(), request_.env.end());
    }
    return session;
  }

  Result<void> from_script() {
    ScriptSurvey survey = PL_TRY(survey_script(session(request_.from), presenter_));
    if (draft_.base_url.empty()) draft_.base_url = main_origin(survey.requests);
    if (draft_.base_url.empty()) {
      return usage("no request of the script's functions was seen",
                   "a dry iteration has to reach the service: is it up, and does the script need "
                   "--env NAME=VALUE?");
    }
    draft_.journeys = std::move(survey.journeys);
    draft_.profiles = std::move(survey.profiles);
    draft_.slos = std::move(survey.slos);
    draft_.notes = std::move(survey.notes);
    for (plan::DraftProfile& one : draft_.profiles) {
      if (one.load.empty()) one.hold = kHold;
    }
    const bool has_error_rate = std::any_of(
        draft_.slos.begin(), draft_.slos.end(),
        [](const plan::DraftSlo& slo) { return slo.objective.starts_with("error_rate"); });
    if (!has_error_rate) {
      draft_.notes.emplace_back(
          "The script has no threshold of http_req_failed: its limit is ours.");
      draft_.slos.push_back(
          {.id = "errors",
           .objective = fmt::format("error_rate: {{max: {}}}", request_.error_rate)});
    }
    draft_.script = std::filesystem::absolute(std::filesystem::path(request_.base.working_folder) /
                                              request_.from)
                        .lexically_proximate(std::filesystem::absolute(request_.folder));
    return take_requests(survey.requests);
  }

  Result<void> take_requests(const std::vector<SeenRequest>& requests) {
    std::vector<plan::PathCount> paths;
    std::map<std::string, int> others;
    for (const SeenRequest& one : requests) {
      const std::string origin = origin_of(one.url);
      if (!one.url.starts_with(draft_.base_url)) {
        ++others[origin];
        continue;
      }
      const std::string path = one.url.substr(draft_.base_url.size());
      paths.push_back({.method = one.method, .path = path.empty() ? "/" : path, .count = 1});
    }
    for (const plan::PathCount& one : plan::as_endpoints(std::move(paths))) {
      PL_TRY(add_endpoint(one.method, one.path));
    }
    for (const auto& [origin, count] : others) {
      draft_.notes.push_back(fmt::format(
          "The script also calls {}: add it to allow_targets if it may be loaded.", origin));
    }
    if (!draft_.endpoints.empty()) return {};
    return usage(fmt::format("no request of the script is for {}", draft_.base_url),
                 "leave --base-url out, or correct it");
  }

  // Jobs that Prometheus scrapes; not knowing them hinders nothing.
  void find_components() {
    observe::HttpRequest server{.url = draft_.prometheus};
    server.timeout = std::chrono::seconds(5);
    observe::Prometheus prometheus(server);
    const auto jobs = prometheus.query("count by (job) (up)");
    if (!jobs) {
      draft_.notes.push_back("Prometheus did not answer: name the components yourself.");
      return;
    }
    for (const evidence::Series& one : *jobs) {
      const std::string job(evidence::label_value(one.labels, "job"));
      if (job.empty()) continue;
      plan::Component component;
      component.name = job;
      component.match = fmt::format("job=\"{}\"", job);
      draft_.components.push_back(std::move(component));
    }
  }

  Result<void> make_room() const {
    std::error_code error;
    std::filesystem::create_directories(request_.folder, error);
    for (const char* name : {"plan.yaml", "journeys.js"}) {
      const bool is_written = !script_.empty() || std::string_view(name) == "plan.yaml";
      if (!is_written || request_.overwrites || !std::filesystem::exists(path(name))) continue;
      return usage(path(name) + " is there already", "--force writes over it");
    }
    return {};
  }

  // Reads the draft as `plan check` will, and makes its profiles long enough. When the
  // journeys cannot be run they are left as they are, as the check does.
  Result<void> settle() {
    constexpr int kRounds = 5;
    std::optional<plan::JourneyShapes> shapes;
    for (int round = 0; round < kRounds; ++round) {
      plan::Diagnostics diagnostics;
      const std::string text = plan::draft_text(draft_);
      const plan::Plan plan = plan::read_plan(
          text, request_.folder,
          {request_.base.environment.begin(), request_.base.environment.end()}, diagnostics);
      if (diagnostics.has_errors()) {
        return usage(
            "a plan of this would have mistakes:\n" + diagnostics.render("plan.yaml", text),
            "give other flags");
      }
      if (!shapes) {
        ScriptDriver driver(request_.base);
        NoProgress progress;
        auto measured =
            certify::Certification(plan, {}, driver, progress, nullptr).measure_journeys();
        if (!measured) {
          draft_.notes.push_back("Whether the profiles can decide the SLOs is not known: " +
                                 measured.error().message());
          return {};
        }
        shapes = *std::move(measured);
      }
      if (!plan::make_decidable(draft_, plan, *shapes)) return {};
    }
    return {};
  }

  const InitRequest& request_;
  Presenter& presenter_;
  plan::Draft draft_;
  std::string script_;
};

}  // namespace

int init_plan(const InitRequest& request, Presenter& presenter) {
  const auto done = Init(request, presenter).run();
  if (done) return 0;
  log_error(done.error());
  return kUsage;
}

}  // namespace proofload::app
