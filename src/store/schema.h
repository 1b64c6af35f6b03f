// The tables of run.sqlite. Times are nanoseconds: since 1970 for `at`, of the profile for
// `since_start`.
#pragma once

namespace proofload::store {

constexpr int kSchemaVersion = 1;           // in PRAGMA user_version
constexpr int kApplicationId = 0x50664c64;  // "PfLd", in PRAGMA application_id

constexpr const char* kSchema = R"sql(
CREATE TABLE documents (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE endpoint_seconds (
  profile TEXT NOT NULL, endpoint TEXT NOT NULL, since_start INTEGER NOT NULL,
  requests INTEGER NOT NULL, failed INTEGER NOT NULL, latencies BLOB NOT NULL) STRICT;
CREATE TABLE seconds (
  profile TEXT NOT NULL, since_start INTEGER NOT NULL, requests INTEGER NOT NULL,
  failed INTEGER NOT NULL, dropped_iterations INTEGER NOT NULL, vus INTEGER NOT NULL,
  p50 REAL NOT NULL, p95 REAL NOT NULL, p99 REAL NOT NULL) STRICT;
CREATE TABLE signals (
  id INTEGER PRIMARY KEY, component TEXT NOT NULL, name TEXT NOT NULL, object TEXT NOT NULL,
  instance TEXT NOT NULL, unit TEXT NOT NULL, source TEXT NOT NULL,
  UNIQUE (component, name, object, instance)) STRICT;
CREATE TABLE points (
  signal INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (signal, at)) STRICT, WITHOUT ROWID;
CREATE TABLE spans (
  trace_id TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT NOT NULL, service TEXT NOT NULL,
  instance TEXT NOT NULL, version TEXT NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL,
  at INTEGER NOT NULL, took INTEGER NOT NULL, is_error INTEGER NOT NULL, error TEXT NOT NULL,
  attributes TEXT NOT NULL) STRICT;
CREATE INDEX spans_by_trace ON spans (trace_id);
CREATE TABLE events (at INTEGER NOT NULL, profile TEXT NOT NULL, text TEXT NOT NULL) STRICT;
)sql";

}  // namespace proofload::store
