#include "cli/terminal_presenter.h"

#include <algorithm>

#include "load/progress.h"

namespace proofload::cli {
namespace {

// Beside the bar: name, status and right-hand columns of the widest usual line.
constexpr int kBesideBarColumns = 60;
constexpr int kBarWidthMax = 40;

std::string stage_text(const run::RunSnapshot& snapshot) {
  switch (snapshot.stage) {
    case run::RunStage::kInit:
      return "Init      [ " + std::to_string(snapshot.status.initialized_vus) + "/" +
             std::to_string(snapshot.status.possible_vus) + " VUs ]";
    case run::RunStage::kSetup:
      return "Run       [ setup() ]";
    case run::RunStage::kTeardown:
      return "Run       [ teardown() ]";
    case run::RunStage::kRunning:
    case run::RunStage::kEnded:
      break;
  }
  return load::run_status_text(snapshot.status);
}

// Columns on the screen; a line that has more wraps, and is no longer overwritten where it stands.
int columns(std::string_view line) {
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// What of `bar_width` leaves every line room on a terminal of `width` columns.
int fitting_bar_width(const std::vector<load::ScenarioProgress>& scenarios, int bar_width,
                      int width) {
  int longest = 0;
  for (const std::string& line :
       load::progress_lines(scenarios, {.bar_width = bar_width, .is_colored = false})) {
    longest = std::max(longest, columns(line));
  }
  return std::max(bar_width - std::max(longest - width, 0), 0);
}

}  // namespace

report::Terminals TerminalPresenter::terminals() const {
  return {.stdout_is_tty = terminal_.stdout_is_tty(), .stderr_is_tty = terminal_.stderr_is_tty()};
}

bool TerminalPresenter::has_color() const {
  return options_.has_color && terminal_.stdout_is_tty();
}

void TerminalPresenter::print(std::string_view text) {
  terminal_.draw_progress({});
  terminal_.print(text);
}

void TerminalPresenter::print_banner(std::string_view text) {
  if (!options_.is_quiet) terminal_.print(text);
}

void TerminalPresenter::print_error(std::string_view text) {
  terminal_.print_log(text, false);
}

Duration TerminalPresenter::progress_period() const {
  return terminal_.stdout_is_tty() ? std::chrono::milliseconds(100) : std::chrono::seconds(1);
}

std::string TerminalPresenter::progress_text(const run::RunSnapshot& snapshot) const {
  // k6's bar where there is room; a percentage in a pipe and on a narrow terminal.
  int bar_width = 0;
  if (terminal_.stdout_is_tty()) {
    const int usual = std::clamp(terminal_.width() - kBesideBarColumns, 0, kBarWidthMax);
    bar_width = fitting_bar_width(snapshot.scenarios, usual, terminal_.width());
  }
  std::string text = "\n" + stage_text(snapshot) + "\n";
  for (const std::string& line : load::progress_lines(
           snapshot.scenarios, {.bar_width = bar_width, .is_colored = has_color()})) {
    text += line;
  }
  return text;
}

void TerminalPresenter::progress(const run::RunSnapshot& snapshot) {
  if (options_.is_quiet) return;
  terminal_.draw_progress(progress_text(snapshot));
}

void TerminalPresenter::final_progress(const run::RunSnapshot& snapshot) {
  if (options_.is_quiet) return;
  terminal_.draw_progress(progress_text(snapshot));
  terminal_.end_progress();
}

}  // namespace proofload::cli
