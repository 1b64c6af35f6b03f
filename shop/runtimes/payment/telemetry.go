package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Seconds, from half a millisecond to ten seconds.
var latencyBuckets = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 2.5, 5, 10}

type metrics struct {
	registry  *prometheus.Registry
	durations *prometheus.HistogramVec
	active    prometheus.Gauge
	refused   prometheus.Counter
}

func newMetrics(gate *gate) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_server_request_duration_seconds", Help: "From the request's arrival to its answer", Buckets: latencyBuckets,
		}, []string{"http_request_method", "http_response_status_code", "http_route"}),
		active: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "http_server_active_requests", Help: "Requests not yet answered"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "http_server_requests_refused_total", Help: "Answered 503 because the worker queue was full"}),
	}
	gauge := func(name, help string, read func(gateState) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(read(gate.state())) })
	}
	gcTime := collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile(`^/cpu/classes/gc/total:`)}
	m.registry.MustRegister(m.durations, m.active, m.refused,
		gauge("executor_pool_max_threads", "Workers", func(s gateState) int { return s.max }),
		gauge("executor_active_threads", "Workers that are busy", func(s gateState) int { return s.active }),
		gauge("executor_queued_tasks", "Requests that wait for a worker", func(s gateState) int { return s.queued }),
		collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsGC, collectors.MetricsScheduler, gcTime)),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Spans of this process: W3C trace context in, OTLP over HTTP out.
type tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// An empty otlp: spans have ids, and nobody gets them.
func newTracing(otlp string, sampling float64, who entry) (*tracing, error) {
	self, err := resource.New(context.Background(), resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", who.Role), attribute.String("service.instance.id", who.Name),
		attribute.String("service.version", version)))
	if err != nil {
		return nil, err
	}
	options := []sdktrace.TracerProviderOption{
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(sampling))), sdktrace.WithResource(self)}
	if otlp != "" {
		exporter, err := otlptracehttp.New(context.Background(),
			otlptracehttp.WithEndpointURL(otlp+"/v1/traces"), otlptracehttp.WithTimeout(time.Second))
		if err != nil {
			return nil, err
		}
		options = append(options, sdktrace.WithBatcher(exporter, sdktrace.WithBatchTimeout(500*time.Millisecond)))
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("spans were not sent", "reason", err.Error()) }))
	provider := sdktrace.NewTracerProvider(options...)
	return &tracing{provider, provider.Tracer("proofload-shop")}, nil
}

// server continues the caller's trace, or begins one.
func (t *tracing) server(request *http.Request) (context.Context, trace.Span) {
	caller := propagation.TraceContext{}.Extract(request.Context(), propagation.HeaderCarrier(request.Header))
	return t.tracer.Start(caller, request.Method, trace.WithSpanKind(trace.SpanKindServer))
}

// newLog writes a JSON object a line under the names that the other services use.
func newLog(who entry) *slog.Logger {
	rename := func(groups []string, field slog.Attr) slog.Attr {
		switch {
		case len(groups) > 0:
		case field.Key == slog.TimeKey:
			field.Value = slog.StringValue(field.Value.Time().UTC().Format("2006-01-02T15:04:05.000Z"))
		case field.Key == slog.MessageKey:
			field.Key = "message"
		case field.Key == slog.LevelKey:
			field.Value = slog.StringValue(map[slog.Level]string{slog.LevelInfo: "info", slog.LevelWarn: "warning",
				slog.LevelError: "error"}[field.Value.Any().(slog.Level)])
		}
		return field
	}
	handler := slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: rename})
	return slog.New(handler).With("service", who.Role, "instance", who.Name)
}
