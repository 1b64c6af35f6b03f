// Archives: a script with every file it reads, its options and environment, in one tar, as k6's.
#pragma once

#include <map>
#include <string>

#include "base/error.h"
#include "k6/file_reader.h"

namespace proofload::app {

// What an archive holds. Paths are absolute; those below a home folder are under /home/nobody.
struct Archive {
  std::string options;  // JSON object
  std::string script_path;
  std::string working_folder;
  std::map<std::string, std::string> env;
  std::string compatibility_mode = "extended";
  std::map<std::string, k6::FileReader::Content> files;
};

// Writes the tar aside and renames it. Entries are sorted, so equal tests give equal archives.
Result<void> write_archive(const Archive& archive, const std::string& path);

// True for the bytes of a tar (POSIX ustar magic).
bool is_archive(const std::string& content);
// `content` is the tar; the error says what is wrong with it.
Result<Archive> read_archive(const std::string& content);

// The home folder of <name> becomes that of nobody: archives travel, names of people need not.
std::string without_home(const std::string& path);

}  // namespace proofload::app
