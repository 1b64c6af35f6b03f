#include "http/response.h"

namespace proofload::http {
namespace {

// So that one large answer does not stay in memory for the rest of a VU's life.
constexpr std::size_t kKeptBytes = 64 << 10;

void clear_text(std::string& text) {
  if (text.capacity() > kKeptBytes) text = {};
  text.clear();
}

}  // namespace

void Response::clear() {
  outcome = Outcome::kAnswered;
  status = 0;
  head.clear();
  for (std::string* text : {&url, &body, &remote_ip, &tls_version, &tls_cipher_suite, &ocsp_status,
                            &error, &log_error, &request_head, &request_body}) {
    clear_text(*text);
  }
  remote_port = 0;
  timings = {};
  received_at = {};
  error_code = 0;
}

}  // namespace proofload::http
