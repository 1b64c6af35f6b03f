package proofload.shop.recommendations;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What this service needs of shop.json, which the rig writes. */
record ShopConfig(
    String data,
    Database database,
    Admin admin,
    String otlp,
    double sampling,
    List<Entry> services) {

  /** URLs as libpq takes them: postgresql://USER:PASSWORD@HOST:PORT/NAME. */
  record Database(String ro) {}

  record Admin(String token) {}

  record Entry(String name, String role, int port) {}

  static ShopConfig load(Path path) throws IOException {
    try (Reader reader = Files.newBufferedReader(path)) {
      return new Gson().fromJson(reader, ShopConfig.class);
    } catch (JsonParseException e) {
      throw new IOException(path + " is no shop.json: " + e.getMessage(), e);
    }
  }

  /** What an operator has set of a service, which outlives its process. */
  JsonObject keptKnobs(String name) throws IOException {
    Path file = Path.of(data, "knobs.json");
    if (!Files.exists(file)) return new JsonObject();
    try (Reader reader = Files.newBufferedReader(file)) {
      JsonObject kept = new Gson().fromJson(reader, JsonObject.class);
      return kept.has(name) ? kept.getAsJsonObject(name) : new JsonObject();
    } catch (JsonParseException e) {
      throw new IOException(file + " is no JSON: " + e.getMessage(), e);
    }
  }

  Entry find(String name) throws IOException {
    return services.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("the config names no service " + name));
  }
}
