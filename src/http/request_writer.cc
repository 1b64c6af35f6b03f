#include "http/request_writer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/quote.h"

namespace proofload::http {
namespace {

using Field = std::pair<std::string_view, std::string_view>;

// Written from elsewhere than the script's fields, or not at all.
constexpr std::array<std::string_view, 6> kNotCopied = {
    "Content-Length", "Cookie", "Host", "Trailer", "Transfer-Encoding", "User-Agent"};

// Methods for which Go takes an empty body for none.
constexpr std::array<std::string_view, 6> kUsuallyWithoutBody = {"GET",     "HEAD",     "DELETE",
                                                                 "OPTIONS", "PROPFIND", "SEARCH"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(trim(value)).append("\r\n");
}

// `[fe80::1%25eth0]:80` names an interface of ours; the server has no use for it.
std::string without_zone(std::string_view host) {
  const auto close = host.rfind(']');
  const auto percent = host.rfind('%', close);
  if (!host.starts_with('[') || close == std::string_view::npos ||
      percent == std::string_view::npos) {
    return std::string(host);
  }
  return std::string(host.substr(0, percent)).append(host.substr(close));
}

}  // namespace

Result<void> HeaderSet::set(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    return Error(ErrorKind::kScript,
                 fmt::format("net/http: invalid header field name {}", quote(name)));
  }
  std::string canonical = canonical_name(name);
  if (!is_valid_header_value(value)) {
    return Error(ErrorKind::kScript,
                 fmt::format("net/http: invalid header field value for {}", quote(canonical)));
  }
  if (canonical == "Host") {
    host_ = value;
    return {};
  }
  const auto at =
      std::ranges::lower_bound(fields_, canonical, {}, &std::pair<std::string, std::string>::first);
  if (at != fields_.end() && at->first == canonical) {
    at->second = value;
  } else {
    fields_.emplace(at, std::move(canonical), std::string(value));
  }
  return {};
}

void HeaderSet::remove(std::string_view canonical) {
  std::erase_if(fields_, [canonical](const auto& field) { return field.first == canonical; });
}

const std::string* HeaderSet::find(std::string_view canonical) const {
  const auto at =
      std::ranges::find(fields_, canonical, &std::pair<std::string, std::string>::first);
  return at == fields_.end() ? nullptr : &at->second;
}

HeadTemplate::HeadTemplate(const HeadParts& parts)
    : needs_length_(parts.method == "POST" || parts.method == "PUT" || parts.method == "PATCH"),
      may_lack_body_(contains(kUsuallyWithoutBody, parts.method)) {
  const HeaderSet& headers = *parts.headers;
  const std::string& own_host = headers.host();
  text_ = fmt::format("{} {} HTTP/1.1\r\n", parts.method, parts.target);
  append_field(text_, "Host", without_zone(own_host.empty() ? parts.host : own_host));
  if (const auto* agent = headers.find("User-Agent"); agent != nullptr && !agent->empty()) {
    append_field(text_, "User-Agent", *agent);
  }
  framing_at_ = text_.size();

  std::vector<Field> fields;
  for (const auto& [name, value] : headers.fields()) {
    if (!contains(kNotCopied, name)) fields.emplace_back(name, value);
  }
  if (!parts.authorization.empty() && headers.find("Authorization") == nullptr) {
    fields.emplace_back("Authorization", parts.authorization);
  }
  if (!parts.proxy_authorization.empty() && headers.find("Proxy-Authorization") == nullptr) {
    fields.emplace_back("Proxy-Authorization", parts.proxy_authorization);
  }
  std::ranges::sort(fields, {}, &Field::first);
  cookie_at_ = text_.size();
  for (const auto& [name, value] : fields) {
    append_field(text_, name, value);
    if (name < "Cookie") cookie_at_ = text_.size();
  }
  const std::string* connection = headers.find("Connection");
  if (parts.closes && (connection == nullptr || !has_list_token(*connection, "close"))) {
    append_field(text_, "Connection", "close");
  }
  text_ += "\r\n";
  if (const auto* cookie = headers.find("Cookie")) own_cookie_ = trim(*cookie);
}

void HeadTemplate::write(BodyFraming body, std::string_view cookie, std::string& out) const {
  const std::string_view text = text_;
  out += text.substr(0, framing_at_);
  if (body.bytes != 0 || (needs_length_ && !body.has_body)) {
    const fmt::format_int digits(body.bytes);
    out.append("Content-Length: ").append(digits.data(), digits.size()).append("\r\n");
  } else if (body.has_body && !may_lack_body_) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  out += text.substr(framing_at_, cookie_at_ - framing_at_);
  if (!own_cookie_.empty() || !cookie.empty()) {
    out.append("Cookie: ").append(own_cookie_);
    if (!own_cookie_.empty() && !cookie.empty()) out += "; ";
    out.append(cookie).append("\r\n");
  }
  out += text.substr(cookie_at_);
}

bool is_sent_chunked(std::string_view method, BodyFraming body) {
  return body.has_body && body.bytes == 0 && !contains(kUsuallyWithoutBody, method);
}

std::string write_connect(std::string_view host_and_port, std::string_view proxy_authorization,
                          std::string_view user_agent) {
  std::string out = fmt::format("CONNECT {} HTTP/1.1\r\n", host_and_port);
  append_field(out, "Host", host_and_port);
  if (!user_agent.empty()) append_field(out, "User-Agent", user_agent);
  if (!proxy_authorization.empty()) append_field(out, "Proxy-Authorization", proxy_authorization);
  return out + "\r\n";
}

}  // namespace proofload::http
