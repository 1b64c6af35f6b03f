package proofload.shop.recommendations;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer on its way to the client. */
record Reply(int status, String body, String contentType, Map<String, String> headers) {
  static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  static Reply json(int status, String body) {
    return new Reply(status, body, "application/json", Map.of());
  }

  /** RFC 9457: {@code code} is for programs, {@code detail} for people. */
  static Reply problem(int status, String code, String detail) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("status", status);
    problem.put("code", code);
    problem.put("detail", detail);
    return new Reply(status, GSON.toJson(problem), "application/problem+json", Map.of());
  }

  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, body, contentType, more);
  }
}
