#include "roles/shop_config.h"

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace proofload::shop {
namespace {

// Reads keys of one object and remembers the first that is not as expected.
class Reader {
 public:
  Reader(const Json& object, std::string place, std::string& problem)
      : object_(object), place_(std::move(place)), problem_(problem) {}

  template <class T>
  void read(const char* key, T& into, bool is_required = true) const {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      if (is_required) note(key, "is missing");
      return;
    }
    try {
      found->get_to(into);
    } catch (const Json::exception&) {
      note(key, "is of the wrong type");
    }
  }

 private:
  void note(const char* key, const char* what) const {
    if (problem_.empty()) problem_ = place_ + key + " " + what;
  }

  const Json& object_;
  std::string place_;
  std::string& problem_;
};

void read_database(const Json& json, ShopConfig& config, std::string& problem) {
  const Json database = json.value("database", Json::object());
  const Reader reader(database, "database.", problem);
  std::string kind;
  reader.read("kind", kind);
  reader.read("rw", config.rw_url);
  reader.read("ro", config.ro_url);
  reader.read("direct", config.direct_url);
  reader.read("pgbouncer_console", config.console_url, false);
  config.is_postgres = kind == "postgres";
}

void read_services(const Json& json, ShopConfig& config, std::string& problem) {
  for (const Json& item : json.value("services", Json::array())) {
    const Reader reader(item, "services[" + std::to_string(config.services.size()) + "].", problem);
    ServiceEntry& entry = config.services.emplace_back();
    reader.read("name", entry.name);
    reader.read("role", entry.role);
    reader.read("port", entry.port);
    reader.read("command", entry.command, false);
    reader.read("cgroups", entry.cgroups, false);
  }
  if (config.services.empty() && problem.empty()) problem = "services is missing or empty";
}

}  // namespace

Result<ShopConfig> ShopConfig::load(const std::string& path) {
  std::ostringstream text;
  const std::ifstream file(path);
  if (!file) {
    return Error(ErrorKind::kUsage, "cannot read " + path).with_hint("./dev shop up writes it");
  }
  text << file.rdbuf();
  const Json json = Json::parse(text.str(), nullptr, false);
  if (!json.is_object()) return Error(ErrorKind::kInvalidConfig, path + ": not a JSON object");
  ShopConfig config{.path = path};
  std::string problem;
  const Reader reader(json, "", problem);
  reader.read("data", config.data);
  reader.read("secret", config.secret);
  reader.read("otlp", config.otlp, false);
  reader.read("sampling", config.sampling, false);
  const Json tls = json.value("tls", Json::object());
  const Reader tls_reader(tls, "tls.", problem);
  tls_reader.read("certificate", config.tls.certificate, !tls.empty());
  tls_reader.read("key", config.tls.key, !tls.empty());
  const Json admin = json.value("admin", Json::object());
  Reader(admin, "admin.", problem).read("token", config.admin_token);
  read_database(json, config, problem);
  read_services(json, config, problem);
  if (!problem.empty()) return Error(ErrorKind::kInvalidConfig, path + ": " + problem);
  return config;
}

const ServiceEntry* ShopConfig::find(const std::string& name) const {
  for (const ServiceEntry& entry : services) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::vector<std::string> ShopConfig::origins(const std::string& role) const {
  std::vector<std::string> origins;
  for (const ServiceEntry& entry : services) {
    if (entry.role != role) continue;
    const bool is_tls = !tls.certificate.empty() && entry.command.empty();
    origins.push_back((is_tls ? "https://127.0.0.1:" : "http://127.0.0.1:") +
                      std::to_string(entry.port));
  }
  return origins;
}

}  // namespace proofload::shop
