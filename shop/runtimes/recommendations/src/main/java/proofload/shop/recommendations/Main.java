package proofload.shop.recommendations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;

/** {@code service NAME --config FILE}: the service of that name, until SIGTERM. */
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    if (words.length != 4 || !words[0].equals("service") || !words[2].equals("--config")) {
      System.err.println("recommendations: service NAME --config FILE");
      System.exit(2);
    }
    try {
      run(words[1], Path.of(words[3]));
    } catch (IOException e) {
      System.err.println("recommendations: " + e.getMessage());
      System.exit(1);
    }
  }

  // What is opened here is closed by the hook, which the analysis of resources cannot see.
  @SuppressWarnings("resource")
  private static void run(String name, Path path) throws IOException {
    ShopConfig config = ShopConfig.load(path);
    ShopConfig.Entry entry = config.find(name);
    JsonLog.start(entry.role(), entry.name());
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    bindProcess(registry);
    Tracing tracing = new Tracing(config.otlp(), config.sampling(), entry.role(), entry.name());
    Database database = new Database("ro", config.database().ro(), registry, tracing);
    Service service = new Service(entry.port(), config.admin().token(), registry, tracing);
    new Recommendations(service, database, registry);
    service
        .knobs()
        .set(config.keptKnobs(name))
        .ifPresent(
            wrong ->
                JsonLog.log(
                    Level.WARNING,
                    "kept knobs do not fit",
                    Map.of("reason", wrong),
                    SpanContext.getInvalid()));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  service.close();
                  database.close();
                  tracing.close();
                  JsonLog.info("the service stops", Map.of());
                }));
    service.start();
  }

  @SuppressWarnings("resource")
  private static void bindProcess(MeterRegistry registry) {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmHeapPressureMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }
}
