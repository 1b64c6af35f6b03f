#include "certify/scratch_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace proofload::certify {

namespace fs = std::filesystem;

Result<ScratchFolder> ScratchFolder::create(Access access) {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) {
    return Error(ErrorKind::kUsage, "no temporary folder: " + error.message())
        .with_hint("TMPDIR has to name a folder that exists");
  }
  std::string name = parent / "proofload-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    error = std::error_code(errno, std::generic_category());
    return Error(ErrorKind::kUsage, fmt::format("cannot make a temporary folder in {}: {}",
                                                parent.string(), error.message()))
        .with_hint("TMPDIR names another one");
  }
  ScratchFolder folder{fs::path(name)};
  if (access == Access::kEveryone) {
    fs::permissions(folder.path_, fs::perms::all | fs::perms::sticky_bit, error);
  }
  return folder;
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, fs::path())) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace proofload::certify
