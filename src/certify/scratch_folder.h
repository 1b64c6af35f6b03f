// ScratchFolder: a temporary folder of its own that is gone with its owner.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace proofload::certify {

class ScratchFolder {
 public:
  // kEveryone: a process of another user may write to it, as a profiled one has to.
  enum class Access { kOwner, kEveryone };

  // Below the system's temporary folder. An error says why it cannot be made there.
  static Result<ScratchFolder> create(Access access = Access::kOwner);
  ~ScratchFolder();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;

  std::string file(std::string_view name) const { return path_ / name; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;  // empty when moved from
};

}  // namespace proofload::certify
