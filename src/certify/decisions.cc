#include "certify/decisions.h"

#include <array>
#include <filesystem>
#include <sys/file.h>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/json.h"
#include "certify/run_folder.h"

namespace proofload::certify {
namespace {

using evidence::Decision;

constexpr std::array<std::pair<const char*, std::string Decision::*>, 7> kFields{{
    {"role", &Decision::role},
    {"name", &Decision::name},
    {"decision", &Decision::decision},
    {"at", &Decision::at},
    {"result_hash", &Decision::result_hash},
    {"accepted_risk", &Decision::accepted_risk},
    {"expires", &Decision::expires},
}};

std::string decisions_path(const std::string& run_folder) {
  return run_folder + "/decisions.json";
}

Error damaged(const std::string& path) {
  return Error(ErrorKind::kUsage, path + " is no list of decisions")
      .with_hint("`proofload decide` writes it; restore it from a copy");
}

// Holds a lock on the folder itself, which needs no file of its own.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : file_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  ~FolderLock() {
    if (file_ >= 0) ::close(file_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_;
};

}  // namespace

Result<std::vector<Decision>> read_decisions(const std::string& run_folder) {
  const std::string path = decisions_path(run_folder);
  std::vector<Decision> decisions;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return decisions;
  const std::string text = PL_TRY(read_file(path));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return damaged(path);
  for (const Json& one : json) {
    Decision& decision = decisions.emplace_back();
    for (const auto& [name, field] : kFields) {
      if (!one.is_object() || !one.contains(name) || !one[name].is_string()) return damaged(path);
      decision.*field = one[name].get<std::string>();
    }
  }
  return decisions;
}

Result<void> add_decision(const std::string& run_folder, const Decision& decision) {
  const FolderLock lock(run_folder);
  std::vector<Decision> decisions = PL_TRY(read_decisions(run_folder));
  decisions.push_back(decision);
  Json json = Json::array();
  for (const Decision& one : decisions) {
    Json entry = Json::object();
    for (const auto& [name, field] : kFields) entry[name] = one.*field;
    json.push_back(std::move(entry));
  }
  return write_file(decisions_path(run_folder),
                    json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace proofload::certify
