// HTTP for the control plane: pages, APIs and metrics of others, read with deadlines and caps.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

namespace proofload::observe {

// Who we are to a server. Values, not where they come from; they appear in no error and no log.
struct Credentials {
  std::string bearer;  // a token; wins over the user
  std::string user;
  std::string password;
};

struct HttpRequest {
  std::string url;  // http or https; a `user:password@` in it counts as credentials
  std::vector<std::pair<std::string, std::string>> headers;
  Credentials credentials;
  std::optional<std::string> body;  // makes it a POST; a form unless a header says otherwise
  Duration timeout = Duration(10'000'000'000);   // for everything, from the name to the last byte
  std::size_t body_max = std::size_t{64} << 20;  // bytes after decompression
  std::string ca_file;                           // PEM; the system's when empty
};

struct HttpResponse {
  std::string url;  // that may be shown: without userinfo and query
  int status = 0;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;  // of the last response
  std::string body;
  WallTime sent{};  // when the request began
  Duration took{};
};

// `url` without userinfo, query and fragment, which may hold secrets. What is no URL at all comes
// back as "(invalid URL)".
std::string shown_url(std::string_view url);

// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
std::string escape_query(std::string_view text);
// `a=1&b=x%20y`, for queries and forms.
std::string encode_form(std::span<const std::pair<std::string_view, std::string>> fields);

// An error for a status outside 200-299, with what to do: a token for 401 and 403, waiting for 429.
Result<void> check_status(const HttpResponse& response);
// Checks the status, then parses. A page of HTML is an error of its own: mostly a login page or a
// proxy's.
Result<Json> parse_json(const HttpResponse& response);

// Keeps connections between calls. Of one thread; calls block it for the longest timeout at most.
// Follows five redirects, and hands credentials to no other host. Takes the proxy from the
// environment as curl does, but none for loopback. Every error is ErrorKind::kNetwork, names the
// shown URL, and hints at what to do.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // Any status is a response.
  Result<HttpResponse> fetch(const HttpRequest& request);
  // All at once; results in the order of the requests. Takes as long as the slowest.
  std::vector<Result<HttpResponse>> fetch_all(std::span<const HttpRequest> requests);
  // fetch() and parse_json().
  Result<Json> fetch_json(const HttpRequest& request);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace proofload::observe
