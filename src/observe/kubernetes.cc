#include "observe/kubernetes.h"

#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "observe/prometheus_json.h"

namespace proofload::observe {
namespace {

using evidence::Facts;

// The member, or null (the JSON value) where there is none.
const Json& at(const Json& object, const char* key) {
  static const Json kNull;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : kNull;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void add(Facts& facts, const char* kind, const std::string& subject, std::string value) {
  if (!value.empty()) facts[kind][subject] = std::move(value);
}

void add_container(const std::string& workload, const Json& container, bool is_only, Facts& facts) {
  const std::string subject =
      is_only ? workload : fmt::format("{}/{}", workload, json_text(container, "name"));
  const Json& limits = at(at(container, "resources"), "limits");
  const Json& requests = at(at(container, "resources"), "requests");
  add(facts, "cpu_limit", subject, text_of(at(limits, "cpu")));
  add(facts, "memory_limit", subject, text_of(at(limits, "memory")));
  add(facts, "cpu_request", subject, text_of(at(requests, "cpu")));
  add(facts, "memory_request", subject, text_of(at(requests, "memory")));
  add(facts, "image", subject, json_text(container, "image"));
}

void add_workload(const Json& item, bool has_replicas, Facts& facts) {
  const std::string name = json_text(at(item, "metadata"), "name");
  const Json& spec = at(item, "spec");
  if (has_replicas) {
    const std::string replicas = text_of(at(spec, "replicas"));
    add(facts, "replicas", name, replicas.empty() ? "1" : replicas);  // the API's default
  }
  const Json& containers = at(at(at(spec, "template"), "spec"), "containers");
  for (const Json& container : containers) {
    add_container(name, container, containers.size() == 1, facts);
  }
}

void add_autoscaler(const Json& item, Facts& facts) {
  const Json& spec = at(item, "spec");
  const std::string least = text_of(at(spec, "minReplicas"));
  add(facts, "autoscaling", json_text(at(spec, "scaleTargetRef"), "name"),
      fmt::format("{} to {}", least.empty() ? "1" : least, text_of(at(spec, "maxReplicas"))));
}

// All nodes of the list: their types, each once, and how many there are.
class Nodes {
 public:
  void add_node(const Json& item) {
    const Json& labels = at(at(item, "metadata"), "labels");
    std::string type = json_text(labels, "node.kubernetes.io/instance-type");
    if (type.empty()) type = json_text(labels, "beta.kubernetes.io/instance-type");
    if (!type.empty()) types_.insert(std::move(type));
    ++count_;
  }
  void add_to(Facts& facts) const {
    if (count_ == 0) return;
    add(facts, "instance_type", "", fmt::format("{}", fmt::join(types_, ", ")));
    add(facts, "nodes", "", std::to_string(count_));
  }

 private:
  std::set<std::string> types_;
  int count_ = 0;
};

bool is_workload(std::string_view kind) {
  return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet";
}

std::string path_of(const char* group, const std::string& space, const char* resource) {
  return space.empty() ? fmt::format("{}/{}", group, resource)
                       : fmt::format("{}/namespaces/{}/{}", group, space, resource);
}

// A whole list, however many pages it has.
Result<Json> fetch_list(HttpClient& client, HttpRequest request) {
  constexpr int kPagesMax = 100;
  const std::string url = request.url + "?limit=500";
  request.url = url;
  Json all;
  for (int page = 0; page < kPagesMax; ++page) {
    Json list = PL_TRY(client.fetch_json(request));
    const std::string next = json_text(at(list, "metadata"), "continue");
    if (all.is_null()) {
      all = std::move(list);
    } else {
      for (const Json& item : at(list, "items")) all["items"].push_back(item);
    }
    if (next.empty()) break;
    request.url = url + "&continue=" + escape_query(next);
  }
  return all;
}

}  // namespace

Result<void> add_kubernetes_facts(const Json& list, const std::string& space, Facts& facts) {
  const std::string list_kind = json_text(list, "kind");
  const Json& items = at(list, "items");
  if (!list_kind.ends_with("List") || !items.is_array()) {
    return Error(ErrorKind::kUsage, "this is no list of Kubernetes objects")
        .with_hint("kubectl get deployments,statefulsets,daemonsets,hpa,nodes -o json");
  }
  Nodes nodes;
  for (const Json& item : items) {
    std::string kind = json_text(item, "kind");  // the API's own lists leave it out
    if (kind.empty()) kind = list_kind.substr(0, list_kind.size() - 4);
    const std::string in = json_text(at(item, "metadata"), "namespace");
    if (kind == "Node") nodes.add_node(item);
    if (!space.empty() && in != space) continue;
    if (is_workload(kind)) add_workload(item, kind != "DaemonSet", facts);
    if (kind == "HorizontalPodAutoscaler") add_autoscaler(item, facts);
  }
  nodes.add_to(facts);
  return {};
}

Result<void> fetch_kubernetes_facts(const HttpRequest& server, const std::string& space,
                                    Facts& facts, std::vector<std::string>& notes) {
  struct Wanted {
    std::string path;
    bool is_needed;
  };
  const std::array<Wanted, 5> all{
      {{path_of("/apis/apps/v1", space, "deployments"), true},
       {path_of("/apis/apps/v1", space, "statefulsets"), true},
       {path_of("/apis/apps/v1", space, "daemonsets"), false},
       {path_of("/apis/autoscaling/v2", space, "horizontalpodautoscalers"), false},
       {"/api/v1/nodes", false}}};
  HttpClient client;
  for (const Wanted& wanted : all) {
    HttpRequest request = server;
    while (request.url.ends_with('/')) request.url.pop_back();
    request.url += wanted.path;
    const auto list = fetch_list(client, request);
    if (list) {
      PL_TRY(add_kubernetes_facts(*list, space, facts));
    } else if (wanted.is_needed) {
      return list.error();
    } else {
      notes.push_back(list.error().message());
    }
  }
  return {};
}

std::optional<double> to_quantity(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::string_view kBig = "kMGTPE";
  constexpr std::string_view kSmall = "num";
  if (suffix.empty()) return number;
  const std::size_t big = suffix[0] == 'K' ? 0 : kBig.find(suffix[0]);
  if (suffix.size() == 2 && suffix[1] == 'i' && big != std::string_view::npos) {
    return number * std::pow(1024, static_cast<double>(big + 1));
  }
  if (suffix.size() != 1) return std::nullopt;
  if (big != std::string_view::npos) return number * std::pow(1000, static_cast<double>(big + 1));
  const std::size_t small = kSmall.find(suffix[0]);
  if (small == std::string_view::npos) return std::nullopt;
  return number * std::pow(1000, static_cast<double>(small) - 3);
}

}  // namespace proofload::observe
