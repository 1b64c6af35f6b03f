// RunWriter: keeps a run on disk while it goes on, so that not even `kill -9` loses it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "evidence/result.h"
#include "evidence/span.h"
#include "runtime/thread.h"
#include "store/rows.h"

namespace proofload::store {

// The folder of a run, ROOT/runs/ID, made by this call: an error when it is there already, so that
// two runs never share one. `id` is a file name: letters, digits, `-`, `_` and `.`, no dot first.
Result<std::filesystem::path> create_run_folder(const std::filesystem::path& root,
                                                const std::string& id);

// SQLite (WAL) in FOLDER/run.sqlite. Rows are queued and written by a thread of its own, every
// quarter of a second, each time all or nothing: what was added a second before a crash of the
// process is there. (A power cut may cost some seconds more; the file stays whole.)
// Methods: any thread; none waits for the disk except flush() and finish().
class RunWriter {
 public:
  static Result<std::unique_ptr<RunWriter>> create(const std::filesystem::path& folder);
  // Writes what is left.
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  void add(EndpointSecond second);
  void add(std::string profile, evidence::Second second);
  // Points of a signal: by component, name, object and instance. A point that is there already is
  // left as it is, so that windows may overlap.
  void add(evidence::Signal signal);
  void add(evidence::Span span);
  void add(evidence::Event event);
  // A document: the plan, the script, a raw reply. The last one of a name counts.
  void put(std::string name, std::string bytes);

  // Waits until all that was added before is on disk; the first error of writing, ever since.
  // After an error (a full disk) nothing more is written: what is there stays readable.
  Result<void> flush();
  // flush(), and marks the run as complete.
  Result<void> finish();
  // Rows that were given up because the disk did not keep up or failed.
  std::uint64_t lost_count() const;

 private:
  struct Document {
    std::string name;
    std::string bytes;
  };
  struct ProfileSecond {
    std::string profile;
    evidence::Second second;
  };
  using Row = std::variant<EndpointSecond, ProfileSecond, evidence::Signal, evidence::Span,
                           evidence::Event, Document>;
  class Tables;

  explicit RunWriter(std::unique_ptr<Tables> tables);
  void queue(Row row);
  void run();

  std::unique_ptr<Tables> tables_;  // of the thread
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable written_;
  std::vector<Row> rows_;
  std::uint64_t queued_count_ = 0;   // all rows ever
  std::uint64_t settled_count_ = 0;  // written or lost
  std::uint64_t lost_count_ = 0;
  std::optional<Error> error_;
  bool is_hurried_ = false;
  bool is_closing_ = false;
  runtime::Thread thread_;
};

}  // namespace proofload::store
