#include "output/file_sink.h"

#include <cctype>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include "base/log.h"

namespace proofload::output {
namespace {

// Samples repeat the same text over and over: level 1 packs them nearly as well as the default and
// three times as fast.
constexpr const char* kGzipMode = "wb1";

// As Go words it, which is strerror() without a capital letter.
std::string system_error(int code) {
  std::string text = std::strerror(code);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

// One of the two is open.
struct FileSink::File {
  std::string name;
  int descriptor = -1;
  gzFile compressed = nullptr;

  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(); }

  // 0, or the errno of what failed.
  int write(std::string_view text);
  int close();
};

int FileSink::File::write(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = 0;
    if (compressed != nullptr) {
      written = gzwrite(compressed, text.data(), static_cast<unsigned>(text.size()));
      if (written == 0) written = -1;
    } else {
      written = ::write(descriptor, text.data(), text.size());
    }
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno != 0 ? errno : EIO;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int FileSink::File::close() {
  errno = 0;
  int result = 0;
  if (compressed != nullptr) {
    result = gzclose(compressed);
  } else if (descriptor > STDOUT_FILENO) {
    result = ::close(descriptor);
  }
  compressed = nullptr;
  descriptor = -1;
  if (result == 0) return 0;
  return errno != 0 ? errno : EIO;
}

FileSink::FileSink(std::unique_ptr<File> file) : file_(std::move(file)) {
  buffer_.reserve(kBufferBytes + kBufferBytes / 4);
}
FileSink::FileSink(FileSink&&) noexcept = default;
FileSink& FileSink::operator=(FileSink&&) noexcept = default;
FileSink::~FileSink() = default;

Result<FileSink> FileSink::open(const std::string& path) {
  auto file = std::make_unique<File>();
  if (path.empty() || path == "-") {
    file->name = "standard output";
    file->descriptor = STDOUT_FILENO;
    return FileSink(std::move(file));
  }
  file->name = path;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return Error(ErrorKind::kUsage, fmt::format("open {}: {}", path, system_error(errno)));
  }
  file->descriptor = descriptor;
  if (path.ends_with(".gz")) {
    file->compressed = gzdopen(descriptor, kGzipMode);
    if (file->compressed == nullptr) return Error(ErrorKind::kInternal, "zlib: out of memory");
  }
  return FileSink(std::move(file));
}

void FileSink::flush() {
  if (!error_) {
    const int code = file_->write(buffer_);
    if (code != 0) fail(system_error(code));
  }
  if (error_) lost_count_ += buffered_records_;
  buffered_records_ = 0;
  buffer_.clear();
}

void FileSink::fail(std::string why) {
  error_ = Error(ErrorKind::kUsage, fmt::format("write {}: {}", file_->name, why));
  log(LogLevel::kError, "an output could not be written and will be incomplete",
      {{"error", error_->message()}});
}

Result<void> FileSink::close() {
  flush();
  const int code = file_->close();
  if (code != 0 && !error_) fail(system_error(code));
  if (error_) return *error_;
  return {};
}

}  // namespace proofload::output
