package proofload.shop.recommendations;

import io.opentelemetry.api.trace.SpanContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** One JSON object a line on standard output, with the ids of its trace; libraries' lines too. */
final class JsonLog extends Formatter {
  private static final Logger LOGGER = Logger.getLogger(JsonLog.class.getName());

  private final String service;
  private final String instance;

  private JsonLog(String service, String instance) {
    this.service = service;
    this.instance = instance;
  }

  /** Names the process in every line; before the first line. */
  static void start(String service, String instance) throws java.io.UnsupportedEncodingException {
    LogManager.getLogManager().reset();
    Handler handler =
        new StreamHandler(System.out, new JsonLog(service, instance)) {
          @Override
          public synchronized void publish(LogRecord line) {
            super.publish(line);
            flush();
          }
        };
    handler.setEncoding(StandardCharsets.UTF_8.name());
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    LOGGER.setLevel(Level.INFO);
  }

  /** {@code span} may be the invalid one, for a line outside of any request. */
  static void log(Level level, String message, Map<String, ?> fields, SpanContext span) {
    LogRecord line = new LogRecord(level, message);
    line.setLoggerName(LOGGER.getName());
    line.setParameters(new Object[] {fields, span});
    LOGGER.log(line);
  }

  static void info(String message, Map<String, ?> fields) {
    log(Level.INFO, message, fields, SpanContext.getInvalid());
  }

  @Override
  public String format(LogRecord line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    json.put("level", level(line.getLevel()));
    json.put("service", service);
    json.put("instance", instance);
    if (line.getLoggerName() == null || !line.getLoggerName().equals(LOGGER.getName())) {
      json.put("logger", line.getLoggerName());
      json.put("message", formatMessage(line));
    } else {
      json.put("message", line.getMessage());
      addOwn(json, line.getParameters());
    }
    if (line.getThrown() != null) json.put("reason", line.getThrown().toString());
    return Reply.GSON.toJson(json) + "\n";
  }

  private static void addOwn(Map<String, Object> json, Object[] parameters) {
    SpanContext span = (SpanContext) parameters[1];
    if (span.isValid()) {
      json.put("trace_id", span.getTraceId());
      json.put("span_id", span.getSpanId());
    }
    ((Map<?, ?>) parameters[0]).forEach((name, value) -> json.put((String) name, value));
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) return "error";
    return level.intValue() >= Level.WARNING.intValue() ? "warning" : "info";
  }
}
