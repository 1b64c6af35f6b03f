#include "cli/terminal.h"

#include <algorithm>
#include <cerrno>
#include <sys/ioctl.h>

#include <unistd.h>

namespace proofload::cli {

Terminal::Terminal()
    : stdout_is_tty_(isatty(STDOUT_FILENO) == 1), stderr_is_tty_(isatty(STDERR_FILENO) == 1) {}

int Terminal::width() const {
  winsize size{};
  if (!stdout_is_tty_ || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return 80;
  }
  return size.ws_col;
}

void Terminal::print(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write_all(STDOUT_FILENO, text);
}

void Terminal::print_log(std::string_view line, bool to_stdout) {
  const std::lock_guard lock(mutex_);
  const int fd = to_stdout ? STDOUT_FILENO : STDERR_FILENO;
  if (progress_.empty() || !(to_stdout ? stdout_is_tty_ : stderr_is_tty_)) {
    write_all(fd, line);
    return;
  }
  write_all(fd, erase_sequence() + std::string(line));
  write_all(STDOUT_FILENO, progress_);
}

void Terminal::draw_progress(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  if (!stdout_is_tty_) {
    write_all(STDOUT_FILENO, lines);
    return;
  }
  const std::string erase = erase_sequence();
  progress_ = lines;
  write_all(STDOUT_FILENO, erase + progress_);
}

void Terminal::end_progress() {
  const std::lock_guard lock(mutex_);
  progress_.clear();
}

// Back to the first line of the area, then clear everything below it.
std::string Terminal::erase_sequence() const {
  if (progress_.empty()) return {};
  const auto lines = std::count(progress_.begin(), progress_.end(), '\n');
  return "\r\x1b[" + std::to_string(lines) + "A\x1b[J";
}

void Terminal::write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (fd == STDOUT_FILENO) is_stdout_closed_ = true;
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace proofload::cli
