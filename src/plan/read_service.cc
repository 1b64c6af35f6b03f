#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "plan/sections.h"
#include "plan/values.h"

namespace proofload::plan {
namespace {

constexpr std::array<std::string_view, 7> kMethods{"GET",   "POST", "PUT",    "DELETE",
                                                   "PATCH", "HEAD", "OPTIONS"};

void read_endpoint(const std::string& name, const YamlNode& value, Service& service,
                   Diagnostics& diagnostics) {
  const auto text = scalar_text(value, fmt::format("the endpoint `{}`", name), diagnostics);
  if (!text) return;
  const std::size_t space = text->find(' ');
  const std::string method = text->substr(0, space);
  const std::string path = space == std::string::npos ? "" : text->substr(space + 1);
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end() ||
      !path.starts_with('/')) {
    diagnostics.error(
        value.place,
        fmt::format("`{}` is not a method and a path, such as GET /products/{{id}}", *text));
    return;
  }
  if (path.find('?') != std::string::npos) {
    diagnostics.error(value.place, "a path has no query: requests are mapped without it");
    return;
  }
  service.endpoints.push_back({name, method, path});
}

Component read_component(const std::string& name, const YamlNode& value, Diagnostics& diagnostics) {
  Fields fields(value, fmt::format("the component `{}`", name), diagnostics);
  Component component{.name = name,
                      .trace = fields.text("trace").value_or(name),
                      .match = fields.text("match").value_or(""),
                      .scrape = fields.text("scrape").value_or(""),
                      .db = fields.text("db").value_or(""),
                      .is_front = fields.flag("front").value_or(false)};
  fields.finish();
  return component;
}

SharedDependency read_dependency(const YamlNode& value, Diagnostics& diagnostics) {
  Fields fields(value, "a shared dependency", diagnostics);
  SharedDependency dependency{.name = fields.text("name").value_or(""),
                              .limit_per_second = fields.rate("limit").value_or(0),
                              .watch = fields.text("watch").value_or("")};
  if (dependency.name.empty()) fields.required("name", "who shares it has to be told");
  fields.finish();
  return dependency;
}

Dataset read_dataset(const YamlNode& value, Diagnostics& diagnostics) {
  Fields fields(value, "dataset", diagnostics);
  Dataset dataset{.snapshot = fields.text("snapshot").value_or(""),
                  .checks = {},
                  .reset = fields.text("reset").value_or("")};
  fields.each("checks", [&](const std::string&, Place, const YamlNode& item) {
    Fields check(item, "a check of the data", diagnostics);
    DataCheck read{.sql = check.text("sql").value_or(""),
                   .min = check.number("min").value_or(1),
                   .at = check.text("at").value_or("")};
    if (read.sql.empty()) check.required("sql", "a query that gives one number");
    if (read.at.empty()) check.required("at", "the database to ask, such as ${PG_DSN}");
    check.finish();
    dataset.checks.push_back(std::move(read));
  });
  fields.finish();
  return dataset;
}

Parity read_parity(const YamlNode& value, Diagnostics& diagnostics) {
  Fields fields(value, "parity", diagnostics);
  Parity parity{.with = fields.text("with").value_or(""),
                .require = fields.texts("require"),
                .client_rtt = {},
                .snapshot = fields.text("snapshot").value_or(""),
                .kubernetes = fields.text("kubernetes").value_or(""),
                .space = fields.text("namespace").value_or(""),
                .token = fields.text("token").value_or(""),
                .flags = fields.texts("flags"),
                .facts = {}};
  if (parity.with.empty()) fields.required("with", "a snapshot made by `proofload env snapshot`");
  if (const auto text = fields.text("client_rtt")) {
    parity.client_rtt = to_duration_range(*text);
    if (!parity.client_rtt) {
      diagnostics.error(fields.node("client_rtt")->place,
                        fmt::format("`{}` is no range of durations, such as 5-40ms", *text));
    }
  }
  fields.each("facts", [&](const std::string& kind, Place, const YamlNode& fact) {
    if (fact.is_mapping()) {
      for (const YamlEntry& entry : fact.entries) {
        parity.facts[kind][entry.key] = entry.value.text;
      }
    } else if (const auto text = scalar_text(fact, "a fact", diagnostics)) {
      parity.facts[kind][""] = *text;
    }
  });
  fields.finish();
  return parity;
}

void read_base_url(Fields& fields, Service& service, Diagnostics& diagnostics) {
  const YamlNode* node = fields.required("base_url", "where the service is, such as https://HOST");
  if (node == nullptr) return;
  service.base_url = node->text;
  if (service.base_url.starts_with("http://") || service.base_url.starts_with("https://")) return;
  diagnostics.error(node->place, "`base_url` has to begin with http:// or https://");
}

}  // namespace

Service read_service(const YamlNode& node, Diagnostics& diagnostics) {
  Fields fields(node, "service", diagnostics);
  Service service;
  service.environment = fields.text("environment").value_or("");
  if (service.environment.empty()) fields.required("environment", "staging, production, local ...");
  read_base_url(fields, service, diagnostics);
  if (const YamlNode* from = fields.node("version_from")) {
    Fields version(*from, "version_from", diagnostics);
    service.version_header = version.text("header").value_or("");
    if (service.version_header.empty()) version.required("header", "such as X-Version");
    version.finish();
  }
  fields.required("endpoints", "what is called, such as `checkout: POST /checkout`");
  fields.each("endpoints", [&](const std::string& name, Place, const YamlNode& value) {
    read_endpoint(name, value, service, diagnostics);
  });
  fields.each("components", [&](const std::string& name, Place, const YamlNode& value) {
    service.components.push_back(read_component(name, value, diagnostics));
  });
  fields.each("shared_dependencies", [&](const std::string&, Place, const YamlNode& value) {
    service.shared_dependencies.push_back(read_dependency(value, diagnostics));
  });
  if (const YamlNode* value = fields.node("dataset")) {
    service.dataset = read_dataset(*value, diagnostics);
  }
  if (const YamlNode* value = fields.node("parity")) {
    service.parity = read_parity(*value, diagnostics);
  }
  fields.finish();
  return service;
}

}  // namespace proofload::plan
