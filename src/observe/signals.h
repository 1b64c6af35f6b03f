// Which series say what about a component: exporters differ in their names, the signals do not.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "evidence/series.h"

namespace proofload::observe {

enum class SignalKind : std::uint8_t {
  kCpu,
  kCpuLimit,
  kCpuThrottled,      // seconds that threads could not run, each second
  kThrottledPeriods,  // share of the scheduler's periods with throttling
  kMemory,
  kMemoryLimit,
  kOutOfMemory,  // kills since the start
  kPoolBusy,     // connections in use
  kPoolMax,
  kPoolWaiting,   // callers that wait for a connection
  kPoolWait,      // mean wait of those who got one
  kPoolWaitLoad,  // seconds waited each second: how many wait on average
  kPoolTimeouts,
  kWorkersBusy,
  kWorkersMax,
  kWorkersQueued,
  kGcPause,  // share of time
  kGcCount,
  kRequests,
  kRequestTime,  // mean
  kRequestErrors,
  kConnections,  // to a database server
  kConnectionsMax,
  kTransactions,
  kLongestTransaction,
  kDeadlocks,
  kReplicaLag,
  kQueueDepth,
  kStartTime  // seconds since 1970: another value is another process
};

// "pool wait", "s". Words are those of docs/glossary.md.
std::string_view to_string(SignalKind kind);
std::string_view unit_of(SignalKind kind);

// One way to get a signal. The rows of a kind are in order of preference: for each instance the
// first one with data wins.
struct SignalRow {
  enum class Read : std::uint8_t { kGauge, kRate };
  // Whose the numbers are: of the process that serves the page, or of whatever it watches. An
  // exporter's own CPU is not its database's.
  // What becomes of the series of one instance and object that differ in other labels.
  enum class Fold : std::uint8_t { kSum, kMax };
  enum class Of : std::uint8_t { kProcess, kWatched };

  SignalKind kind;
  std::string_view metric;       // `*` once at most: any characters
  std::string_view where = {};   // "label=value,label!=value"; a value may hold one `*`
  std::string_view object = {};  // labels whose values name the part: "pool pool_name"
  Read read = Read::kGauge;      // kRate: a counter's growth a second
  double scale = 1;
  std::string_view per = {};    // metric, read in the same way, to divide by
  std::string_view minus = {};  // metric, read in the same way, to subtract
  Of of = Of::kWatched;
  Fold fold = Fold::kSum;
};

// signal_table.cc: a new exporter is a few more rows there.
std::span<const SignalRow> signal_table();
// Metrics that only an exporter for something else has.
std::span<const std::string_view> exporter_marks();

// Whether a row, or an exporter's mark, needs the metric.
bool is_signal_metric(std::string_view metric);
// A regular expression (RE2, anchored) of all those metrics, for a selector of Prometheus.
std::string signal_metric_regex();

// Growth of a counter over `points`, which may have been reset on the way; nothing for fewer than
// two points.
std::optional<double> increase(std::span<const evidence::Signal::Point> points);
// The growth a second over the last `window` before each point; none where the window holds no
// other point.
std::vector<evidence::Signal::Point> rate(std::span<const evidence::Signal::Point> points,
                                          Duration window);

// Windows for rate(): four scrapes, as Prometheus advises, and not below two seconds.
Duration rate_window(Duration scrape_interval);

// The signals of a component in the order of the kinds, one for each instance and object. The
// id is left empty.
std::vector<evidence::Signal> resolve_signals(std::string_view component,
                                              std::span<const evidence::Series> series,
                                              Duration window);

}  // namespace proofload::observe
