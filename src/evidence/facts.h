// Facts: what an environment is made of, as it was found or as somebody says.
#pragma once

#include <map>
#include <string>

namespace proofload::evidence {

// Of one kind, by subject: {"orders": "3"}. The subject is empty where there is but one.
using FactsOfKind = std::map<std::string, std::string>;
// By kind: "replicas", "cpu_limit", "db_version", "db_rows", "flags", or any other word.
using Facts = std::map<std::string, FactsOfKind>;

}  // namespace proofload::evidence
