#include "app/run_command.h"

#include <filesystem>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "app/banner.h"
#include "app/signal_watch.h"
#include "app/summary_files.h"
#include "base/duration.h"
#include "base/log.h"
#include "output/output.h"
#include "output/sample_writer.h"
#include "report/build_summary.h"
#include "report/text_summary.h"
#include "run/load_run.h"

namespace proofload::app {
namespace {

Error abort_error(const k6::AbortRequest& request) {
  return Error(ErrorKind::kScriptAborted,
               request.where.empty() ? request.reason : request.reason + " at " + request.where);
}

// Calls the presenter as often as it wants, on the loop's stack: at whole periods of the test clock
// once that runs.
class ProgressTimer {
 public:
  ProgressTimer(runtime::Loop& loop, const run::LoadRun& load_run, Presenter& presenter)
      : timer_([this, &loop, &load_run, &presenter] {
          const run::RunSnapshot snapshot = load_run.snapshot();
          const Duration period = presenter.progress_period();
          const Duration into = snapshot.status.elapsed.value_or(Duration::zero()) % period;
          loop.timers().arm(timer_, monotonic_now() + period - into);
          if (snapshot.stage != run::RunStage::kEnded && into < period / 2) {
            presenter.progress(snapshot);
          }
        }) {
    loop.timers().arm(timer_, monotonic_now() + presenter.progress_period());
  }

 private:
  runtime::Timer timer_;
};

class TestRun {
 public:
  TestRun(TestSession& session, Presenter& presenter, RunObserver* observer)
      : session_(session),
        presenter_(presenter),
        observer_(observer),
        options_(session.runtime_options()) {}

  RunResult run() {
    // From the start, so that an init that never ends can be ended.
    const SignalWatch signals(session_.loop(),
                              [this](int signal) { interrupt(signal_error(signal)); });
    if (const auto loaded = session_.load(); !loaded) {
      return failed(interruption_.value_or(loaded.error()));
    }
    log_warnings();
    if (const auto opened = open_outputs(); !opened) return failed(opened.error());
    presenter_.print_banner(banner_text(banner_facts(), presenter_.has_color()));
    if (const auto started = start_outputs(); !started) return failed(started.error());
    run_load();
    finish_outputs();
    judge();
    write_summary();
    finish();
    return std::move(result_);
  }

 private:
  // On the loop's stack.
  void interrupt(Error reason) {
    if (load_run_) return load_run_->abort(std::move(reason));
    interruption_ = std::move(reason);
    session_.vu().interrupt();
  }

  RunResult failed(const Error& error) {
    log_warnings();
    log_error(error);
    return {.error = error};
  }

  void log_warnings() {
    for (const options::Warning& warning : session_.warnings()) {
      log(LogRecord{.level = LogLevel::kWarning,
                    .at = wall_now(),
                    .message = warning.message,
                    .fields = warning.fields});
    }
  }

  Result<void> open_outputs() {
    const auto specs = options_.out.value_or(std::vector<std::string>());
    if (specs.empty()) return {};
    const auto env = [&](const char* name, const std::string& otherwise) {
      const auto& all = session_.request().environment;
      const auto found = all.find(name);
      return found == all.end() ? otherwise : found->second;
    };
    output::OutputContext context{.system_tags = session_.state().system_tags,
                                  .thresholds = &session_.thresholds(),
                                  .csv = {}};
    context.csv.file_name = env("K6_CSV_FILENAME", context.csv.file_name);
    context.csv.time_format = env("K6_CSV_TIME_FORMAT", context.csv.time_format);
    if (const std::string interval = env("K6_CSV_SAVE_INTERVAL", ""); !interval.empty()) {
      context.csv.save_interval = PL_TRY(parse_duration(interval));
    }
    std::vector<std::unique_ptr<output::Output>> outputs;
    outputs.reserve(specs.size());
    for (const std::string& spec : specs) {
      outputs.push_back(PL_TRY(output::create_output(spec, context)));
    }
    writer_ = std::make_unique<output::SampleWriter>(*session_.samples(), std::move(outputs));
    return {};
  }

  Result<void> start_outputs() { return writer_ ? writer_->start() : Result<void>(); }

  BannerFacts banner_facts() const {
    BannerFacts facts{.script = session_.request().script,
                      .outputs = {},
                      .scenarios = session_.scenarios(),
                      .tuple = session_.tuple()};
    if (writer_) facts.outputs = writer_->descriptions();
    return facts;
  }

  run::LoadRunConfig load_config() {
    run::LoadRunConfig config = session_.load_config();
    config.has_scopes = is_full_summary();
    config.samples = session_.samples();
    config.no_thresholds = options_.no_thresholds.value_or(false);
    if (observer_ != nullptr) {
      config.on_frame = [this](const metrics::Frame& frame) { observer_->on_frame(frame); };
      config.on_second = [this] { observer_->on_second(load_run_->snapshot().status.active_vus); };
    }
    return config;
  }

  bool is_full_summary() const { return options_.summary_mode.value_or("compact") == "full"; }

  void run_load() {
    load_run_ = std::make_unique<run::LoadRun>(load_config());
    runtime::Loop& loop = session_.loop();
    session_.state().abort = [this, &loop](k6::AbortRequest request) {
      loop.post([this, request = std::move(request)] { load_run_->abort(abort_error(request)); });
    };
    const ProgressTimer progress(loop, *load_run_, presenter_);
    outcome_ = load_run_->run();
    const runtime::LoopStats& loops = load_run_->self_watch().total();
    log(LogLevel::kDebug, "engine threads have ended",
        {{"io", outcome_.io_name},
         {"cpu", to_string(loops.cpu)},
         {"longest_stop", to_string(loops.longest_stop)},
         {"answer_delay_p99", to_string(loops.ready_to_resumed_quantile(0.99))}});
    if (!outcome_.error && session_.state().iterations_completed.load() == 0) {
      log(LogLevel::kWarning,
          "No script iterations fully finished, consider making the test duration longer");
    }
  }

  void finish_outputs() {
    if (writer_) writer_->finish();
  }

  // Thresholds at the end; an earlier error wins over them.
  void judge() {
    result_.error = outcome_.error;
    result_.is_marked_failed = session_.state().is_marked_failed;
    if (options_.no_thresholds.value_or(false)) return;
    const auto verdict =
        session_.thresholds().evaluate_final(load_run_->totals(), outcome_.test_run_duration);
    result_.are_thresholds_crossed = !verdict.crossed.empty();
    crossed_ = verdict.crossed;
  }

  report::Summary summary() const {
    const options::Options& test = session_.options();
    report::SummaryOptions options;
    if (test.summary_trend_stats) options.trend_stats = *test.summary_trend_stats;
    options.time_unit = test.summary_time_unit.value_or("");
    options.no_color = options_.no_color.value_or(false);
    options.setup_data = session_.state().setup_data;
    return report::build_summary(
        {.registry = session_.state().registry,
         .totals = load_run_->totals(),
         .thresholds =
             options_.no_thresholds.value_or(false) ? no_thresholds_ : session_.thresholds(),
         .test_run_duration = outcome_.test_run_duration},
        options);
  }

  void write_summary() {
    if (options_.summary_mode.value_or("compact") == "disabled") return;
    if (session_.vu().has_export("handleSummary") && !session_.vu().has_function("handleSummary")) {
      return log(LogLevel::kError, "failed to handle the end-of-test summary",
                 {{"error", "exported identifier handleSummary must be a function"}});
    }
    const report::Summary summary = this->summary();
    const bool is_machine = options_.new_machine_readable_summary.value_or(false);
    const auto machine = [&] {
      return report::machine_summary(
          summary, {.script = session_.state().script_source, .generated_at = wall_now()});
    };
    std::optional<k6::SummaryFiles> files;
    if (session_.vu().has_function("handleSummary")) {
      const std::string data =
          is_machine ? machine() : report::handle_summary_data(summary, presenter_.terminals());
      auto returned =
          session_.vu().run_handle_summary(data, session_.options().handle_summary_timeout.value_or(
                                                     options::kHandleSummaryTimeoutDefault));
      if (returned) {
        files = *std::move(returned);
      } else {
        log_error(returned.error());
      }
    }
    if (files) {
      write_summary_files(*files, presenter_);
    } else {
      presenter_.print(report::text_summary(
          summary,
          {.mode = is_full_summary() ? report::SummaryMode::kFull : report::SummaryMode::kCompact,
           .color = presenter_.has_color()}));
    }
    if (options_.summary_export) {
      write_summary_files(
          {{*options_.summary_export, is_machine ? machine() : report::summary_export(summary)}},
          presenter_);
    }
  }

  void finish() {
    presenter_.final_progress(load_run_->snapshot());
    for (const std::string& text : load_run_->self_watch().warnings()) {
      log(LogLevel::kWarning, text);
    }
    if (result_.error) {
      log_error(*result_.error);
      return;
    }
    if (result_.are_thresholds_crossed) {
      log(LogLevel::kError, metrics::crossed_text(crossed_));
    } else if (result_.is_marked_failed) {
      log(LogLevel::kError, "test run was marked as failed");
    }
  }

  TestSession& session_;
  Presenter& presenter_;
  RunObserver* observer_;  // or null
  const options::RuntimeOptions& options_;
  std::unique_ptr<output::SampleWriter> writer_;
  std::unique_ptr<run::LoadRun> load_run_;
  std::optional<Error> interruption_;  // before there was a load_run_
  run::RunOutcome outcome_;
  RunResult result_;
  std::vector<std::string> crossed_;
  metrics::Thresholds no_thresholds_;
};

}  // namespace

RunResult run_test(TestSession& session, Presenter& presenter, RunObserver* observer) {
  RunResult result;
  session.run_on_fiber([&] { result = TestRun(session, presenter, observer).run(); });
  return result;
}

void log_error(const Error& error) {
  LogRecord record{
      .level = LogLevel::kError, .at = wall_now(), .message = error.message(), .fields = {}};
  if (!error.hint().empty()) record.fields.emplace_back("hint", error.hint());
  if (error.hint() == k6::kScriptExceptionHint) record.fields.emplace_back("source", "stacktrace");
  log(record);
}

}  // namespace proofload::app
