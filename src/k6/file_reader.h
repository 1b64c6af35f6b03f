// The one way a script reads files: imports and open() alike, each file once, remembered.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"

namespace proofload::k6 {

// Reads files for scripts and remembers what was read, so that an archive holds exactly that, a
// hundred VUs share one copy, and a file that the first init did not touch is refused later.
// Any thread. Paths are absolute and normalised by the caller.
class FileReader {
 public:
  using Content = std::shared_ptr<const std::string>;

  FileReader() = default;
  // From now on reads from an unpacked archive only; the disk is never touched again.
  void replace_with(std::map<std::string, Content> archived);

  // kUsage when the file cannot be read; kScript when it is new after lock().
  Result<Content> read(const std::string& path);
  // A file that is not on the disk: a script from standard input.
  void provide(const std::string& path, std::string content);
  // Ends the first init: from now on only files seen so far can be read.
  void lock();
  // Everything read so far, by path.
  std::map<std::string, Content> recorded() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Content> contents_;
  std::map<std::string, Error> failures_;  // later inits see what the first one saw
  bool is_locked_ = false;
  bool is_archive_ = false;
};

// `path` against `base_folder`, with `.`, `..` and doubled slashes removed; no links resolved.
std::string absolute_path(const std::string& path, const std::string& base_folder);

}  // namespace proofload::k6
