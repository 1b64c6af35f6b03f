#include "observe/grafana.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "observe/prometheus_json.h"

namespace proofload::observe {
namespace {

using Values = std::map<std::string, std::vector<std::string>>;

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() &&
                           std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
                           std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0;
    if (is_escape) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// What the address of a panel says.
struct PanelAddress {
  std::string base;  // of Grafana, with its path prefix
  std::string dashboard;
  std::string panel;
  Values parameters;

  std::string parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? "" : found->second.front();
  }
};

std::optional<PanelAddress> parse_address(std::string_view url) {
  PanelAddress address;
  const std::size_t question = std::min(url.find('?'), url.size());
  const std::string_view path = url.substr(0, question);
  for (const std::string_view way : {"/d/", "/d-solo/"}) {
    const std::size_t at = path.find(way);
    if (at == std::string_view::npos) continue;
    address.base = path.substr(0, at);
    const std::string_view rest = path.substr(at + way.size());
    address.dashboard = rest.substr(0, rest.find('/'));
    break;
  }
  std::string_view query = url.substr(std::min(question + 1, url.size()));
  query = query.substr(0, query.find('#'));
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    address.parameters[unescape(pair.substr(0, equals))].push_back(
        unescape(pair.substr(std::min(equals + 1, pair.size()))));
  }
  for (const char* name : {"viewPanel", "panelId", "editPanel", "inspect"}) {
    if (address.panel.empty()) address.panel = address.parameter(name);
  }
  if (address.panel.starts_with("panel-")) address.panel.erase(0, 6);  // since Grafana 11
  if (address.dashboard.empty() || address.panel.empty()) return std::nullopt;
  return address;
}

// The panel of that id; rows that are folded hold theirs.
const Json* find_panel(const Json& holder, const std::string& id, int depth = 3) {
  if (depth == 0 || !holder.is_object() || !holder.contains("panels")) return nullptr;
  for (const Json& panel : holder["panels"]) {
    if (panel.is_object() && panel.contains("id") && panel["id"].dump() == id) return &panel;
    if (const Json* inner = find_panel(panel, id, depth - 1)) return inner;
  }
  return nullptr;
}

// The dashboard's variable of that name, as its `templating` has it; null without one.
const Json* find_variable(const std::string& name, const Json& dashboard) {
  const auto templating = dashboard.find("templating");
  if (templating == dashboard.end() || !templating->is_object()) return nullptr;
  const auto list = templating->find("list");
  if (list == templating->end()) return nullptr;
  for (const Json& one : *list) {
    if (json_text(one, "name") == name) return &one;
  }
  return nullptr;
}

// What a variable is set to: one text, or several.
std::vector<std::string> current_values(const Json& variable) {
  const Json current = variable.value("current", Json::object());
  const Json value = current.is_object() ? current.value("value", Json()) : Json();
  std::vector<std::string> values;
  for (const Json& one : value.is_array() ? value : Json::array({value})) {
    if (one.is_string()) values.push_back(one.get<std::string>());
  }
  return values;
}

// `name` in the address, else the dashboard's current value; several become a regular expression,
// as Prometheus' data source makes one.
std::optional<std::string> value_of(const std::string& name, const PanelAddress& address,
                                    const Json& dashboard) {
  const Json* variable = find_variable(name, dashboard);
  const auto asked = address.parameters.find("var-" + name);
  std::vector<std::string> values;
  if (asked != address.parameters.end()) {
    values = asked->second;
  } else if (variable != nullptr) {
    values = current_values(*variable);
  }
  if (values.empty()) return std::nullopt;
  const bool is_all = values.size() == 1 && (values[0] == "$__all" || values[0] == "All");
  if (is_all) {
    const std::string all = variable == nullptr ? "" : json_text(*variable, "allValue");
    return all.empty() ? ".*" : all;
  }
  return values.size() == 1 ? values.front() : fmt::format("({})", fmt::join(values, "|"));
}

// Where a variable begins at `at` of `text`: its name, and how long it is; $name, ${name:format},
// [[name]].
struct Reference {
  std::string name;
  std::size_t length = 0;
};

std::optional<Reference> reference_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  for (const auto& [open, close] : {std::pair("${", "}"), std::pair("[[", "]]")}) {
    if (!rest.starts_with(open)) continue;
    const std::size_t end = rest.find(close);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = rest.substr(2, end - 2);
    return Reference{std::string(inside.substr(0, inside.find(':'))),
                     end + std::string_view(close).size()};
  }
  if (!rest.starts_with('$')) return std::nullopt;
  std::size_t end = 1;
  while (end < rest.size() &&
         (std::isalnum(static_cast<unsigned char>(rest[end])) != 0 || rest[end] == '_')) {
    ++end;
  }
  if (end == 1) return std::nullopt;
  return Reference{std::string(rest.substr(1, end - 1)), end};
}

class Filler {
 public:
  Filler(const PanelAddress& address, const Json& dashboard, Values own)
      : address_(address), dashboard_(dashboard), own_(std::move(own)) {}

  Result<std::string> fill(std::string_view text) const {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      const auto reference = reference_at(text, i);
      if (!reference) {
        out += text[i++];
        continue;
      }
      i += reference->length;
      if (const auto own = own_.find(reference->name); own != own_.end()) {
        out += own->second.front();
        continue;
      }
      const auto value = value_of(reference->name, address_, dashboard_);
      if (!value) {
        return Error(ErrorKind::kUsage,
                     fmt::format("the panel's variable ${} has no value", reference->name))
            .with_hint(fmt::format("add &var-{}=... to the address", reference->name));
      }
      out += *value;
    }
    return out;
  }

 private:
  const PanelAddress& address_;
  const Json& dashboard_;
  Values own_;
};

bool has_expression(const Json& target) {
  const bool is_hidden = target.is_object() && target.contains("hide") && target["hide"] == true;
  return !json_text(target, "expr").empty() && !is_hidden;
}

std::string data_source_of(const Json& panel, const Json& target) {
  for (const Json* holder : {&target, &panel}) {
    if (!holder->contains("datasource")) continue;
    const Json& source = (*holder)["datasource"];
    std::string uid = source.is_string() ? source.get<std::string>() : json_text(source, "uid");
    if (!uid.empty()) return uid;
  }
  return "";
}

}  // namespace

Result<GrafanaPanel> read_grafana_panel(const std::string& url, const HttpRequest& access,
                                        const std::string& step, const std::string& range) {
  const auto address = parse_address(url);
  if (!address) {
    return Error(ErrorKind::kUsage, shown_url(url) + ": not the address of a panel")
        .with_hint(
            "open the panel with `View` and copy the browser's address: "
            "https://HOST/d/UID/NAME?viewPanel=4");
  }
  HttpRequest request = access;
  request.url = address->base + "/api/dashboards/uid/" + address->dashboard;
  HttpClient client;
  const Json reply = PL_TRY(client.fetch_json(request));
  const auto network_error = [&](std::string message, std::string hint) {
    return Error(ErrorKind::kNetwork, shown_url(request.url) + ": " + std::move(message))
        .with_hint(std::move(hint));
  };
  if (!reply.is_object() || !reply.contains("dashboard")) {
    return network_error("JSON, but no dashboard", "check the address");
  }
  const Json& dashboard = reply["dashboard"];
  if (!dashboard.is_object()) return network_error("JSON, but no dashboard", "check the address");
  const Json* panel = find_panel(dashboard, address->panel);
  if (panel == nullptr) {
    return network_error(fmt::format("the dashboard has no panel {}", address->panel),
                         "open the panel again and copy its address");
  }
  GrafanaPanel found{.title = json_text(*panel, "title")};
  const Json targets = panel->contains("targets") ? (*panel)["targets"] : Json::array();
  const Json* first = nullptr;
  for (const Json& target : targets) {
    if (!has_expression(target)) continue;
    if (first == nullptr) {
      first = &target;
    } else {
      found.others.push_back(json_text(target, "refId"));
    }
  }
  if (first == nullptr) {
    return network_error("the panel asks no Prometheus",
                         "choose a panel whose query is PromQL, or give the query yourself");
  }
  const Filler filler(*address, dashboard,
                      {{"__interval", {step}}, {"__rate_interval", {"5m"}}, {"__range", {range}}});
  found.expression = PL_TRY(filler.fill(json_text(*first, "expr")));
  const std::string source = PL_TRY(filler.fill(data_source_of(*panel, *first)));
  if (source.empty()) {
    return network_error("the panel does not say which data source it asks",
                         "choose one in the panel's editor, and save the dashboard");
  }
  found.prometheus = address->base + "/api/datasources/proxy/uid/" + escape_query(source);
  const std::string from = address->parameter("from");
  if (from.starts_with("now-") && address->parameter("to") == "now") found.over = from.substr(4);
  return found;
}

}  // namespace proofload::observe
