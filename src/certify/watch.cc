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

// " (8 s)" when it is not of now; loud when it is old.
std::string age_text(const Signal& signal, WallTime now) {
  constexpr Duration kNow = std::chrono::seconds(3);
  constexpr Duration kOld = std::chrono::seconds(30);
  const Duration age = now - signal.points.back().at;
  if (age <= kNow) return {};
  return fmt::format(" ({:.0f} s{})", to_seconds(age), age > kOld ? " OLD" : "");
}

// Of the pool that most wait for, else of the busiest: "shop_rw 20/20 busy, 155 waiting".
std::string pool_text(const std::vector<Signal>& signals, WallTime now) {
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
  return text + age_text(*shown, now);
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
  live_ = LivePrometheus::start(plan);
  if (targets.empty()) return;
  scraper_ = std::make_unique<observe::Scraper>(std::move(targets),
                                                observe::Scraper::Options{.interval = kInterval});
}

std::string Watch::line(WallTime now) const {
  if (!scraper_ && !live_) {
    return plan_.observe.prometheus.empty() ? "no metrics are watched"
                                            : "no component has a `match` or a `scrape`";
  }
  std::vector<Signal> latest;
  if (scraper_) {
    for (const observe::TargetStatus& target : scraper_->targets()) {
      if (!target.last_success) return "NO DATA from " + target.component + ": " + target.error;
    }
    latest = scraped_signals(now - std::chrono::minutes(1), now);
  }
  if (live_) {
    if (const std::string error = live_->error(); !error.empty()) return "NO DATA: " + error;
    for (Signal& signal : live_->signals()) latest.push_back(std::move(signal));
  }
  std::string line;
  for (const auto& [label, kind] :
       {std::pair("cpu", SignalKind::kCpu), std::pair("memory", SignalKind::kMemory),
        std::pair("gc", SignalKind::kGcPause)}) {
    const Signal* signal = highest(latest, kind);
    if (signal == nullptr) continue;
    const std::string who = signal->object.empty() ? signal->component : signal->object;
    line += fmt::format("{}{} {} {}{}", line.empty() ? "" : " | ", label, who, short_value(*signal),
                        age_text(*signal, now));
  }
  if (const std::string pool = pool_text(latest, now); !pool.empty()) line += " | pool " + pool;
  return line.empty() ? "no signal among the series" : line;
}

std::optional<HaltWatch::Replicas> Watch::replicas(WallTime now) const {
  return live_ ? live_->replicas(now) : std::nullopt;
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
    const std::string match = selector_of(component, observe);
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
