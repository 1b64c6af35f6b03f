// Which proxy a request goes through: the rules of HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/url.h"

namespace proofload::http {

// As Go's golang.org/x/net/http/httpproxy. Immutable after creation.
class ProxyConfig {
 public:
  ProxyConfig() = default;
  // From environment variables by name; upper-case names win over lower-case ones. A value without
  // scheme means http://. The error names the variable.
  static Result<ProxyConfig> create(
      const std::map<std::string, std::string, std::less<>>& environment);

  // The proxy for `url`, or null for a direct connection. localhost and loopback addresses are
  // never proxied.
  const Url* proxy_for(const Url& url) const;
  bool is_empty() const { return !http_ && !https_; }

 private:
  bool bypasses(std::string_view hostname, std::uint16_t port) const;

  std::optional<Url> http_;
  std::optional<Url> https_;
  std::vector<std::string> no_proxy_;  // lower case, one rule each
};

}  // namespace proofload::http
