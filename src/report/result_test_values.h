// A result as a certification of the shop could have made it, for tests of all reports.
#pragma once

#include <cmath>
#include <limits>
#include <string>

#include "evidence/result.h"
#include "report/timestamp.h"

namespace proofload::report::testing {

inline WallTime instant(std::string_view text) {
  return *parse_rfc3339(text);
}

// Requests that grow slower from `onset` on, when a pool is exhausted.
inline std::vector<evidence::Second> sample_seconds(int count, int onset) {
  std::vector<evidence::Second> seconds;
  for (int i = 0; i < count; ++i) {
    const double wave = std::sin(i * 0.7) + 0.5 * std::sin(i * 2.3);
    const double load = i < 60 ? i / 60.0 : 1;
    const double wait = i < onset ? 0 : 400 * (1 - std::exp(-(i - onset) / 20.0));
    evidence::Second second{.since_start = std::chrono::seconds(i)};
    second.requests = static_cast<std::uint64_t>(240 * load + 6 * wave + 8);
    second.failed = i >= onset + 90 && i % 7 == 0 ? 3 : 0;
    second.dropped_iterations = i > onset + 100 ? 2 : 0;
    second.vus = static_cast<std::int64_t>(20 + 60 * load + wait / 4);
    second.p50 = 18 + 2 * wave + wait * 0.2;
    second.p95 = 74 + 9 * wave + wait * 1.1;
    second.p99 = 180 + 30 * wave + wait * 2.4;
    seconds.push_back(second);
  }
  return seconds;
}

inline evidence::ProfileResult sample_steady() {
  using namespace std::chrono_literals;
  evidence::ProfileResult profile{.name = "steady", .load = "200 journeys/s for 10m0s"};
  profile.state = evidence::ProfileState::kValid;
  profile.started = instant("2026-01-31T13:58:01Z");
  profile.took = 600s;
  profile.measured_from = 120s;
  profile.scheduled_iterations = 108'000;
  profile.started_iterations = 107'412;
  profile.dropped_iterations = 588;
  profile.seconds = sample_seconds(600, 270);
  profile.slos = {
      {.id = "checkout-p99",
       .profile = "steady",
       .owner = "payments",
       .objective = "checkout p99 <= 500ms",
       .unit = "ms",
       .limit = 500,
       .value = 1213.4,
       .interval = evidence::Interval{1102, 1339},
       .samples = 6120,
       .samples_needed = 368,
       .first_breach = 270s,
       .state = evidence::SloState::kBroken},
      {.id = "errors",
       .profile = "steady",
       .objective = "errors <= 0.1 %",
       .unit = "%",
       .limit = 0.1,
       .value = 0.108,
       .interval = evidence::Interval{0.071, 0.159},
       .samples = 107'412,
       .samples_needed = 3838,
       .state = evidence::SloState::kUndecided,
       .reason = "the limit lies inside the interval; about 1,200,000 samples would decide"},
      {.id = "delivered",
       .profile = "steady",
       .objective = "delivered >= 99 %",
       .unit = "%",
       .limit = 99,
       .is_minimum = true,
       .value = 99.4556,
       .samples = 108'000,
       .state = evidence::SloState::kMet},
  };
  profile.endpoints = {{"browse", 59'412, 12, 14.2, 61.9, 148.3, 902.1},
                       {"detail", 36'120, 80, 21.9, 310.4, 801.7, 1602.9},
                       {"cart", 11'880, 4, 25.1, 120.8, 342.5, 1211},
                       {"checkout", 6'120, 20, 61.7, 702.2, 1213.4, 2420.6}};
  return profile;
}

inline std::vector<evidence::Signal> sample_signals() {
  evidence::Signal waiting{.id = "E3",
                           .component = "catalog",
                           .name = "clients waiting",
                           .unit = "",
                           .source = "pgbouncer 127.0.0.1:6432, SHOW POOLS",
                           .points = {},
                           .object = "shop_ro"};
  evidence::Signal busy{.id = "E4",
                        .component = "catalog",
                        .name = "connections busy",
                        .unit = "",
                        .source = "pgbouncer 127.0.0.1:6432, SHOW POOLS",
                        .points = {},
                        .object = "shop_ro"};
  evidence::Signal cpu{.id = "E7",
                       .component = "orders",
                       .name = "CPU",
                       .unit = "%",
                       .source = "rate(process_cpu_seconds_total{job=\"orders\"}[15s])",
                       .points = {}};
  evidence::Signal gone{.id = "E9",
                        .component = "reco",
                        .name = "GC pause",
                        .unit = "ms",
                        .source = "jvm_gc_pause_seconds",
                        .points = {}};
  const WallTime start = instant("2026-01-31T13:58:01Z");
  for (int i = 0; i < 600; i += 5) {
    const WallTime at = start + std::chrono::seconds(i);
    const double wave = std::sin(i * 0.11);
    waiting.points.push_back({at, i < 270 ? 0 : 155 * (1 - std::exp(-(i - 270) / 20.0))});
    busy.points.push_back({at, i < 270 ? 9 + 3 * wave : 20});
    cpu.points.push_back({at, 38 + 4 * wave});
  }
  return {waiting, busy, cpu, gone};
}

inline evidence::Result sample_result() {
  using namespace std::chrono_literals;
  evidence::Result result;
  result.run = "20260131-135740-checkout-api";
  result.plan = "checkout-api";
  result.plan_path = "plan.yaml";
  result.plan_hash = "sha256:0d6e4079e36703ebd37c00722f5891d28b0e2811dc114b129215123adcce3605";
  result.script_hash = "sha256:9f2feb0f1ef425b292f2f94bdc8482494df430413b8d4d5c9a1e3a0b7b0f3b6a";
  result.service = "http://127.0.0.1:8080";
  result.environment = "staging";
  result.version = "0.1.0";
  result.service_version = "v42";
  result.command = "proofload certify plan.yaml";
  result.started = instant("2026-01-31T13:57:40Z");
  result.ended = instant("2026-01-31T14:08:31.25Z");
  result.stamps = {"DEMO SCALE"};
  result.verdict = {
      evidence::SloLine::kBroken,
      evidence::Readiness::kNotReady,
      {"checkout-p99 in steady", "errors in steady: the limit lies inside the interval"},
      {"soak", "dba"}};
  result.profiles = {
      sample_steady(),
      {.name = "soak", .load = "120 journeys/s for 4h0m0s", .reasons = {"after a broken SLO"}}};
  result.checks = {{.id = "prometheus-scrape-interval",
                    .state = evidence::CheckState::kPass,
                    .evidence = "5.0 s between samples of 4 targets",
                    .took = 41ms},
                   {.id = "generator-host",
                    .state = evidence::CheckState::kWaived,
                    .evidence = "the target is on this host",
                    .hint = "run the generator elsewhere",
                    .waiver = "Kim: a demo on one machine",
                    .took = 2ms},
                   {.id = "trace-sampling",
                    .state = evidence::CheckState::kWarn,
                    .is_required = false,
                    .evidence = "12 of 100 canaries found",
                    .hint = "sample at 100 %",
                    .took = 1803ms}};
  result.checklist = {{"Test plan reviewed by backend, DBA and SRE before execution",
                       evidence::ItemState::kNotMet, "dba: missing"},
                      {"Thresholds encode SLOs, an error rate included", evidence::ItemState::kMet,
                       "errors <= 0.1 % in steady"}};
  result.signatures = {
      {"backend", "Ana", "2026-01-30T10:00:00Z", evidence::SignatureState::kVerified},
      {"sre", "Kim", "2026-01-30T11:30:00Z", evidence::SignatureState::kClaimed},
      {"dba", "", "", evidence::SignatureState::kMissing}};
  result.signals = sample_signals();
  result.traces = {{.profile = "steady",
                    .source = "Jaeger (API v3) at http://127.0.0.1:16686",
                    .requests = 141'180,
                    .flagged = 14'092,
                    .asked = 200,
                    .found = 181,
                    .peak_asked = 150,
                    .peak_found = 134,
                    .slow_asked = 71,
                    .slow_found = 70,
                    .spans = 2'024,
                    .kept_spans = 2'010,
                    .lost_spans = 14,
                    .is_observed = true}};
  result.findings = {
      {.id = "F2",
       .sentence = "detail asks the database once per product (21 queries a request)",
       .confidence = "medium",
       .impact_seconds = 212,
       .evidence = {"E8"}},
      {.id = "F1",
       .sentence = "connection pool shop_ro on the read replica exhausted (20 of 20 busy, 155 "
                   "waiting) from 14:02:31 at 182 VUs; hold time did not change",
       .is_confirmed = true,
       .confidence = "high",
       .impact_seconds = 18'420,
       .evidence = {"E3", "E4"},
       .recommendation = "raise default_pool_size of shop_ro from 20 to 34 (240 requests/s times "
                         "0.118 s of hold time, and a fifth)"}};
  result.events = {{instant("2026-01-31T14:02:40Z"), "steady", "CPU profile of catalog captured"}};
  result.failures = {{.profile = "steady",
                      .endpoint = "checkout",
                      .method = "POST",
                      .url = "http://shop.test/checkout",
                      .status = 503,
                      .error = {},
                      .trace_id = "0af7651916cd43dd8448eb211c80319c",
                      .body = R"({"error": "no stock"})",
                      .at = instant("2026-01-31T14:02:41Z"),
                      .kind_count = 20}};
  result.artifacts = {{.component = "catalog",
                       .kind = "CPU profile of 5 s",
                       .file = "profiles/catalog-1.pb.gz",
                       .at = instant("2026-01-31T14:02:40Z"),
                       .profile = "steady",
                       .reason = "checkout-p99 began to break",
                       .bytes = 48'112}};
  result.profiles[0].levels = {{50, 251, 6.5, true}, {75, 340.2, 22, false}};
  result.profiles[0].scaling = evidence::ScalingFit{.model = "USL",
                                                    .gamma = 52,
                                                    .alpha = 0.02,
                                                    .beta = 0.0005,
                                                    .peak = 44.6,
                                                    .peak_interval = evidence::Interval{38, 55},
                                                    .sentence = "USL over 9 levels"};
  result.changes = {"git: v41..v42", "schema: migrations/"};
  result.rollback = "kubectl rollout undo deploy/checkout";
  return result;
}

// Texts that try to be more than text.
inline evidence::Result hostile_result() {
  evidence::Result result = sample_result();
  const std::string evil =
      "</script><img src=x onerror=alert(1)> | `x` [a](javascript:b) "
      "<!channel> @here \xE2\x80\xAE"
      "gnp.exe \xFF\x01 \"'";
  result.plan = evil;
  result.service = evil;
  result.stamps = {evil};
  result.verdict.outstanding = {evil};
  result.profiles[0].name = evil;
  result.profiles[0].slos[0].objective = evil;
  result.profiles[0].slos[0].id = evil;
  result.profiles[0].endpoints[0].name = std::string(4096, 'x') + evil;
  result.checks[0].evidence = evil;
  result.findings[0].sentence = evil;
  result.findings[1].recommendation = evil;
  result.signals[0].component = evil;
  result.events[0].text = evil;
  result.failures[0].body = evil;
  result.failures[0].url = evil;
  result.artifacts[0].reason = evil;
  result.command = evil + "\n```\n# heading";
  result.profiles[0].slos[0].value = std::numeric_limits<double>::infinity();
  return result;
}

}  // namespace proofload::report::testing
