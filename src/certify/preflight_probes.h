// The probes of the preflight that speak HTTP; each of its own thread, blocking for kProbeTimeout
// at most, several of them one after another.
#pragma once

#include <string>
#include <vector>

#include "evidence/result.h"
#include "observe/scraper.h"
#include "plan/plan.h"

namespace proofload::certify {

evidence::CheckResult passed(std::string evidence);
evidence::CheckResult warned(std::string evidence, std::string hint);
evidence::CheckResult failed(std::string evidence, std::string hint);

// The first endpoint that a plain GET may ask for, else the root.
std::string safe_url(const plan::Service& service);

// It answers; the round trip's median.
evidence::CheckResult check_target(const plan::Service& service);
// The generator is not on the service's host.
evidence::CheckResult check_generator_host(const plan::Service& service);
// The service's Date header against our clock.
evidence::CheckResult check_clock(const plan::Service& service);
// No cache answers in its place: Age, Via, X-Cache (RFC 9111 section 5.1, RFC 9110 section 7.6.3).
evidence::CheckResult check_caches(const plan::Service& service);
// Every /metrics page that the plan names answers.
evidence::CheckResult check_metrics(const plan::Plan& plan);
// The interval as its samples' timestamps show it.
evidence::CheckResult check_prometheus(const plan::Observe& observe);
evidence::CheckResult check_dashboards(const plan::Observe& observe);

// What we scrape ourselves: the components' pages, then those of `observe`.
std::vector<observe::ScrapeTarget> metric_targets(const plan::Plan& plan);

}  // namespace proofload::certify
