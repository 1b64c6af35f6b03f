#include "http/url.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

#include <fmt/format.h>

#include "http/quote.h"
#include "http/url_escape.h"

namespace proofload::http {
namespace {

Error refused(std::string text) {
  return Error(ErrorKind::kScript, std::move(text));
}

bool has_control_byte(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes `scheme:` off the front of `rest`; "" if there is none.
Result<std::string> take_scheme(std::string_view& rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (is_letter(c)) continue;
    if (c == ':') {
      if (i == 0) return refused("missing protocol scheme");
      std::string scheme(rest.substr(0, i));
      for (char& s : scheme) {
        if (s >= 'A' && s <= 'Z') s = static_cast<char>(s + ('a' - 'A'));
      }
      rest.remove_prefix(i + 1);
      return scheme;
    }
    const bool may_follow = is_digit(c) || c == '+' || c == '-' || c == '.';
    if (!may_follow || i == 0) break;
  }
  return std::string();
}

bool is_optional_port(std::string_view colon_port) {
  return colon_port.empty() ||
         (colon_port[0] == ':' && std::ranges::all_of(colon_port.substr(1), is_digit));
}

// What stands between brackets: an IPv6 address, its zone after %25 (RFC 6874).
Result<std::string> parse_ip_literal(std::string_view text) {
  const auto zone_at = text.find("%25");
  const std::string address = PL_TRY(unescape(text.substr(0, zone_at), UrlPart::kHost));
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1) {
    in_addr v4{};
    if (::inet_pton(AF_INET, address.c_str(), &v4) == 1) return refused("invalid IP-literal");
    return refused(fmt::format("invalid host: ParseAddr({}): unable to parse IP", quote(address)));
  }
  if (zone_at == std::string_view::npos) return address;
  const std::string zone = PL_TRY(unescape(text.substr(zone_at), UrlPart::kZone));
  if (zone.size() == 1 || zone.find(']') != std::string::npos) {
    return refused(fmt::format("invalid host: ParseAddr({}): zone must be a non-empty string",
                               quote(address + zone)));
  }
  return address + zone;
}

Result<std::string> parse_host(std::string_view host) {
  std::string_view colon_port;
  if (!host.empty() && host[0] == '[') {
    const auto close = host.rfind(']');
    if (close == std::string_view::npos) return refused("missing ']' in host");
    colon_port = host.substr(close + 1);
    if (is_optional_port(colon_port)) {
      return "[" + PL_TRY(parse_ip_literal(host.substr(1, close - 1))) + "]" +
             std::string(colon_port);
    }
  } else if (const auto colon = host.rfind(':'); colon != std::string_view::npos) {
    colon_port = host.substr(colon);
  }
  if (!is_optional_port(colon_port)) {
    return refused(fmt::format("invalid port {} after host", quote(colon_port)));
  }
  return unescape(host, UrlPart::kHost);
}

bool is_valid_userinfo(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
  });
}

Result<void> parse_userinfo(std::string_view text, Url& url) {
  if (!is_valid_userinfo(text)) return refused("net/url: invalid userinfo");
  const auto colon = text.find(':');
  url.has_userinfo = true;
  url.username = PL_TRY(unescape(text.substr(0, colon), UrlPart::kUserinfo));
  if (colon != std::string_view::npos) {
    url.has_password = true;
    url.password = PL_TRY(unescape(text.substr(colon + 1), UrlPart::kUserinfo));
  }
  return {};
}

Result<void> parse_authority(std::string_view authority, Url& url) {
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) {
    url.host = PL_TRY(parse_host(authority));
    return {};
  }
  url.host = PL_TRY(parse_host(authority.substr(at + 1)));
  return parse_userinfo(authority.substr(0, at), url);
}

Result<void> set_path(std::string_view text, Url& url) {
  url.path = PL_TRY(unescape(text, UrlPart::kPath));
  url.raw_path = escape(url.path, UrlPart::kPath) == text ? "" : std::string(text);
  return {};
}

void take_query(std::string_view& rest, Url& url) {
  const auto mark = rest.find('?');
  if (mark == std::string_view::npos) return;
  url.has_query = true;
  url.raw_query = rest.substr(mark + 1);
  rest = rest.substr(0, mark);
}

// Everything but the fragment.
Result<void> parse_parts(std::string_view text, Url& url) {
  if (has_control_byte(text)) return refused("net/url: invalid control character in URL");
  if (text == "*") {
    url.path = "*";
    return {};
  }
  std::string_view rest = text;
  url.scheme = PL_TRY(take_scheme(rest));
  take_query(rest, url);
  if (rest.empty() || rest[0] != '/') {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return {};
    }
    if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos) {
      return refused("first path segment in URL cannot contain colon");
    }
  }
  const bool has_authority =
      rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"));
  if (has_authority) {
    const auto slash = rest.find('/', 2);
    const std::string_view authority = rest.substr(2, slash == rest.npos ? slash : slash - 2);
    rest = slash == rest.npos ? std::string_view() : rest.substr(slash);
    if (auto done = parse_authority(authority, url); !done) return done;
  } else {
    url.omits_host = !url.scheme.empty();
  }
  return set_path(rest, url);
}

Error parse_error(std::string_view text, const Error& cause) {
  return refused(fmt::format("parse {}: {}", quote(text), cause.message()));
}

// Removes `.` and `..` from `reference` seen from `base`; both are escaped paths.
std::string resolve_path(std::string_view base, std::string_view reference) {
  std::string full;
  if (reference.empty()) {
    full = base;
  } else if (reference[0] != '/') {
    const auto slash = base.rfind('/');
    full = std::string(base.substr(0, slash == base.npos ? 0 : slash + 1)).append(reference);
  } else {
    full = reference;
  }
  if (full.empty()) return {};

  std::string out = "/";
  std::string_view rest = full;
  std::string_view element;
  bool is_first = true;
  for (bool has_more = true; has_more;) {
    const auto slash = rest.find('/');
    has_more = slash != rest.npos;
    element = rest.substr(0, slash);
    rest = has_more ? rest.substr(slash + 1) : std::string_view();
    if (element == ".") {
      is_first = false;
    } else if (element == "..") {
      const auto parent = out.rfind('/');
      is_first = parent == 0;
      out.resize(std::max<std::size_t>(parent, 1));
    } else {
      if (!is_first) out += '/';
      out += element;
      is_first = false;
    }
  }
  if (element == "." || element == "..") out += '/';
  if (out.starts_with("//")) out.erase(0, 1);
  return out;
}

std::string escaped_fragment(const Url& url) {
  if (!url.raw_fragment.empty() && is_well_encoded(url.raw_fragment, UrlPart::kFragment)) {
    return url.raw_fragment;
  }
  return escape(url.fragment, UrlPart::kFragment);
}

std::string escaped_userinfo(const Url& url) {
  std::string out = escape(url.username, UrlPart::kUserinfo);
  if (url.has_password) out += ':' + escape(url.password, UrlPart::kUserinfo);
  return out;
}

// The URL with `userinfo` (already escaped) in place of its own, if it has any.
std::string print(const Url& url, std::string_view userinfo) {
  std::string out;
  if (!url.scheme.empty()) out = url.scheme + ':';
  if (!url.opaque.empty()) {
    out += url.opaque;
  } else {
    const bool has_authority = !url.host.empty() || url.has_userinfo;
    const bool has_slashes =
        has_authority || (!url.scheme.empty() && !url.omits_host && !url.path.empty());
    if (has_slashes) out += "//";
    if (url.has_userinfo) out.append(userinfo).push_back('@');
    out += escape(url.host, UrlPart::kHost);
    const std::string path = url.escaped_path();
    if (!path.empty() && path[0] != '/' && !url.host.empty()) out += '/';
    // "a:b" alone would read as scheme a.
    if (out.empty() && path.substr(0, path.find('/')).find(':') != std::string::npos) out += "./";
    out += path;
  }
  if (url.has_query) out.append("?").append(url.raw_query);
  if (!url.fragment.empty()) out += '#' + escaped_fragment(url);
  return out;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const auto hash = text.find('#');
  const std::string_view main = text.substr(0, hash);
  Url url;
  if (auto parsed = parse_parts(main, url); !parsed) return parse_error(main, parsed.error());
  if (hash == std::string_view::npos || hash + 1 == text.size()) return url;

  const std::string_view fragment = text.substr(hash + 1);
  auto decoded = unescape(fragment, UrlPart::kFragment);
  if (!decoded) return parse_error(text, decoded.error());
  url.fragment = *std::move(decoded);
  if (escape(url.fragment, UrlPart::kFragment) != fragment) url.raw_fragment = fragment;
  return url;
}

Result<Url> Url::resolve(std::string_view reference) const {
  Url url = PL_TRY(parse(reference));
  const bool is_absolute = !url.scheme.empty();
  if (!is_absolute) url.scheme = scheme;
  if (is_absolute || !url.host.empty() || url.has_userinfo) {
    if (auto done = set_path(resolve_path(url.escaped_path(), ""), url); !done) {
      return std::move(done).error();
    }
    return url;
  }
  if (url.path.empty() && !url.has_query) {
    url.has_query = has_query;
    url.raw_query = raw_query;
    if (url.fragment.empty()) {
      url.fragment = fragment;
      url.raw_fragment = raw_fragment;
    }
  }
  if (url.path.empty() && !opaque.empty()) {
    url.opaque = opaque;
    return url;
  }
  url.host = host;
  url.has_userinfo = has_userinfo;
  url.has_password = has_password;
  url.username = username;
  url.password = password;
  if (auto done = set_path(resolve_path(escaped_path(), url.escaped_path()), url); !done) {
    return std::move(done).error();
  }
  return url;
}

std::string Url::escaped_path() const {
  if (!raw_path.empty() && is_well_encoded(raw_path, UrlPart::kPath)) return raw_path;
  if (path == "*") return "*";
  return escape(path, UrlPart::kPath);
}

std::string Url::to_string() const {
  return print(*this, escaped_userinfo(*this));
}

std::string Url::clean() const {
  return print(*this, has_password ? "****:****" : "****");
}

std::string Url::redacted() const {
  return print(*this, has_password ? escape(username, UrlPart::kUserinfo) + ":***"
                                   : escape(username, UrlPart::kUserinfo));
}

std::string Url::request_target() const {
  std::string target = opaque.empty() ? escaped_path() : opaque;
  if (target.empty()) target = "/";
  if (!opaque.empty() && opaque.starts_with("//")) target = scheme + ':' + target;
  if (has_query) target.append("?").append(raw_query);
  return target;
}

std::string_view Url::hostname() const {
  const std::string_view all = host;
  if (!all.empty() && all[0] == '[') {
    const auto close = all.find(']');
    if (close != std::string_view::npos) return all.substr(1, close - 1);
  }
  return all.substr(0, all.rfind(':'));
}

std::string_view Url::port() const {
  const std::string_view all = host;
  const auto colon = all.rfind(':');
  const auto close = all.rfind(']');
  if (colon == std::string_view::npos) return {};
  if (close != std::string_view::npos && colon < close) return {};
  return all.substr(colon + 1);
}

std::uint16_t Url::effective_port() const {
  const std::string_view text = port();
  if (text.empty()) return scheme == "https" || scheme == "wss" ? 443 : 80;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && value <= 65535 ? static_cast<std::uint16_t>(value) : std::uint16_t{0};
}

}  // namespace proofload::http
