// The two streams a user sees, and the progress area that log lines must not tear.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace proofload::cli {

// Owns nothing but the knowledge of what stdout and stderr are. Thread-safe: log lines come from
// every engine thread.
class Terminal {
 public:
  Terminal();

  bool stdout_is_tty() const { return stdout_is_tty_; }
  bool stderr_is_tty() const { return stderr_is_tty_; }
  // Columns of the terminal at this moment; 80 where there is none.
  int width() const;

  // Writes to stdout. A closed stdout (a reader that went away) is remembered, not fatal.
  void print(std::string_view text);
  // Writes a log line to stderr or stdout; when the progress area is on screen, the line goes
  // above it and the area is drawn again below.
  void print_log(std::string_view line, bool to_stdout);
  // Draws `lines` (each without its newline) in place of the area drawn before. Only on a
  // terminal; elsewhere the lines are simply printed.
  void draw_progress(std::string_view lines);
  // Leaves the last drawn area on screen for good.
  void end_progress();
  bool is_stdout_closed() const { return is_stdout_closed_; }

 private:
  void write_all(int fd, std::string_view text);
  std::string erase_sequence() const;

  bool stdout_is_tty_;
  bool stderr_is_tty_;
  bool is_stdout_closed_ = false;
  std::mutex mutex_;
  std::string progress_;  // as last drawn; empty when nothing is on screen
};

}  // namespace proofload::cli
