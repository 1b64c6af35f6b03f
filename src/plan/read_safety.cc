// Questions 4 and 5: what is watched, and what keeps a test from becoming an incident.
#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/lower_case.h"
#include "plan/sections.h"
#include "plan/values.h"

namespace proofload::plan {
namespace {

void read_prometheus(const YamlNode& node, Observe& observe, Diagnostics& diagnostics) {
  Fields fields(node, "prometheus", diagnostics);
  observe.prometheus = fields.text("url").value_or("");
  if (observe.prometheus.empty()) fields.required("url", "such as http://prometheus:9090");
  observe.prometheus_match = fields.text("match").value_or("");
  if (const auto interval = fields.duration("max_scrape_interval")) {
    observe.max_scrape_interval = *interval;
  }
  fields.finish();
}

// "true" is OTLP's own port on this machine alone.
std::string read_receiver(Fields& traces, Diagnostics& diagnostics) {
  const auto text = traces.text("otlp_receiver");
  if (!text || *text == "false") return {};
  if (*text == "true") return "127.0.0.1:4318";
  const std::size_t colon = text->rfind(':');
  const auto port = colon == std::string::npos
                        ? std::nullopt
                        : to_number(std::string_view(*text).substr(colon + 1));
  const bool is_address = port && *port >= 1 && *port <= 65535 && colon > 0;
  if (is_address) return *text;
  diagnostics.error(traces.node("otlp_receiver")->place,
                    fmt::format("`{}` is no address to listen on", *text),
                    "write HOST:PORT, such as 127.0.0.1:4318");
  return {};
}

void read_traces(const YamlNode& node, Observe& observe, Diagnostics& diagnostics) {
  Fields fields(node, "traces", diagnostics);
  observe.jaeger = fields.text("jaeger").value_or("");
  observe.tempo = fields.text("tempo").value_or("");
  observe.otlp_receiver = read_receiver(fields, diagnostics);
  observe.min_sampling = fields.share("min_sampling").value_or(observe.min_sampling);
  observe.trace_share = fields.share("share").value_or(observe.trace_share);
  observe.slow_request = fields.text("slow_request").value_or("");
  const int sources = static_cast<int>(!observe.jaeger.empty()) +
                      static_cast<int>(!observe.tempo.empty()) +
                      static_cast<int>(!observe.otlp_receiver.empty());
  if (sources > 1) diagnostics.error(node.place, "traces are looked for in one place");
  if (!observe.slow_request.empty() && !observe.slow_request.starts_with('/')) {
    diagnostics.error(fields.node("slow_request")->place, "`slow_request` is a path of a GET",
                      "such as /reports?year=all");
  }
  fields.finish();
}

Profiler read_profiler(const YamlNode& node, Diagnostics& diagnostics) {
  Fields fields(node, "a profiler", diagnostics);
  Profiler profiler{.service = fields.text("service").value_or(""), .kind = {}, .target = {}};
  if (profiler.service.empty()) fields.required("service", "the component it profiles");
  for (const std::string_view kind : {"pprof", "async_profiler", "jfr", "py_spy"}) {
    const YamlNode* value = fields.node(kind);
    if (value == nullptr) continue;
    profiler.kind = kind;
    const YamlNode* pid = value->find("pid_of");
    profiler.target = pid != nullptr ? pid->text : value->text;
  }
  if (node.is_mapping() && profiler.kind.empty()) {
    diagnostics.error(node.place, "a profiler is pprof, async_profiler, jfr or py_spy");
  }
  fields.finish();
  return profiler;
}

void read_database(const YamlNode& node, Observe& observe, Diagnostics& diagnostics) {
  Fields fields(node, "database", diagnostics);
  observe.postgres = fields.text("postgres").value_or("");
  observe.replica = fields.text("replica").value_or("");
  observe.pgbouncer = fields.text("pgbouncer").value_or("");
  fields.finish();
}

HaltOwner read_owner(Fields& safety, Diagnostics& diagnostics) {
  const YamlNode* node = safety.required(
      "halt_owner", "who calls the halt, such as {role: sre-oncall, contact: \"#sre\"}");
  if (node == nullptr) return {};
  Fields fields(*node, "halt_owner", diagnostics);
  HaltOwner owner{.role = fields.text("role").value_or(""),
                  .contact = fields.text("contact").value_or(""),
                  .is_told_at_start = fields.flag("told_at_start").value_or(false)};
  if (owner.role.empty()) fields.required("role", "who answers");
  if (owner.contact.empty()) fields.required("contact", "where they are reached");
  fields.finish();
  return owner;
}

// Header names differ in case only.
bool is_limit_header(std::string_view name) {
  constexpr std::string_view kKnown[] = {"retry-after", "ratelimit-remaining",
                                         "x-ratelimit-remaining"};
  return std::find(std::begin(kKnown), std::end(kKnown), lower_case(name)) != std::end(kKnown);
}

}  // namespace

Observe read_observe(const YamlNode& node, Diagnostics& diagnostics) {
  Fields fields(node, "observe", diagnostics);
  Observe observe;
  if (const YamlNode* value = fields.node("prometheus")) {
    read_prometheus(*value, observe, diagnostics);
  }
  observe.scrape = fields.texts("scrape");
  if (const YamlNode* value = fields.node("traces")) read_traces(*value, observe, diagnostics);
  fields.each("profilers", [&](const std::string&, Place, const YamlNode& value) {
    observe.profilers.push_back(read_profiler(value, diagnostics));
  });
  if (const YamlNode* value = fields.node("database")) {
    read_database(*value, observe, diagnostics);
  }
  fields.each("logs", [&](const std::string&, Place, const YamlNode& value) {
    Fields log(value, "a log", diagnostics);
    observe.logs.push_back({log.text("file").value_or(""), log.text("error").value_or("")});
    log.finish();
  });
  observe.dashboards = fields.texts("dashboards");
  fields.finish();
  return observe;
}

Safety read_safety(const YamlNode& node, Diagnostics& diagnostics) {
  Fields fields(node, "safety", diagnostics);
  Safety safety;
  safety.capacity_per_second = fields.rate("capacity");
  fields.required("halt_when", "such as [\"error_rate > 25% for 10s\"]");
  fields.each("halt_when", [&](const std::string&, Place at, const YamlNode& value) {
    std::string expected;
    auto rule = parse_halt_rule(value.text, expected);
    if (rule) {
      safety.halt_when.push_back(*std::move(rule));
    } else {
      diagnostics.error(at, fmt::format("`{}` is no halt rule: expected {}", value.text, expected),
                        "SIGNAL < or > VALUE [of REFERENCE] [for DURATION]");
    }
  });
  safety.halt_owner = read_owner(fields, diagnostics);
  fields.required("allow_targets", "the HOST:PORTs that may be loaded, and no others");
  for (const std::string& text : fields.texts("allow_targets")) {
    const bool is_url = text.find("://") != std::string::npos;
    safety.allow_targets.push_back(is_url ? target_of(text) : text);
  }
  safety.max_requests_per_second = fields.rate("max_requests");
  safety.respect = fields.texts("respect");
  for (const std::string& header : safety.respect) {
    if (is_limit_header(header)) continue;
    diagnostics.error(fields.node("respect")->place,
                      fmt::format("`{}` says no limit that can be respected", header),
                      "Retry-After, RateLimit-Remaining or X-RateLimit-Remaining");
  }
  safety.rollback = fields.text("rollback").value_or("");
  fields.finish();
  return safety;
}

}  // namespace proofload::plan
