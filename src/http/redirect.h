// Redirects as Go's http.Client follows them: where to, with which method, body and header fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/request_writer.h"
#include "http/response_parser.h"
#include "http/url.h"

namespace proofload::http {

struct Redirect {
  std::string method;
  Url url;
  bool keeps_body = false;   // 307 and 308
  bool is_relative = false;  // a custom Host field survives
};

// Whether answers of this status are followed (RFC 9110 §15.4; not 300, 304, 305).
bool is_redirect(int status);

// Nullopt: this response is no redirect (another status, or no Location). The error is Go's text
// for a Location that is no URL.
Result<std::optional<Redirect>> find_redirect(const ResponseHead& head, std::string_view method,
                                              const Url& from);

// What a script gave once and every hop looks at.
struct RedirectPolicy {
  bool has_own_referer = false;
  bool has_jar = false;  // the jar's cookies replace the script's Cookie field
};

// Turns the fields of the request to `from` into those for the redirect: a Referer, no
// credentials for another domain, nothing about a body that is gone.
void rewrite_headers(const Redirect& redirect, const Url& from, RedirectPolicy policy,
                     HeaderSet& headers);

}  // namespace proofload::http
