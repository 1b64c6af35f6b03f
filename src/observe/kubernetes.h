// What a Kubernetes cluster runs, as facts:
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "evidence/facts.h"
#include "observe/http_get.h"

namespace proofload::observe {

// From what `kubectl get deployments,statefulsets,daemonsets,hpa,nodes -o json` prints, or a list
// of the API. Of workloads only those in `space` (a namespace; empty: all). Kinds: replicas,
// autoscaling, cpu_limit, memory_limit, cpu_request, memory_request, image, instance_type, nodes.
// An error, of ErrorKind::kUsage, when it is no such list.
Result<void> add_kubernetes_facts(const Json& list, const std::string& space,
                                  evidence::Facts& facts);

// The same from the API's address, asked with the credentials of `server`; blocks for a few of its
// timeouts. What a token may not read is left out and told in `notes`, but for workloads.
Result<void> fetch_kubernetes_facts(const HttpRequest& server, const std::string& space,
                                    evidence::Facts& facts, std::vector<std::string>& notes);

// "500m" is 0.5, "1Gi" 2^30; nothing for what is no quantity:
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
std::optional<double> to_quantity(std::string_view text);

}  // namespace proofload::observe
