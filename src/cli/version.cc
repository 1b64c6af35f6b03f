#include "cli/version.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace proofload::cli {

std::string version_text() {
  return fmt::format("proofload v{} (k6 {}, linux)\n", kVersion, kK6Version);
}

std::string version_json() {
  return nlohmann::json{{"version", kK6Version}, {"proofload", kVersion}, {"os", "linux"}}.dump() +
         "\n";
}

}  // namespace proofload::cli
