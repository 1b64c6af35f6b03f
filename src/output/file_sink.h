// FileSink: a buffered file, plain or gzip, that survives a full disk and a closed pipe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace proofload::output {

// Text of whole records is collected in `buffer()` and written when that is full, at flush() and at
// close(). The first failed write ends the writing: it is logged once, and from then on records are
// only counted. A process that writes to pipes must ignore or block SIGPIPE.
// Belongs to one thread.
class FileSink {
 public:
  // Creates or truncates `path`; a name ending in .gz is compressed. "" and "-" are standard
  // output, which stays open. The error text is Go's: "open out/x.json: no such file or directory".
  static Result<FileSink> open(const std::string& path);
  FileSink(FileSink&&) noexcept;
  FileSink& operator=(FileSink&&) noexcept;
  ~FileSink();

  // Append here, then call end_record().
  std::string& buffer() { return buffer_; }
  // What was appended since the last call is one record that counts when it is lost.
  void end_record() {
    ++buffered_records_;
    if (buffer_.size() >= kBufferBytes) flush();
  }
  void flush();
  // Writes what is left and closes. The error of the first write that failed, if one did.
  Result<void> close();

  // Records that did not get into the file.
  std::uint64_t lost_count() const { return lost_count_; }

 private:
  struct File;

  explicit FileSink(std::unique_ptr<File> file);
  void fail(std::string why);

  // A write this large costs the kernel a few microseconds for each of its pages and next to
  // nothing per call; what is buffered is also what a crash can lose beside the flush interval.
  static constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

  std::unique_ptr<File> file_;
  std::string buffer_;
  std::uint64_t buffered_records_ = 0;
  std::uint64_t lost_count_ = 0;
  std::optional<Error> error_;
};

}  // namespace proofload::output
