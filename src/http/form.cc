#include "http/form.h"

#include <algorithm>

#include "http/random_hex.h"
#include "http/url.h"

namespace proofload::http {
namespace {

// As Go: only what would end the quoted string, or the line, is escaped.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      default:
        out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string encode_form(std::vector<std::pair<std::string, std::string>> fields) {
  std::ranges::stable_sort(fields, {}, &std::pair<std::string, std::string>::first);
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    append_query_escaped(name, out);
    out += '=';
    append_query_escaped(value, out);
  }
  return out;
}

void MultipartWriter::begin_part() {
  body_.append(body_.empty() ? "--" : "\r\n--").append(boundary_).append("\r\n");
}

void MultipartWriter::add_field(std::string_view name, std::string_view value) {
  begin_part();
  body_.append("Content-Disposition: form-data; name=").append(quoted(name)).append("\r\n\r\n");
  body_ += value;
}

void MultipartWriter::add_file(std::string_view name, std::string_view filename,
                               std::string_view content_type, std::string_view content) {
  begin_part();
  body_.append("Content-Disposition: form-data; name=").append(quoted(name));
  body_.append("; filename=").append(quoted(filename)).append("\r\n");
  body_.append("Content-Type: ").append(content_type).append("\r\n\r\n");
  body_ += content;
}

std::string MultipartWriter::finish() {
  body_.append("\r\n--").append(boundary_).append("--\r\n");
  return std::move(body_);
}

std::string random_boundary() {
  return random_hex(30);
}

}  // namespace proofload::http
