// TerminalPresenter: a run on a terminal, or in a pipe: progress, summary, colours.
#pragma once

#include <string>

#include "app/presenter.h"
#include "cli/terminal.h"

namespace proofload::cli {

class TerminalPresenter final : public app::Presenter {
 public:
  struct Options {
    bool has_color = true;  // if standard output is a terminal
    bool is_quiet = false;  // no banner, no progress
  };
  TerminalPresenter(Terminal& terminal, Options options) : terminal_(terminal), options_(options) {}

  report::Terminals terminals() const override;
  bool has_color() const override;
  void print(std::string_view text) override;
  void print_banner(std::string_view text) override;
  void print_error(std::string_view text) override;
  Duration progress_period() const override;
  void progress(const run::RunSnapshot& snapshot) override;
  void final_progress(const run::RunSnapshot& snapshot) override;

 private:
  std::string progress_text(const run::RunSnapshot& snapshot) const;

  Terminal& terminal_;
  Options options_;
};

}  // namespace proofload::cli
