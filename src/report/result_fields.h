// The fields of a result, in the order and by the names of result.json; writing and reading share
// this one list. `io` is called with each field's name and the field.
#pragma once

#include "evidence/result.h"

namespace proofload::report {

template <class Io>
void fields(Io& io, evidence::Interval& one) {
  io("low", one.low);
  io("high", one.high);
}

template <class Io>
void fields(Io& io, evidence::SloResult& one) {
  io("id", one.id);
  io("profile", one.profile);
  io("owner", one.owner);
  io("objective", one.objective);
  io("unit", one.unit);
  io("limit", one.limit);
  io("is_minimum", one.is_minimum);
  io("value", one.value);
  io("interval", one.interval);
  io("samples", one.samples);
  io("samples_needed", one.samples_needed);
  io("first_breach_ms", one.first_breach);
  io("state", one.state);
  io("reason", one.reason);
}

template <class Io>
void fields(Io& io, evidence::Second& one) {
  io("since_start_ms", one.since_start);
  io("requests", one.requests);
  io("failed", one.failed);
  io("dropped_iterations", one.dropped_iterations);
  io("vus", one.vus);
  io("p50_ms", one.p50);
  io("p95_ms", one.p95);
  io("p99_ms", one.p99);
}

template <class Io>
void fields(Io& io, evidence::EndpointResult& one) {
  io("name", one.name);
  io("requests", one.requests);
  io("failed", one.failed);
  io("p50_ms", one.p50);
  io("p95_ms", one.p95);
  io("p99_ms", one.p99);
  io("max_ms", one.max);
}

template <class Io>
void fields(Io& io, evidence::LoadLevel& one) {
  io("offered", one.offered);
  io("served", one.served);
  io("concurrency", one.concurrency);
  io("is_good", one.is_good);
}

template <class Io>
void fields(Io& io, evidence::ScalingFit& one) {
  io("model", one.model);
  io("gamma", one.gamma);
  io("alpha", one.alpha);
  io("beta", one.beta);
  io("peak", one.peak);
  io("peak_interval", one.peak_interval);
  io("sentence", one.sentence);
}

template <class Io>
void fields(Io& io, evidence::ProfileResult& one) {
  io("name", one.name);
  io("load", one.load);
  io("is_required", one.is_required);
  io("state", one.state);
  io("reasons", one.reasons);
  io("started", one.started);
  io("took_ms", one.took);
  io("measured_from_ms", one.measured_from);
  io("scheduled_iterations", one.scheduled_iterations);
  io("started_iterations", one.started_iterations);
  io("dropped_iterations", one.dropped_iterations);
  io("withheld_iterations", one.withheld_iterations);
  io("slos", one.slos);
  io("endpoints", one.endpoints);
  io("seconds", one.seconds);
  io("levels", one.levels);
  io("scaling", one.scaling);
}

template <class Io>
void fields(Io& io, evidence::CheckResult& one) {
  io("id", one.id);
  io("state", one.state);
  io("is_required", one.is_required);
  io("evidence", one.evidence);
  io("hint", one.hint);
  io("waiver", one.waiver);
  io("took_ms", one.took);
}

template <class Io>
void fields(Io& io, evidence::ChecklistItem& one) {
  io("text", one.text);
  io("state", one.state);
  io("evidence", one.evidence);
}

template <class Io>
void fields(Io& io, evidence::Signature& one) {
  io("role", one.role);
  io("name", one.name);
  io("at", one.at);
  io("state", one.state);
}

template <class Io>
void fields(Io& io, evidence::Signal::Point& one) {
  io("at", one.at);
  io("value", one.value);
}

template <class Io>
void fields(Io& io, evidence::Signal& one) {
  io("id", one.id);
  io("component", one.component);
  io("object", one.object);
  io("instance", one.instance);
  io("name", one.name);
  io("unit", one.unit);
  io("source", one.source);
  io("points", one.points);
}

template <class Io>
void fields(Io& io, evidence::TraceResult& one) {
  io("profile", one.profile);
  io("source", one.source);
  io("requests", one.requests);
  io("flagged", one.flagged);
  io("asked", one.asked);
  io("found", one.found);
  io("peak_asked", one.peak_asked);
  io("peak_found", one.peak_found);
  io("slow_asked", one.slow_asked);
  io("slow_found", one.slow_found);
  io("spans", one.spans);
  io("kept_spans", one.kept_spans);
  io("lost_spans", one.lost_spans);
  io("is_observed", one.is_observed);
  io("reason", one.reason);
}

template <class Io>
void fields(Io& io, evidence::Finding& one) {
  io("id", one.id);
  io("sentence", one.sentence);
  io("is_confirmed", one.is_confirmed);
  io("confidence", one.confidence);
  io("impact_seconds", one.impact_seconds);
  io("evidence", one.evidence);
  io("recommendation", one.recommendation);
}

template <class Io>
void fields(Io& io, evidence::Event& one) {
  io("at", one.at);
  io("profile", one.profile);
  io("text", one.text);
}

template <class Io>
void fields(Io& io, evidence::FailureSample& one) {
  io("profile", one.profile);
  io("endpoint", one.endpoint);
  io("method", one.method);
  io("url", one.url);
  io("status", one.status);
  io("error", one.error);
  io("trace_id", one.trace_id);
  io("body", one.body);
  io("at", one.at);
  io("kind_count", one.kind_count);
}

template <class Io>
void fields(Io& io, evidence::Artifact& one) {
  io("component", one.component);
  io("kind", one.kind);
  io("file", one.file);
  io("at", one.at);
  io("profile", one.profile);
  io("reason", one.reason);
  io("bytes", one.bytes);
}

template <class Io>
void fields(Io& io, evidence::Verdict& one) {
  io("slos", one.slos);
  io("readiness", one.readiness);
  io("reasons", one.reasons);
  io("outstanding", one.outstanding);
}

template <class Io>
void fields(Io& io, evidence::Decision& one) {
  io("role", one.role);
  io("name", one.name);
  io("decision", one.decision);
  io("at", one.at);
  io("result_hash", one.result_hash);
  io("accepted_risk", one.accepted_risk);
  io("expires", one.expires);
}

template <class Io>
void fields(Io& io, evidence::Result& one) {
  io("run", one.run);
  io("plan", one.plan);
  io("plan_path", one.plan_path);
  io("plan_hash", one.plan_hash);
  io("script_hash", one.script_hash);
  io("service", one.service);
  io("environment", one.environment);
  io("version", one.version);
  io("service_version", one.service_version);
  io("command", one.command);
  io("started", one.started);
  io("ended", one.ended);
  io("is_partial", one.is_partial);
  io("time_scale", one.time_scale);
  io("stamps", one.stamps);
  io("verdict", one.verdict);
  io("profiles", one.profiles);
  io("checks", one.checks);
  io("checklist", one.checklist);
  io("signatures", one.signatures);
  io("signals", one.signals);
  io("traces", one.traces);
  io("findings", one.findings);
  io("events", one.events);
  io("failures", one.failures);
  io("artifacts", one.artifacts);
  io("changes", one.changes);
  io("rollback", one.rollback);
  io("decisions", one.decisions);
}

}  // namespace proofload::report
