#include "cli/steer_commands.h"

#include <cmath>

#include <CLI/CLI.hpp>

#include "app/steer_command.h"
#include "cli/command_line.h"
#include "plan/values.h"

namespace proofload::cli {

int run_profile(const Invocation& invocation, std::span<const std::string> arguments,
                Terminal& terminal) {
  CLI::App app("Takes a profile of each component with a profiler, of a certification under way",
               "profile");
  std::string run;
  std::string by;
  std::string reason;
  std::string store = ".proofload";
  app.add_option("run", run, "its id, its folder, or `latest`")->required();
  app.add_option("--by", by, "who asks for it")->required();
  app.add_option("--reason", reason, "why")->required();
  app.add_option("--store", store, "where the run is kept")->capture_default_str();
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  return app::profile_run(store, run, by, reason, presenter);
}

int run_throttle(const Invocation& invocation, std::span<const std::string> arguments,
                 Terminal& terminal) {
  CLI::App app("Lowers, pauses or resumes the load of a certification under way", "throttle");
  std::string run;
  std::string rate;
  std::string store = ".proofload";
  bool is_pause = false;
  bool is_resume = false;
  certify::LoadRequest request;
  app.add_option("run", run, "its id, its folder, or `latest`")->required();
  const auto is_share = [](const std::string& text) {
    const auto share = plan::to_share(text);
    return share && *share <= 1 ? std::string() : "a share of the plan's rate, such as 50%";
  };
  CLI::Option* share =
      app.add_option("--rate", rate, "of what the plan says: 50%")->check(is_share);
  CLI::Option* pause = app.add_flag("--pause", is_pause, "starts nothing more until --resume");
  CLI::Option* resume = app.add_flag("--resume", is_resume, "the whole load again");
  share->excludes(pause)->excludes(resume);
  pause->excludes(resume);
  app.add_option("--by", request.by, "who asks for it")->required();
  app.add_option("--reason", request.reason, "why")->required();
  app.add_option("--store", store, "where the run is kept")->capture_default_str();
  app.callback([&] {
    if (rate.empty() && !is_pause && !is_resume) {
      throw CLI::RequiredError("--rate, --pause or --resume");
    }
  });
  int code = 0;
  if (!parse(app, arguments, terminal, code)) return code;
  if (is_pause) request.permille = 0;
  if (!rate.empty()) {
    request.permille = static_cast<int>(std::lround(plan::to_share(rate).value_or(1) * 1000));
  }
  TerminalPresenter presenter = quiet_presenter(invocation, false, terminal);
  return app::throttle_run(store, run, request, presenter);
}

}  // namespace proofload::cli
