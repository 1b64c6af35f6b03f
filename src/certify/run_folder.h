// RunFolder: where one certification keeps what it saw: .proofload/runs/ID beside the plan.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace proofload::certify {

// Holds the store's lock while it lives: nobody else certifies from here meanwhile.
class RunFolder {
 public:
  // `store` is a folder, made if it is not there; the id begins with the time in UTC. An error
  // names the run that goes on, or the folder that cannot be written.
  static Result<RunFolder> create(const std::string& store, std::string_view name, WallTime now);
  ~RunFolder();
  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::string& id() const { return id_; }
  const std::string& path() const { return path_; }
  // Written aside and renamed, so that a reader sees all of it or nothing; folders of `name` are
  // made.
  Result<void> write(const std::string& name, std::string_view content) const;
  // Whether somebody asked for a halt (`proofload halt RUN`): who and why.
  std::optional<std::string> halt_request() const;

 private:
  RunFolder() = default;

  std::string id_;
  std::string path_;
  int lock_ = -1;
};

// The id of the certification that holds the store's lock; empty when none does.
std::string run_under_way(const std::string& store);

// Asks the certification that writes to `folder` to stop all its load.
Result<void> request_halt(const std::string& folder, const std::string& by,
                          const std::string& reason);

// Writes `path` aside and renames it.
Result<void> write_file(const std::string& path, std::string_view content);
Result<std::string> read_file(const std::string& path);

}  // namespace proofload::certify
