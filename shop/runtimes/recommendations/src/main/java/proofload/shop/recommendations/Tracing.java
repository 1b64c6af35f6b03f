package proofload.shop.recommendations;

import com.sun.net.httpserver.Headers;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;

/** Spans of this process: W3C trace context in, OTLP over HTTP out. Any thread. */
final class Tracing implements AutoCloseable {
  private static final int QUEUE_MAX = 8192;
  private static final TextMapGetter<Headers> GETTER =
      new TextMapGetter<>() {
        @Override
        public String get(Headers headers, String name) {
          return headers == null ? null : headers.getFirst(name);
        }
      };

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /** An empty {@code otlp}: spans have ids, and nobody gets them. */
  Tracing(String otlp, double sampling, String service, String instance) {
    SdkTracerProviderBuilder builder =
        SdkTracerProvider.builder()
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampling)))
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.of(
                                AttributeKey.stringKey("service.name"), service,
                                AttributeKey.stringKey("service.instance.id"), instance,
                                AttributeKey.stringKey("service.version"), Service.VERSION))));
    if (otlp != null && !otlp.isEmpty()) {
      OtlpHttpSpanExporter exporter =
          OtlpHttpSpanExporter.builder()
              .setEndpoint(otlp + "/v1/traces")
              .setTimeout(Duration.ofSeconds(1))
              .build();
      builder.addSpanProcessor(
          BatchSpanProcessor.builder(exporter)
              .setScheduleDelay(Duration.ofMillis(500))
              .setMaxQueueSize(QUEUE_MAX)
              .build());
    }
    provider = builder.build();
    tracer = provider.get("proofload-shop");
  }

  /**
   * Continues the caller's trace, or begins one that is sampled with the configured probability.
   */
  Span server(String name, Headers headers) {
    Context caller =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
    return tracer.spanBuilder(name).setParent(caller).setSpanKind(SpanKind.SERVER).startSpan();
  }

  Span child(Span parent, String name, SpanKind kind) {
    Context context = Context.root().with(parent);
    return tracer.spanBuilder(name).setParent(context).setSpanKind(kind).startSpan();
  }

  @Override
  public void close() {
    provider.close();
  }
}
