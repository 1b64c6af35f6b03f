#include "observe/http_get.h"

#include <algorithm>
#include <chrono>
#include <mutex>

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace proofload::observe {
namespace {

struct EndEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct EndMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct EndList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct EndUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
using Easy = std::unique_ptr<CURL, EndEasy>;
using Headers = std::unique_ptr<curl_slist, EndList>;
using ParsedUrl = std::unique_ptr<CURLU, EndUrl>;

// One request on its way.
struct Transfer {
  Easy easy;
  Headers headers;
  HttpResponse response;
  std::size_t body_max = 0;
  Duration timeout{};
  bool is_too_large = false;
  CURLcode code = CURLE_OK;
};

std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, FreeText> owned(text);
  return text;
}

ParsedUrl parse_url(const std::string& text) {
  ParsedUrl url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return nullptr;
  return url;
}

bool is_loopback(CURLU* url) {
  const std::string host = url_part(url, CURLUPART_HOST);
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::size_t append_body(char* bytes, std::size_t, std::size_t count, void* to) noexcept {
  auto& transfer = *static_cast<Transfer*>(to);
  std::string& body = transfer.response.body;
  if (count > transfer.body_max - body.size()) {
    transfer.is_too_large = true;
    return 0;  // ends the transfer
  }
  body.append(bytes, count);
  return count;
}

// Files that hold a secret mostly end in a newline, which no header may hold.
std::string without_newlines(std::string secret) {
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  return secret;
}

void set_credentials(CURL* easy, const Credentials& credentials) {
  if (!credentials.bearer.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, without_newlines(credentials.bearer).c_str());
  } else if (!credentials.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, credentials.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, without_newlines(credentials.password).c_str());
  }
}

void set_limits(CURL* easy, Duration timeout) {
  constexpr long kRedirectsMax = 5;
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<long>(1, milliseconds)));
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kRedirectsMax);
}

// Fills `transfer`, whose address must not change any more; false when the URL is none.
bool prepare(Transfer& transfer, const HttpRequest& request) {
  transfer.response.url = shown_url(request.url);
  transfer.body_max = request.body_max;
  transfer.timeout = request.timeout;
  const ParsedUrl url = parse_url(request.url);
  if (!url) return false;
  curl_slist* list = nullptr;
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  transfer.headers.reset(list);
  transfer.easy.reset(curl_easy_init());
  CURL* easy = transfer.easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "proofload");
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that curl knows
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  if (request.body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request.body->c_str());
  }
  if (!request.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.c_str());
  if (is_loopback(url.get())) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  set_credentials(easy, request.credentials);
  set_limits(easy, request.timeout);
  return true;
}

std::string bytes_text(std::size_t bytes) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  return bytes % kMebibyte == 0 ? fmt::format("{} MiB", bytes / kMebibyte)
                                : fmt::format("{} bytes", bytes);
}

Error network_error(std::string message, std::string hint) {
  return Error(ErrorKind::kNetwork, std::move(message)).with_hint(std::move(hint));
}

Error failure(const Transfer& transfer) {
  const std::string& url = transfer.response.url;
  switch (transfer.code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return network_error(url + ": not an address that can be read",
                           "write it as http://host:port or https://host");
    case CURLE_COULDNT_RESOLVE_HOST:
      return network_error(url + ": unknown host",
                           "check the spelling, and that this machine's DNS knows the name");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return network_error(url + ": unknown proxy host",
                           "check http_proxy, https_proxy and no_proxy in the environment");
    case CURLE_COULDNT_CONNECT:
      return network_error(url + ": nothing answers there",
                           "check that it runs, and that this machine may connect to it");
    case CURLE_OPERATION_TIMEDOUT:
      return network_error(
          fmt::format("{}: no complete answer within {}", url, to_string(transfer.timeout)),
          "it is overloaded, or a firewall drops the packets");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return network_error(url + ": its TLS certificate cannot be trusted",
                           "name the certificate authority's file, or correct the host name");
    case CURLE_TOO_MANY_REDIRECTS:
      return network_error(url + ": redirects in a circle",
                           "use the address of the API itself, not of a page in front of it");
    case CURLE_WRITE_ERROR:
      if (transfer.is_too_large) {
        return network_error(
            fmt::format("{}: answers more than {}", url, bytes_text(transfer.body_max)),
            "ask for less: a shorter time or fewer series");
      }
      [[fallthrough]];
    default:
      return network_error(fmt::format("{}: {}", url, curl_easy_strerror(transfer.code)),
                           "check that this is the right port and scheme");
  }
}

Result<HttpResponse> finish(Transfer& transfer) {
  if (transfer.code != CURLE_OK) return failure(transfer);
  CURL* easy = transfer.easy.get();
  long status = 0;
  curl_off_t microseconds = 0;
  char* type = nullptr;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
  curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
  transfer.response.status = static_cast<int>(status);
  transfer.response.took = std::chrono::microseconds(microseconds);
  if (type != nullptr) transfer.response.content_type = type;
  curl_header* header = nullptr;
  while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header)) != nullptr) {
    transfer.response.headers.emplace_back(header->name, header->value);
  }
  return std::move(transfer.response);
}

void run_all(CURLM* multi) {
  int running = 1;
  while (running > 0) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) return;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      transfer->code = message->data.result;
    }
    constexpr int kWaitMilliseconds = 1000;  // curl's own timers wake it earlier
    if (running > 0) curl_multi_poll(multi, nullptr, 0, kWaitMilliseconds, nullptr);
  }
}

bool is_html(const HttpResponse& response) {
  const auto start = response.body.find_first_not_of(" \t\r\n");
  return response.content_type.starts_with("text/html") ||
         (start != std::string::npos && response.body[start] == '<');
}

}  // namespace

struct HttpClient::Handles {
  std::unique_ptr<CURLM, EndMulti> multi{curl_multi_init()};
};

std::string shown_url(std::string_view text) {
  const ParsedUrl url = parse_url(std::string(text));
  if (!url) return "(invalid URL)";
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
                               CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), part, nullptr, 0);
  }
  return url_part(url.get(), CURLUPART_URL);
}

std::string escape_query(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') ||
                          std::string_view("-._~").find(c) != std::string_view::npos;
    if (is_plain) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string encode_form(std::span<const std::pair<std::string_view, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += fmt::format("{}={}", escape_query(name), escape_query(value));
  }
  return out;
}

Result<void> check_status(const HttpResponse& response) {
  if (response.status / 100 == 2) return {};
  std::string message = fmt::format("{}: answers {}", response.url, response.status);
  switch (response.status) {
    case 401:
      return network_error(
          message + " (who are you?)",
          "give it a token or a user and password; a given one has expired or is wrong");
    case 403:
      return network_error(message + " (not allowed)", "give the token the right to read this");
    case 404:
      return network_error(message + " (not found)",
                           "check the path; another product or version may answer at this address");
    case 429:
      return network_error(message + " (too many requests)", "ask less often, or raise its limit");
    default:
      return network_error(std::move(message), response.status >= 500
                                                   ? "the server is in trouble: read its log"
                                                   : "check the address and what was asked");
  }
}

Result<Json> parse_json(const HttpResponse& response) {
  PL_TRY(check_status(response));
  Json json = Json::parse(response.body, nullptr, false);
  if (!json.is_discarded()) return json;
  if (is_html(response)) {
    return network_error(response.url + ": an HTML page where JSON was expected",
                         "a login page or a proxy answers: use the address of the API itself");
  }
  return network_error(
      response.url + ": not JSON",
      "check that this is the address of the API, and that nothing cuts its answers");
}

HttpClient::HttpClient() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handles_ = std::make_unique<Handles>();
}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

std::vector<Result<HttpResponse>> HttpClient::fetch_all(std::span<const HttpRequest> requests) {
  std::vector<Transfer> transfers(requests.size());
  CURLM* multi = handles_->multi.get();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Transfer& transfer = transfers[i];
    transfer.code = CURLE_URL_MALFORMAT;
    if (!prepare(transfer, requests[i])) continue;
    transfer.code = CURLE_FAILED_INIT;  // until curl says how it ended
    transfer.response.sent = wall_now();
    curl_multi_add_handle(multi, transfer.easy.get());
  }
  run_all(multi);
  std::vector<Result<HttpResponse>> results;
  results.reserve(transfers.size());
  for (Transfer& transfer : transfers) {
    results.push_back(finish(transfer));
    if (transfer.easy) curl_multi_remove_handle(multi, transfer.easy.get());
  }
  return results;
}

Result<HttpResponse> HttpClient::fetch(const HttpRequest& request) {
  return std::move(fetch_all(std::span(&request, 1)).front());
}

Result<Json> HttpClient::fetch_json(const HttpRequest& request) {
  const HttpResponse response = PL_TRY(fetch(request));
  return parse_json(response);
}

}  // namespace proofload::observe
