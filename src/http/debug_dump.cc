#include "http/debug_dump.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "http/headers.h"
#include "http/random_hex.h"

namespace proofload::http {
namespace {

void replace_line_ends(std::string& text) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_line_end = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (!is_line_end) text[out++] = text[i];
  }
  text.resize(out);
}

bool has_line(std::string_view head, std::string_view name) {
  return head.find(fmt::format("\r\n{}: ", name)) != std::string_view::npos;
}

// Go prints the framing first, from what it understood and not as received.
void append_framing(const ResponseHead& head, std::string& out) {
  const int status = head.status();
  if (const auto length = head.find("Content-Length")) {
    out += fmt::format("Content-Length: {}\r\n", *length);
  } else if (head.find("Transfer-Encoding")) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (status != 204 && status != 304) {
    out += "Connection: close\r\n";
  }
}

std::vector<std::pair<std::string, std::string_view>> sorted_fields(const ResponseHead& head) {
  std::vector<std::pair<std::string, std::string_view>> fields;
  for (std::size_t i = 0; i < head.header_count(); ++i) {
    const Header header = head.header(i);
    std::string name = canonical_name(header.name);
    if (name == "Content-Length" || name == "Transfer-Encoding" || name == "Trailer") continue;
    fields.emplace_back(std::move(name), header.value);
  }
  std::ranges::stable_sort(fields, {}, &std::pair<std::string, std::string_view>::first);
  return fields;
}

}  // namespace

std::string dump_request(std::string_view head, std::string_view body, HttpDebug level) {
  std::string out = "Request:\n";
  out += head.substr(0, head.size() - std::min<std::size_t>(head.size(), 2));
  const bool asks_for_gzip =
      !has_line(head, "Accept-Encoding") && !has_line(head, "Range") && !head.starts_with("HEAD ");
  if (asks_for_gzip) out += "Accept-Encoding: gzip\r\n";
  out += "\r\n";
  if (level == HttpDebug::kFull) out += body;
  out += '\n';
  replace_line_ends(out);
  return out;
}

std::string dump_response(const ResponseHead& head, std::string_view raw_body, HttpDebug level) {
  std::string out =
      fmt::format("Response:\nHTTP/1.{} {}\r\n", head.is_http_1_0() ? 0 : 1, head.status_text());
  append_framing(head, out);
  for (const auto& [name, value] : sorted_fields(head)) {
    out += fmt::format("{}: {}\r\n", name, value);
  }
  out += "\r\n";
  if (level == HttpDebug::kFull) {
    if (head.find("Transfer-Encoding")) {
      if (!raw_body.empty()) out += fmt::format("{:x}\r\n{}\r\n", raw_body.size(), raw_body);
      out += "0\r\n\r\n";
    } else {
      out += raw_body;
    }
  }
  out += '\n';
  replace_line_ends(out);
  return out;
}

std::string random_request_id() {
  std::string hex = random_hex(16);
  hex[12] = '4';
  hex[16] = "89ab"[hex[16] % 4];
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

}  // namespace proofload::http
