#include "certify/conservation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/pause.h"
#include "certify/judge_slos.h"
#include "certify/live_prometheus.h"
#include "certify/preflight.h"
#include "certify/preflight_probes.h"
#include "observe/http_get.h"
#include "observe/metrics_text.h"
#include "observe/prometheus.h"

namespace proofload::certify {
namespace {

using evidence::CheckResult;
using evidence::ProfileResult;
using evidence::ProfileState;
using observe::RequestTotals;

const plan::Component* front_of(const plan::Service& service) {
  const auto find = [&](auto is_it) -> const plan::Component* {
    const auto found = std::find_if(service.components.begin(), service.components.end(), is_it);
    return found == service.components.end() ? nullptr : &*found;
  };
  if (const auto* marked = find([](const plan::Component& one) { return one.is_front; })) {
    return marked;
  }
  return find([&](const plan::Component& one) {
    return !one.scrape.empty() && plan::target_of(one.scrape) == plan::target_of(service.base_url);
  });
}

observe::HttpRequest request_of(const std::string& url) {
  observe::HttpRequest request{.url = url};
  request.timeout = kProbeTimeout;
  return request;
}

// The points in that time only; series without any are left out.
std::vector<evidence::Series> cut(std::vector<evidence::Series> series, WallTime from,
                                  WallTime to) {
  for (evidence::Series& one : series) {
    std::erase_if(one.points, [&](const auto& point) { return point.at < from || point.at > to; });
  }
  std::erase_if(series, [](const evidence::Series& one) { return one.points.empty(); });
  return series;
}

// Of each series the first point only: request_totals() takes the last.
std::vector<evidence::Series> first_points(std::vector<evidence::Series> series) {
  for (evidence::Series& one : series) one.points.resize(1);
  return series;
}

}  // namespace

Conservation::Conservation(const plan::Plan& plan) : plan_(plan), front_(front_of(plan.service)) {
  const auto waiver =
      std::find_if(plan.waivers.begin(), plan.waivers.end(),
                   [](const plan::Waiver& one) { return one.check == "conservation"; });
  if (waiver != plan.waivers.end()) waiver_ = &*waiver;
}

std::optional<RequestTotals> Conservation::read_page() const {
  if (front_ == nullptr || front_->scrape.empty()) return std::nullopt;
  observe::HttpClient client;
  const auto response = client.fetch(request_of(front_->scrape));
  if (!response || response->status != 200) return std::nullopt;
  const auto page = observe::parse_metrics_text(response->body, 50'000);
  if (!page) return std::nullopt;
  std::vector<evidence::Series> series;
  for (const observe::MetricSample& sample : page->samples) {
    series.push_back({sample.name, sample.labels, {}, {{wall_now(), sample.value}}});
  }
  return observe::request_totals(series);
}

void Conservation::begin() {
  before_ = read_page();
  began_ = monotonic_now();
}

void Conservation::end(const LoadOutcome& outcome, ProfileResult& profile) {
  const Sent sent{static_cast<double>(outcome.answered_by_service),
                  static_cast<double>(outcome.unanswered_by_service)};
  total_.answered += sent.answered;
  total_.unanswered += sent.unanswered;
  if (!before_) return;
  // A service counts an answer just after it was sent.
  constexpr Duration kCounted = std::chrono::milliseconds(200);
  Judgement judgement;
  for (int i = 0; i < 3; ++i) {
    pause_thread(kCounted);
    const auto after = read_page();
    const auto counted = after ? observe::requests_between(*before_, *after) : std::nullopt;
    if (!counted) return;
    // Without routes our own reading is among what it counts: once a second, and here.
    const double own = after->has_routes ? 0 : 3 + std::ceil(to_seconds(monotonic_now() - began_));
    judgement = judge(sent, *counted, own);
    if (judgement.state != ProfileState::kIncomplete) break;
  }
  note(judgement, profile.name);
  apply(judgement, profile);
}

Conservation::Judgement Conservation::judge(const Sent& sent, double counted, double own_requests) {
  const double least = sent.answered * (1 - kConservationMax) - 1;
  const double most = (sent.answered + sent.unanswered) * (1 + kConservationMax) + 1 + own_requests;
  const double sent_all = sent.answered + sent.unanswered;
  if (counted > most) {
    return {ProfileState::kInvalid,
            fmt::format("traffic from elsewhere: the service counted {:.0f} requests, and {:.0f} "
                        "were sent",
                        counted, sent_all)};
  }
  if (counted < least) {
    return {
        ProfileState::kIncomplete,
        fmt::format("{:.0f} of {:.0f} requests never came to the service, which counted {:.0f}: a "
                    "cache or a CDN answers before it, or it does not count what it refuses",
                    sent_all - counted, sent_all, counted)};
  }
  return {std::nullopt, fmt::format("{:.0f} sent, {:.0f} counted", sent_all, counted)};
}

void Conservation::note(const Judgement& judgement, const std::string& where) {
  seen_.push_back(fmt::format("{}: {}", where, judgement.text));
  is_good_ &= !judgement.state;
}

void Conservation::apply(const Judgement& judgement, ProfileResult& profile) const {
  if (!judgement.state || waiver_ != nullptr) return;
  const bool was_complete =
      profile.state == ProfileState::kValid || profile.state == ProfileState::kIncomplete;
  if (!was_complete) return;
  // The gravest stands first; a lighter load is no news for one that is incomplete already.
  if (judgement.state == ProfileState::kInvalid || profile.state == ProfileState::kValid) {
    profile.state = *judgement.state;
    profile.reasons.insert(profile.reasons.begin(), judgement.text);
  } else {
    profile.reasons.push_back(judgement.text);
  }
}

std::optional<double> Conservation::count_of_prometheus(WallTime from, WallTime to) const {
  const plan::Observe& observe = plan_.observe;
  observe::Prometheus prometheus(request_of(observe.prometheus));
  const std::string match = selector_of(*front_, observe);
  const auto interval = std::chrono::duration_cast<WallTime::duration>(observe.max_scrape_interval);
  const auto deadline = monotonic_now() + std::min<Duration>(2 * observe.max_scrape_interval,
                                                             std::chrono::seconds(30));
  const auto since = from - 4 * interval;
  do {
    const WallTime now = wall_now();
    const auto length = std::chrono::duration_cast<std::chrono::milliseconds>(now - since);
    auto series =
        prometheus.query(fmt::format(R"({{__name__=~"{}",{}}}[{}ms])",
                                     observe::request_metric_regex(), match, length.count()),
                         now);
    if (!series) return std::nullopt;
    const auto after = cut(*series, to, now);
    if (const auto last = observe::request_totals(first_points(after))) {
      const auto first = observe::request_totals(cut(*std::move(series), since, from));
      if (!first) return std::nullopt;
      return observe::requests_between(*first, *last);
    }
    pause_thread(std::chrono::seconds(1));
  } while (monotonic_now() < deadline);
  return std::nullopt;
}

void Conservation::finish(evidence::Result& result, double dry_requests) {
  constexpr double kProbes = 30;  // the preflight's, as dry_requests
  CheckResult check{.id = "conservation", .is_required = false};
  const TimePoint start = monotonic_now();
  const bool has_sent = total_.answered + total_.unanswered > 0;
  const bool asks_prometheus = front_ != nullptr && seen_.empty() && has_sent &&
                               !front_->match.empty() && !plan_.observe.prometheus.empty();
  if (asks_prometheus) {
    if (const auto counted = count_of_prometheus(result.started, result.ended)) {
      const Judgement judgement = judge(total_, *counted, kProbes + dry_requests);
      note(judgement, "the whole run");
      for (ProfileResult& profile : result.profiles) {
        apply(judgement, profile);
        weigh_all(profile);
      }
    }
  }
  if (!seen_.empty()) {
    check.is_required = true;
    check.evidence = fmt::format("{}", fmt::join(seen_, "; "));
    check.state = is_good_ ? evidence::CheckState::kPass : evidence::CheckState::kFail;
    if (!is_good_) check.hint = "keep other traffic away from it, and caches out of the way";
  } else {
    check.evidence = front_ == nullptr
                         ? "no component is marked `front`, nor scraped at the service's address"
                         : fmt::format("{} has no counter of HTTP requests", front_->name);
    check.hint = "without it traffic from elsewhere, or a cache, goes unnoticed";
  }
  if (waiver_ != nullptr && check.state == evidence::CheckState::kFail) {
    check.state = evidence::CheckState::kWaived;
    check.waiver = fmt::format("{}: {}", waiver_->by, waiver_->why);
  }
  check.took = monotonic_now() - start;
  result.checks.push_back(std::move(check));
}

}  // namespace proofload::certify
