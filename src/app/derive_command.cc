#include "app/derive_command.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/run_command.h"
#include "app/script_driver.h"
#include "app/secret.h"
#include "base/log.h"
#include "certify/certification.h"
#include "certify/derive.h"
#include "certify/run_folder.h"
#include "observe/datadog.h"
#include "observe/grafana.h"
#include "observe/prometheus.h"
#include "plan/edit.h"
#include "plan/values.h"

namespace proofload::app {
namespace {

using certify::DerivedLoad;

constexpr int kUsage = 255;
constexpr int kPlanRefused = 104;
constexpr Duration kStep = std::chrono::minutes(1);

class NoProgress final : public certify::CertifyProgress {
 public:
  void say(std::string_view) override {}
  void second(const std::string&, Duration, const evidence::Second&) override {}
};

// The plan alone: its script may not be there yet.
struct PlanFile {
  plan::Plan plan;
  std::string text;
};

std::optional<PlanFile> read_file_of_plan(const PlanRequest& request, Presenter& presenter) {
  auto text = certify::read_file(request.path);
  if (!text) {
    log_error(text.error());
    return std::nullopt;
  }
  PlanFile file{.plan = {}, .text = *std::move(text)};
  plan::Diagnostics diagnostics;
  const std::string folder = std::filesystem::path(request.path).parent_path();
  file.plan = plan::read_plan(file.text, folder.empty() ? "." : folder,
                              {request.base.environment.begin(), request.base.environment.end()},
                              diagnostics);
  if (!diagnostics.has_errors()) return file;
  presenter.print_error(diagnostics.render(request.path, file.text));
  return std::nullopt;
}

// As it is written in the plan: with its ${NAME}s.
std::string written_at(const plan::YamlNode& tree, std::initializer_list<std::string_view> way) {
  const plan::YamlNode* node = &tree;
  for (const std::string_view key : way) {
    node = node->find(key);
    if (node == nullptr) return {};
  }
  return node->written;
}

// Passwords in an address are nobody's to read in a plan.
std::string without_user(std::string address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string::npos) return address;
  const std::size_t host = scheme + 3;
  const std::size_t at = address.substr(0, address.find_first_of("/?#", host)).rfind('@');
  if (at != std::string::npos && at > host) address.erase(host, at + 1 - host);
  return address;
}

class Derivation {
 public:
  Derivation(DeriveRequest request, Presenter& presenter)
      : request_(std::move(request)), presenter_(presenter) {}

  int run() {
    if (!request_.plan.path.empty()) {
      file_ = read_file_of_plan(request_.plan, presenter_);
      if (!file_) return kPlanRefused;
      take_from_plan();
    }
    if (request_.percentile == 0) request_.percentile = 95;
    const auto load = derive();
    if (!load) {
      log_error(load.error());
      return kUsage;
    }
    print(*load);
    return request_.writes ? write(*load) : 0;
  }

 private:
  void take_from_plan() {
    const auto& grounding = file_->plan.load.grounded_in;
    if (grounding) {
      if (request_.source.empty() && !grounding->source.empty()) {
        request_.source = grounding->source;
        request_.address = written_at(file_->plan.tree, {"load", "grounded_in", grounding->source});
      }
      if (request_.query.empty()) request_.query = grounding->query;
      if (request_.over.empty()) request_.over = grounding->over;
      if (request_.percentile == 0) request_.percentile = grounding->percentile;
    }
    if (request_.source.empty() && !file_->plan.observe.prometheus.empty()) {
      request_.source = "prometheus";
      request_.address = written_at(file_->plan.tree, {"observe", "prometheus", "url"});
    }
  }

  Result<std::string> secret(const std::string& text) const {
    const auto& environment = request_.plan.base.environment;
    return resolve_secret(text, {environment.begin(), environment.end()});
  }

  Result<DerivedLoad> derive() {
    if (request_.source.empty()) {
      return Error(ErrorKind::kUsage, "nothing says where the rates come from")
          .with_hint(
              "--access-log FILE, --prometheus URL --query PROMQL, --grafana PANEL, "
              "--datadog URL --query QUERY, or a plan with `load.grounded_in`");
    }
    const std::string address = PL_TRY(secret(request_.address));
    if (request_.source == "access_log") return from_access_log(address);
    if (request_.source == "grafana") PL_TRY(open_panel(address));
    if (request_.over.empty() || !plan::to_duration(request_.over)) request_.over = "7d";
    if (request_.query.empty()) {
      return Error(ErrorKind::kUsage, "no query of the requests a second is given")
          .with_hint("--query 'sum by (method, route) (rate(http_requests_total[5m]))'");
    }
    const WallTime now = wall_now();
    const WallTime from = now - *plan::to_duration(request_.over);
    if (request_.source == "datadog") {
      const auto keys = PL_TRY(datadog_keys());
      return certify::derive_from_series(
          PL_TRY(observe::query_datadog(address, keys, request_.query, from, now)),
          request_.percentile);
    }
    observe::HttpRequest server = PL_TRY(access());
    server.url = panel_ ? panel_->prometheus : address;
    observe::Prometheus prometheus(server);
    return certify::derive_from_series(
        PL_TRY(prometheus.query_range(request_.query, from, now, kStep)), request_.percentile);
  }

  Result<DerivedLoad> from_access_log(const std::string& path) {
    certify::RequestRates rates;
    const auto lines = PL_TRY(observe::read_access_log(
        path, [&](const observe::AccessLogEntry& entry) { rates.add(entry); }));
    if (lines.skipped > 0) {
      log(LogLevel::kWarning, fmt::format("{} of {} lines are no requests of a known format",
                                          lines.skipped, lines.skipped + lines.read));
    }
    DerivedLoad load = PL_TRY(rates.derive(request_.percentile));
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(load.to - load.from);
    request_.over = fmt::format("{}m", minutes.count());
    request_.query.clear();
    return load;
  }

  Result<observe::HttpRequest> access() const {
    observe::HttpRequest access;
    access.timeout = std::chrono::seconds(30);
    if (!request_.token.empty()) access.credentials.bearer = PL_TRY(secret(request_.token));
    return access;
  }

  Result<void> open_panel(const std::string& address) {
    const auto asked = PL_TRY(access());
    panel_ = PL_TRY(observe::read_grafana_panel(address, asked, "1m",
                                                request_.over.empty() ? "7d" : request_.over));
    if (request_.over.empty()) request_.over = panel_->over;
    request_.query = panel_->expression;
    if (!panel_->others.empty()) {
      log(LogLevel::kWarning,
          fmt::format("the panel `{}` has further queries ({}), which are not looked at",
                      panel_->title, fmt::join(panel_->others, ", ")));
    }
    return {};
  }

  Result<observe::DatadogKeys> datadog_keys() const {
    const auto api = secret("${DD_API_KEY}");
    const auto application = secret("${DD_APP_KEY}");
    if (!api) return api.error();
    if (!application) return application.error();
    return observe::DatadogKeys{.api = *api, .application = *application};
  }

  // A flow mapping: YAML's double-quoted text is JSON's.
  std::string grounding(const DerivedLoad& load) const {
    const auto quoted = [](const std::string& text) {
      return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    };
    const std::time_t now = std::chrono::system_clock::to_time_t(wall_now());
    std::string text =
        fmt::format("{{{}: {}", request_.source, quoted(without_user(request_.address)));
    if (!request_.query.empty()) text += ", query: " + quoted(request_.query);
    return text + fmt::format(
                      ", percentile: {:.6g}, over: {}, value: {:.6g}, unit: requests/s, "
                      "date: {:%Y-%m-%d}}}",
                      load.percentile, request_.over, load.per_second, fmt::gmtime(now));
  }

  void print(const DerivedLoad& load) {
    const auto day = [](WallTime at) {
      return fmt::gmtime(std::chrono::system_clock::to_time_t(at));
    };
    presenter_.print(fmt::format(
        "# p{:.6g} of {} intervals from {:%Y-%m-%d %H:%M} to {:%Y-%m-%d %H:%M} UTC; median "
        "{:.6g}, highest {:.6g} requests/s\n",
        load.percentile, load.intervals, day(load.from), day(load.to), load.median, load.highest));
    presenter_.print(fmt::format(
        "load:\n  grounded_in: {}\n{}  profiles:\n    steady: {{requests: {:.6g}/s, hold: 10m}}\n",
        grounding(load), weights_text(load), load.per_second));
    presenter_.print(endpoints_text(load));
  }

  std::string endpoints_text(const DerivedLoad& load) const {
    constexpr std::size_t kEndpointsMax = 50;
    double all = 0;
    for (const auto& one : load.endpoints) all += static_cast<double>(one.count);
    if (all == 0) return "";
    std::string text = "service:\n  endpoints:\n";
    for (std::size_t i = 0; i < std::min(load.endpoints.size(), kEndpointsMax); ++i) {
      const plan::PathCount& one = load.endpoints[i];
      text += fmt::format(
          "    {}: {}   # {:.2f} %\n", plan::endpoint_name(one.method, one.path),
          Json(one.method + " " + one.path).dump(-1, ' ', false, Json::error_handler_t::replace),
          static_cast<double>(one.count) / all * 100);
    }
    if (load.endpoints.size() > kEndpointsMax) {
      text += fmt::format("    # {} rarer ones\n", load.endpoints.size() - kEndpointsMax);
    }
    return text;
  }

  // Needs the script and a service that answers: how often a journey calls what.
  std::string weights_text(const DerivedLoad& load) {
    if (!file_ || load.endpoints.empty()) return "";
    ScriptDriver driver(request_.plan.base);
    NoProgress progress;
    certify::Certification dry(file_->plan, {}, driver, progress, nullptr);
    const auto shapes = dry.measure_journeys();
    if (!shapes) {
      log(LogLevel::kWarning, "weights of the journeys are left out: " + shapes.error().message());
      return "";
    }
    const auto weights = certify::journey_weights(file_->plan, *shapes, load.endpoints);
    if (weights.empty()) return "";
    std::string text = "  journeys:\n";
    for (const plan::Journey& journey : file_->plan.load.journeys) {
      text += fmt::format("    {}: {{exec: {}, weight: {:.6g}}}\n", journey.name, journey.exec,
                          weights.at(journey.name));
    }
    return text;
  }

  int write(const DerivedLoad& load) {
    if (!file_) {
      log_error(Error(ErrorKind::kUsage, "--write needs a plan to write to"));
      return kUsage;
    }
    const auto changed = plan::with_grounding(file_->text, grounding(load));
    const auto written =
        changed ? certify::write_file(request_.plan.path, *changed) : Result<void>(changed.error());
    if (!written) {
      log_error(written.error());
      return kUsage;
    }
    presenter_.print(fmt::format("{}: load.grounded_in is written\n", request_.plan.path));
    return 0;
  }

  DeriveRequest request_;
  Presenter& presenter_;
  std::optional<PlanFile> file_;
  std::optional<observe::GrafanaPanel> panel_;
};

}  // namespace

int plan_derive(const DeriveRequest& request, Presenter& presenter) {
  return Derivation(request, presenter).run();
}

}  // namespace proofload::app
