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
  const int bar_width = terminal_.stdout_is_tty()
                            ? std::clamp(terminal_.width() - kBesideBarColumns, 0, kBarWidthMax)
                            : 0;
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
