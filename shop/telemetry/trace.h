// Spans of one process: W3C trace context in and out, OTLP to a collector.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace proofload::shop {

// Where a span stands in its trace; https://www.w3.org/TR/trace-context/ §3.2.
struct TraceContext {
  std::string trace_id;  // 32 lower-case hex digits
  std::string span_id;   // 16
  bool is_sampled = false;

  // The value of a `traceparent` header; nothing when it is not one.
  static std::optional<TraceContext> parse(std::string_view header);
  std::string header() const;
};

using AttributeValue = std::variant<std::string, std::int64_t>;

// What is known of a span once it has ended. Times are nanoseconds since 1970.
struct SpanRecord {
  enum class Kind : std::uint8_t { kInternal = 1, kServer, kClient, kProducer, kConsumer };

  TraceContext context;
  std::string parent_id;  // empty for a root
  std::string name;
  Kind kind = Kind::kInternal;
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::vector<std::pair<std::string, AttributeValue>> attributes;
  std::string error;  // empty when the span went well
};

// Receives ended spans that are sampled. Any thread; must not block.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void put(SpanRecord span) = 0;
};

// Something that takes time. Ends when destroyed; an unsampled one only passes ids on.
// One thread; children must not outlive `sink`.
class Span {
 public:
  using Kind = SpanRecord::Kind;

  // Continues `parent`, or begins a trace that is sampled with probability `sampling`.
  Span(SpanSink& sink, const std::optional<TraceContext>& parent, double sampling, std::string name,
       Kind kind);
  Span(const Span& parent, std::string_view name, Kind kind = Kind::kInternal);
  ~Span();
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  const TraceContext& context() const { return record_.context; }
  // Nothing is copied while the span is not sampled.
  void set(std::string_view key, std::string_view value);
  void set(std::string_view key, std::int64_t value);
  void rename(std::string name) { record_.name = std::move(name); }
  void fail(std::string_view reason) { record_.error = reason; }

 private:
  SpanSink& sink_;
  SpanRecord record_;
};

}  // namespace proofload::shop
