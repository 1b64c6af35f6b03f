package proofload.shop.recommendations;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/** Numbers of the service that an operator may change while it runs. Any thread. */
final class Knobs {
  private static final class Knob {
    double value;
    final DoubleConsumer apply;

    Knob(double value, DoubleConsumer apply) {
      this.value = value;
      this.apply = apply;
    }
  }

  private final Map<String, Knob> knobs = new TreeMap<>();

  synchronized void add(String name, double value, DoubleConsumer apply) {
    knobs.put(name, new Knob(value, apply));
  }

  synchronized String list() {
    JsonObject values = new JsonObject();
    knobs.forEach((name, knob) -> values.addProperty(name, knob.value));
    return values.toString();
  }

  /** Sets all, or none when one is unknown or no number: then the answer says which. */
  synchronized Optional<String> set(JsonObject values) {
    for (Map.Entry<String, JsonElement> wanted : values.entrySet()) {
      if (!knobs.containsKey(wanted.getKey())) {
        return Optional.of("there is no knob " + wanted.getKey());
      }
      if (!wanted.getValue().isJsonPrimitive()
          || !wanted.getValue().getAsJsonPrimitive().isNumber()) {
        return Optional.of(wanted.getKey() + " takes a number");
      }
    }
    for (Map.Entry<String, JsonElement> wanted : values.entrySet()) {
      Knob knob = knobs.get(wanted.getKey());
      knob.value = wanted.getValue().getAsDouble();
      knob.apply.accept(knob.value);
    }
    return Optional.empty();
  }
}
