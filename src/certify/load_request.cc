#include "certify/load_request.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/json.h"
#include "certify/run_folder.h"

namespace proofload::certify {
namespace {

std::string path_in(const std::string& folder) {
  return folder + "/load.json";
}

}  // namespace

Result<void> request_load(const std::string& folder, const LoadRequest& request) {
  const Json word{{"permille", request.permille}, {"by", request.by}, {"reason", request.reason}};
  return write_file(path_in(folder),
                    word.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<LoadRequest> load_request(const std::string& folder) {
  const std::string path = path_in(folder);
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  const Json word = Json::parse(*text, nullptr, false);
  if (!word.is_object()) return std::nullopt;
  const Json permille = word.value("permille", Json());
  const Json by = word.value("by", Json());
  const Json reason = word.value("reason", Json());
  if (!permille.is_number_integer() || !by.is_string() || !reason.is_string()) return std::nullopt;
  const auto share = permille.get<std::int64_t>();
  if (share < 0 || share > 1000) return std::nullopt;
  return LoadRequest{static_cast<int>(share), by.get<std::string>(), reason.get<std::string>()};
}

std::string to_string(const LoadRequest& request) {
  if (request.permille == 0)
    return fmt::format("{} paused the load: {}", request.by, request.reason);
  if (request.permille == 1000) {
    return fmt::format("{} resumed the whole load: {}", request.by, request.reason);
  }
  return fmt::format("{} set the load to {:.4g} %: {}", request.by, request.permille / 10.0,
                     request.reason);
}

}  // namespace proofload::certify
