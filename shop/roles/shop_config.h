// shop.json: which processes there are, where, and what they need. Written by the rig.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "service/http_server.h"

namespace proofload::shop {

struct ServiceEntry {
  std::string name;  // "catalog-2"
  std::string role;  // "catalog"
  std::uint16_t port = 0;
  // What to run in place of this program, with the same arguments; empty: this program.
  std::vector<std::string> command;
  std::vector<std::string> cgroups;  // folders of control groups to start it in
};

struct ShopConfig {
  std::string path;         // of the file itself
  std::string data;         // folder of logs and state
  std::string secret;       // signs login tokens
  std::string rw_url;       // the primary, through pgbouncer
  std::string ro_url;       // the replica, through pgbouncer
  std::string direct_url;   // the primary itself
  std::string console_url;  // pgbouncer's admin console; empty without one
  bool is_postgres = true;  // else SQLite: smoke only
  std::string admin_token;
  std::string otlp;
  double sampling = 0.1;
  TlsFiles tls;  // of every service that is this program; empty: plain HTTP
  std::vector<ServiceEntry> services;

  // An error names the file and the key.
  static Result<ShopConfig> load(const std::string& path);

  const ServiceEntry* find(const std::string& name) const;
  // http://127.0.0.1:PORT, or https, of each instance of a role.
  std::vector<std::string> origins(const std::string& role) const;
};

}  // namespace proofload::shop
