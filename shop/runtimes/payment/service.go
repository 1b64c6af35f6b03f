package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

const (
	workers       = 32
	queueMax      = 128
	bodyMax       = 1 << 20
	lingerMax     = 2 * time.Second
	deadlineMax   = 2 * time.Second // of a request whose caller gives none
	slowFromNanos = time.Second     // such requests are logged
)

// The HTTP face: the routes of payment behind a gate, and beside it health, readiness, metrics,
// knobs and profiles, which need no place at the gate.
type service struct {
	token   string
	payment *payment
	knobs   *knobs
	gate    *gate
	delayMs atomicNumber
	kept    keptMemory
	metrics *metrics
	tracing *tracing
}

func newService(token string, tracing *tracing) *service {
	s := &service{token: token, knobs: newKnobs(), gate: newGate(workers, queueMax), tracing: tracing}
	s.metrics = newMetrics(s.gate)
	s.knobs.add("workers", workers, func(count float64) { s.gate.resize(int(count)) })
	s.knobs.add("delay_ms", 0, s.delayMs.set)
	s.knobs.add("keep_kb_per_request", 0, s.kept.setKbPerRequest)
	s.payment = newPayment(s.knobs)
	return s
}

func (s *service) handler() http.Handler {
	page := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		body := request.Body
		request.Body = http.MaxBytesReader(writer, body, bodyMax)
		switch path := request.URL.Path; {
		case request.ContentLength > bodyMax:
			problem(http.StatusRequestEntityTooLarge, "too_large", "a body may have 1 MiB at most").send(writer)
			// Closing with unread bytes would reset the connection and take our answer with it.
			http.NewResponseController(writer).SetReadDeadline(time.Now().Add(lingerMax))
			io.Copy(io.Discard, body)
		case path == "/health":
			jsonReply(http.StatusOK, map[string]string{"status": "up"}).send(writer)
		case path == "/ready":
			jsonReply(http.StatusOK, map[string]string{"status": "ready"}).send(writer)
		case path == "/metrics":
			page.ServeHTTP(writer, request)
		case path == "/admin/knobs":
			s.answerKnobs(request).send(writer)
		case strings.HasPrefix(path, "/debug/pprof/"):
			serveProfile(writer, request)
		default:
			s.serve(writer, request)
		}
	})
}

func serveProfile(writer http.ResponseWriter, request *http.Request) {
	switch request.URL.Path {
	case "/debug/pprof/profile":
		pprof.Profile(writer, request)
	case "/debug/pprof/trace":
		pprof.Trace(writer, request)
	case "/debug/pprof/symbol":
		pprof.Symbol(writer, request)
	default: // heap, goroutine, allocs, block, mutex; the list of them
		pprof.Index(writer, request)
	}
}

func (s *service) answerKnobs(request *http.Request) reply {
	if s.token == "" || request.Header.Get("Authorization") != "Bearer "+s.token {
		return problem(http.StatusUnauthorized, "token", "the operator's token, please")
	}
	switch request.Method {
	case http.MethodGet:
	case http.MethodPut:
		var wanted map[string]json.RawMessage
		if err := json.NewDecoder(request.Body).Decode(&wanted); err != nil || wanted == nil {
			return problem(http.StatusBadRequest, "body", "an object of names and numbers")
		}
		if err := s.knobs.set(wanted); err != nil {
			return problem(http.StatusBadRequest, "knob", err.Error())
		}
	default:
		return problem(http.StatusMethodNotAllowed, "method", "GET or PUT")
	}
	return jsonReply(http.StatusOK, s.knobs.list())
}

// serve answers a request of the shop: through the gate, within its deadline, with a span.
func (s *service) serve(writer http.ResponseWriter, request *http.Request) {
	start := time.Now()
	s.metrics.active.Inc()
	defer s.metrics.active.Dec()
	context, span := s.tracing.server(request)
	route, handle := s.payment.route(request.Method, request.URL.Path)
	_, queued := s.tracing.tracer.Start(context, "worker.queue")
	isIn := s.gate.enter()
	queued.End()
	var answer reply
	if isIn {
		answer = s.answer(request, route, handle, start.Add(deadlineOf(request)), span)
		s.gate.leave()
	} else {
		s.metrics.refused.Inc()
		answer = problem(http.StatusServiceUnavailable, "overloaded", "all workers are busy and the queue is full")
		answer.headers = map[string]string{"Retry-After": "1"}
	}
	s.finish(request, route, answer.status, time.Since(start), span)
	writer.Header().Set("X-Version", version)
	answer.send(writer)
}

func (s *service) answer(request *http.Request, route string, handle func(*http.Request) reply, deadline time.Time, span trace.Span) reply {
	if route == "" {
		return problem(http.StatusNotFound, "not_found", "there is no such path")
	}
	if handle == nil {
		return problem(http.StatusMethodNotAllowed, "method", "not with this method")
	}
	if !time.Now().Before(deadline) {
		return problem(http.StatusGatewayTimeout, "deadline", "the request waited too long for a worker")
	}
	span.SetName(request.Method + " " + route)
	s.kept.onRequest()
	if delay := s.delayMs.get(); delay > 0 {
		time.Sleep(time.Duration(delay * float64(time.Millisecond)))
	}
	return handle(request)
}

func deadlineOf(request *http.Request) time.Duration {
	value, err := strconv.ParseInt(request.Header.Get("X-Deadline-Ms"), 10, 64)
	if err != nil || value < 0 || value > deadlineMax.Milliseconds() {
		return deadlineMax
	}
	return time.Duration(value) * time.Millisecond
}

func (s *service) finish(request *http.Request, route string, status int, took time.Duration, span trace.Span) {
	s.metrics.durations.WithLabelValues(request.Method, strconv.Itoa(status), route).Observe(took.Seconds())
	span.SetAttributes(attribute.String("http.request.method", request.Method), attribute.String("http.route", route),
		attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, fmt.Sprintf("status %d", status))
	}
	if status >= http.StatusInternalServerError || took >= slowFromNanos {
		message := "a request was slow"
		if status >= http.StatusInternalServerError {
			message = "a request failed"
		}
		slog.Warn(message, "trace_id", span.SpanContext().TraceID(), "span_id", span.SpanContext().SpanID(),
			"method", request.Method, "route", route, "status", status, "duration_ms", took.Milliseconds())
	}
	span.End()
}
