#include "certify/watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "certify/preflight.h"
#include "certify/preflight_probes.h"
#include "observe/prometheus.h"
#include "observe/signals.h"

namespace proofload::certify {
namespace {

constexpr Duration kInterval = std::chrono::seconds(1);

using evidence::Signal;
using observe::SignalKind;

// The signal of that kind whose latest value is the highest.
const Signal* highest(const std::vector<Signal>& signals, SignalKind kind) {
  const Signal* found = nullptr;
  for (const Signal& signal : signals) {
    if (signal.name != to_string(kind) || signal.points.empty()) continue;
    if (found == nullptr || signal.points.back().value > found->points.back().value) {
      found = &signal;
    }
  }
  return found;
}

// Of the pool that most wait for, else of the busiest: "shop_rw 20/20 busy, 155 waiting".
std::string pool_text(const std::vector<Signal>& signals) {
  const Signal* waiting = highest(signals, SignalKind::kPoolWaiting);
  const bool does_wait = waiting != nullptr && waiting->points.back().value > 0;
  const Signal* busy = highest(signals, SignalKind::kPoolBusy);
  const Signal* shown = does_wait ? waiting : busy;
  if (shown == nullptr) return {};
  std::string text = shown->object.empty() ? shown->component : shown->object;
  std::string size;
  for (const Signal& signal : signals) {
    const bool is_same = signal.component == shown->component && signal.object == shown->object &&
                         signal.instance == shown->instance && !signal.points.empty();
    if (!is_same) continue;
    const double value = signal.points.back().value;
    if (signal.name == to_string(SignalKind::kPoolBusy)) text += fmt::format(" {:.0f}", value);
    if (signal.name == to_string(SignalKind::kPoolMax)) size = fmt::format("/{:.0f}", value);
  }
  text += size + " busy";
  if (does_wait) text += fmt::format(", {:.0f} WAITING", waiting->points.back().value);
  return text;
}

std::string short_value(const Signal& signal) {
  const double value = signal.points.back().value;
  if (signal.unit == "bytes" || signal.unit == "B") return fmt::format("{:.0f} MB", value / 1e6);
  return fmt::format("{:.3g}{}{}", value, signal.unit.empty() ? "" : " ", signal.unit);
}

}  // namespace

Watch::Watch(const plan::Plan& plan) : plan_(plan) {
  std::vector<observe::ScrapeTarget> targets = metric_targets(plan);
  for (const observe::ScrapeTarget& target : targets) {
    if (std::find(components_.begin(), components_.end(), target.component) == components_.end()) {
      components_.push_back(target.component);
    }
  }
  if (targets.empty()) return;
  scraper_ = std::make_unique<observe::Scraper>(std::move(targets),
                                                observe::Scraper::Options{.interval = kInterval});
}

std::string Watch::line(WallTime now) const {
  if (!scraper_) {
    return plan_.observe.prometheus.empty() ? "no metrics are watched"
                                            : "signals are read from Prometheus at the end";
  }
  Duration oldest{};
  for (const observe::TargetStatus& target : scraper_->targets()) {
    if (!target.last_success) return "NO DATA from " + target.component + ": " + target.error;
    oldest = std::max(oldest, Duration(now - *target.last_success));
  }
  const std::vector<Signal> latest = scraped_signals(now - std::chrono::seconds(10), now);
  std::string line;
  for (const auto& [label, kind] :
       {std::pair("cpu", SignalKind::kCpu), std::pair("memory", SignalKind::kMemory),
        std::pair("gc", SignalKind::kGcPause)}) {
    const Signal* signal = highest(latest, kind);
    if (signal == nullptr) continue;
    const std::string who = signal->object.empty() ? signal->component : signal->object;
    line += fmt::format("{}{} {} {}", line.empty() ? "" : " | ", label, who, short_value(*signal));
  }
  if (const std::string pool = pool_text(latest); !pool.empty()) line += " | pool " + pool;
  if (line.empty()) line = "no signal among the series";
  if (oldest > std::chrono::seconds(3)) {
    line += fmt::format(" ({:.0f} s OLD)", to_seconds(oldest));
  }
  return line;
}

std::vector<Signal> Watch::scraped_signals(WallTime from, WallTime to) const {
  std::vector<Signal> all;
  if (!scraper_) return all;
  for (const std::string& component : components_) {
    const auto series = scraper_->series(component, from, to, observe::is_signal_metric);
    for (Signal& signal :
         observe::resolve_signals(component, series, observe::rate_window(kInterval))) {
      if (!signal.points.empty()) all.push_back(std::move(signal));
    }
  }
  return all;
}

std::vector<Signal> Watch::all_signals(WallTime from, WallTime to,
                                       std::vector<std::string>& problems) const {
  std::vector<Signal> all = scraped_signals(from, to);
  const plan::Observe& observe = plan_.observe;
  observe::HttpRequest server{.url = observe.prometheus};
  server.timeout = kProbeTimeout;
  observe::Prometheus prometheus(server);
  for (const plan::Component& component : plan_.service.components) {
    if (observe.prometheus.empty() || component.match.empty()) continue;
    const std::string match = observe.prometheus_match.empty()
                                  ? component.match
                                  : observe.prometheus_match + "," + component.match;
    auto found = prometheus.signals(component.name, match, from, to,
                                    observe::rate_window(observe.max_scrape_interval));
    if (!found) {
      problems.push_back(fmt::format("the signals of {} are missing: {}", component.name,
                                     found.error().message()));
      break;  // the next one would not answer either
    }
    if (found->empty()) {
      problems.push_back(fmt::format("Prometheus has no signal of {} ({})", component.name, match));
    }
    for (Signal& signal : *found) all.push_back(std::move(signal));
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i].id = fmt::format("E{}", i + 1);
  return all;
}

}  // namespace proofload::certify
